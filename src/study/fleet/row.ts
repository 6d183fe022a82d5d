import type { Chip } from "../../core/chip.ts";
import { serverWatts, trainingLoad } from "../../core/energy.ts";
import { acquisitionCost } from "../../core/money.ts";
import { format } from "../../units/index.ts";
import { SECONDS_PER_DAY, SECONDS_PER_HOUR } from "../../units/quantity.ts";
import { billOf, type Terms } from "../economics.ts";
import {
  type Machine,
  machineBandwidth,
  machineMemory,
  machinePeak,
  machineSum,
  peakOf,
} from "../machine.ts";
import type { Model } from "../model.ts";
import { rentOf, serverPrice } from "../prices.ts";
import { statesOf } from "../train/memory.ts";
import type { FleetRequest } from "./request.ts";
import type { FleetRow } from "./result.ts";

/** The run that fleets are measured by. */
export interface Job {
  readonly model: Model;
  readonly tokens: number;
  readonly flop: number;
  readonly mfu: number;
  readonly goodput: number;
}

/** Peak, memory, bandwidth, power and price of one fleet, and the time and cost of the run if there is one. */
export function rowOf(machine: Machine, request: FleetRequest, terms: Terms, job: Job | undefined): FleetRow {
  const peak = machinePeak(machine, request.precision);
  const memory = machineMemory(machine);
  const bandwidth = machineBandwidth(machine);
  const watts = machineSum(machine, (chip) => facilityWatts(chip, terms.pue));
  const [part] = machine.parts;
  return {
    fleet: machine.id,
    name: machine.name,
    gpus: machine.chips,
    ...(machine.parts.length === 1 && part !== undefined ? { gpu: part.row.id } : {}),
    ...(peak === undefined ? {} : { peakFlopPerSecond: peak }),
    peaks: peaksOf(machine),
    ...(memory === undefined ? {} : { memoryBytes: memory }),
    ...(bandwidth === undefined ? {} : { bandwidthBytesPerSecond: bandwidth }),
    ...(watts === undefined ? {} : { watts }),
    ...moneyOf(machine, terms),
    ...(job === undefined ? {} : runOf(machine, peak, memory, terms, job)),
    ...(machine.row?.power_mw_reported == null ? {} : { reportedMegawatts: machine.row.power_mw_reported }),
    ...(machine.row?.date == null ? {} : { date: machine.row.date }),
    ...(machine.row?.status == null ? {} : { status: machine.row.status }),
  };
}

/** The row of a fleet whose chip was not stated, if it were this one. */
export function candidateRow(
  machine: Machine,
  candidate: Machine,
  request: FleetRequest,
  terms: Terms,
  job: Job | undefined,
): FleetRow {
  const [part] = candidate.parts;
  const name = `${machine.name}, if ${part?.row.name ?? "unknown"}`;
  return { ...rowOf(candidate, request, terms, job), name, candidateOf: machine.id };
}

const facilityWatts = (chip: Chip, pue: number): number | undefined => {
  const server = serverWatts(chip);
  return server === undefined ? undefined : server.watts * trainingLoad(chip).value * pue;
};

function peaksOf(machine: Machine): FleetRow["peaks"] {
  const peaks: Partial<Record<"fp32" | "bf16" | "fp8" | "fp4", number>> = {};
  const formats = [
    ["fp32", "fp32"],
    ["bf16", "bf16"],
    ["fp8", "fp8"],
    ["fp4", "nvfp4"],
  ] as const;
  for (const [name, precision] of formats) {
    const value = machineSum(machine, (chip) =>
      name === "bf16" ? (peakOf(chip, "bf16") ?? peakOf(chip, "fp16")) : peakOf(chip, precision),
    );
    if (value !== undefined) peaks[name] = value;
  }
  return peaks;
}

function moneyOf(machine: Machine, terms: Terms): Pick<FleetRow, "capexUsd" | "rentUsdPerDay"> {
  let capex: number | undefined = 0;
  let rent: number | undefined = 0;
  for (const part of machine.parts) {
    const { count } = part;
    const server = serverPrice(part, terms.request);
    const price = rentOf(part, terms.request);
    capex =
      capex === undefined || server === undefined
        ? undefined
        : capex + acquisitionCost(count, server.usd, server.networkShare);
    rent =
      rent === undefined || price === undefined
        ? undefined
        : rent + count * price.usdPerHour * (SECONDS_PER_DAY / SECONDS_PER_HOUR);
  }
  return {
    ...(capex === undefined ? {} : { capexUsd: capex }),
    ...(rent === undefined ? {} : { rentUsdPerDay: rent }),
  };
}

function runOf(
  machine: Machine,
  peak: number | undefined,
  memory: number | undefined,
  terms: Terms,
  job: Job,
): Partial<FleetRow> {
  if (peak === undefined) return { why: "no known rate in this format" };
  const { stateBytes } = statesOf({}, job.model);
  if (memory !== undefined && stateBytes > memory) {
    return {
      why: `holds ${format("bytes", memory)}; weights, gradients and optimizer need ${format("bytes", stateBytes)}`,
    };
  }
  const seconds = job.flop / (peak * job.mfu * job.goodput);
  const { rentUsd } = billOf(machine, seconds, terms);
  return { days: seconds / SECONDS_PER_DAY, ...(rentUsd === undefined ? {} : { cost: rentUsd }) };
}
