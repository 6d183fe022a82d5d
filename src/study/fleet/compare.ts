import type { Chip } from "../../core/chip.ts";
import { serverWatts, trainingLoad } from "../../core/energy.ts";
import { acquisitionCost } from "../../core/money.ts";
import { flop6ND } from "../../core/training/run.ts";
import { format } from "../../units/index.ts";
import { refuse } from "../../units/problem.ts";
import { SECONDS_PER_DAY, SECONDS_PER_HOUR } from "../../units/quantity.ts";
import { type Answer, type Notes, newNotes } from "../document.ts";
import {
  billOf,
  type EconomicsRequest,
  note,
  notePrices,
  rentOf,
  serverPrice,
  type Terms,
  termsOf,
} from "../economics.ts";
import type { Facts } from "../facts.ts";
import type { MatmulPrecision } from "../machine.ts";
import {
  candidatesOf,
  fleetNamed,
  type Machine,
  machineBandwidth,
  machineMemory,
  machinePeak,
  machineSum,
  peakOf,
} from "../machine.ts";
import { type Model, type ModelRequest, modelOf } from "../model.ts";
import type { Input } from "../sample/draws.ts";
import { kernelOf } from "../sample/leaves.ts";
import { type Ranged, rangedParts } from "../sample/ranged.ts";
import type { SamplingRequest } from "../sample/uncertain.ts";
import { given, MEDIAN_MFU, TOKENS_PER_PARAM, WHOLE_RUN_GOODPUT } from "../train/efficiency.ts";
import { statesOf } from "../train/memory.ts";

/** Fleets to lay side by side, and the run they are measured by, if any. */
export interface FleetRequest extends ModelRequest, EconomicsRequest, SamplingRequest {
  readonly fleets?: readonly string[];
  /** Which fleet the ratios refer to; the first where absent. */
  readonly reference?: string;
  readonly tokens?: number;
  readonly tokensPerParam?: number;
  readonly precision?: MatmulPrecision;
  readonly mfu?: number;
  readonly goodput?: number;
}

export interface FleetResult extends Ranged {
  readonly reference: string;
  readonly run?: {
    readonly model: string;
    readonly params: number;
    readonly tokens: number;
    readonly flop: number;
  };
  readonly fleets: readonly FleetRow[];
}

/** One fleet; absent means unknown. */
export interface FleetRow {
  readonly fleet: string;
  readonly name: string;
  readonly gpus: number;
  readonly gpu?: string;
  readonly peakFlopPerSecond?: number;
  readonly peaks: Readonly<Partial<Record<"fp32" | "bf16" | "fp8" | "fp4", number>>>;
  readonly memoryBytes?: number;
  readonly bandwidthBytesPerSecond?: number;
  /** Facility power under load. */
  readonly watts?: number;
  readonly capexUsd?: number;
  readonly rentUsdPerDay?: number;
  readonly days?: number;
  readonly cost?: number;
  /** Dense peak over the reference's. */
  readonly ratio?: number;
  /** The reference's dense peak over this one's. */
  readonly referenceRatio?: number;
  /** Why a figure is absent. */
  readonly why?: string;
  /** The chip was not stated; this row is one that it could be. */
  readonly candidateOf?: string;
  readonly reportedMegawatts?: number;
  readonly date?: string;
  readonly status?: string;
}

/** Samples of a comparison whose inputs are ranges. */
const SAMPLES = 1000;

/** The comparison, with the spread of every figure where inputs are ranges. */
export function compareUncertainFleets(
  request: FleetRequest,
  facts: Facts,
  inputs: readonly Input[],
): Answer<FleetResult> {
  const answer = compareFleets(request, facts);
  if (inputs.length === 0) return answer;
  const drawn = (values: Record<string, unknown>) => compareFleets(values as FleetRequest, facts).result;
  const kernel = kernelOf(request as Record<string, unknown>, inputs, drawn);
  const { samples = SAMPLES } = request;
  return { ...answer, result: { ...answer.result, ...rangedParts(kernel, { ...request, samples }, []) } };
}

/** Fleets side by side: peak, memory, bandwidth, power, price, the time a given run takes, and the ratio to a reference. */
export function compareFleets(request: FleetRequest, facts: Facts): Answer<FleetResult> {
  const names = request.fleets ?? [];
  if (names.length === 0) {
    refuse("E-UNDER", "No fleet is named.", {
      flag: "fleets",
      hint: "E.g. compute-est fleet 10000xa100 tesla-a100-7360 dojo-exapod.",
    });
  }
  const notes = newNotes();
  const terms = termsOf(request, facts, notes);
  const named = names.map((name) => fleetNamed(name, facts, "fleet"));
  const job = jobOf(request, facts, notes);
  const rows = named.flatMap((machine) =>
    machine.parts.length > 0
      ? [rowOf(machine, request, terms, job)]
      : candidatesOf(machine, facts).map((candidate) =>
          candidateRow(machine, candidate, request, terms, job),
        ),
  );
  notePrices(
    named.flatMap(({ parts }) => parts),
    request,
    notes,
  );
  const reference = referenceRow(request, named, rows, facts);
  const peak = reference.peakFlopPerSecond;
  return {
    result: {
      reference: reference.fleet,
      ...(job === undefined
        ? {}
        : { run: { model: job.model.name, params: job.model.params, tokens: job.tokens, flop: job.flop } }),
      fleets: rows.map((row) =>
        peak === undefined || row.peakFlopPerSecond === undefined
          ? row
          : { ...row, ratio: row.peakFlopPerSecond / peak, referenceRatio: peak / row.peakFlopPerSecond },
      ),
    },
    ...notes,
  };
}

interface Job {
  readonly model: Model;
  readonly tokens: number;
  readonly flop: number;
  readonly mfu: number;
  readonly goodput: number;
}

function jobOf(request: FleetRequest, facts: Facts, notes: Notes): Job | undefined {
  const model = modelOf(request, facts, notes);
  if (model === undefined) {
    for (const key of ["tokens", "tokensPerParam", "mfu", "goodput"] as const) {
      if (request[key] !== undefined)
        refuse("E-UNUSED", `"${key}" says something of a run, and no model is named.`, {
          flag: key,
          hint: "Add --params or --model.",
        });
    }
    return undefined;
  }
  if (request.tokens !== undefined && request.tokensPerParam !== undefined) {
    refuse("E-OVER", "--tokens and --tokens-per-param both set the tokens.", {
      flag: "--tokens",
      hint: "Drop one.",
    });
  }
  const mfu = request.mfu === undefined ? MEDIAN_MFU : given(request.mfu);
  const goodput = request.goodput === undefined ? WHOLE_RUN_GOODPUT : given(request.goodput);
  if (request.mfu === undefined) note(notes, "MFU", mfu);
  if (request.goodput === undefined) note(notes, "goodput", goodput);
  const open = request.tokens === undefined && request.tokensPerParam === undefined;
  if (open && model.tokens === undefined) note(notes, "tokens per parameter", TOKENS_PER_PARAM);
  const ratio = request.tokensPerParam ?? TOKENS_PER_PARAM.value;
  const tokens = request.tokens ?? (open && model.tokens !== undefined ? model.tokens : ratio * model.params);
  return { model, tokens, flop: flop6ND(model.active, tokens), mfu: mfu.value, goodput: goodput.value };
}

function rowOf(machine: Machine, request: FleetRequest, terms: Terms, job: Job | undefined): FleetRow {
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

function candidateRow(
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

function referenceRow(
  request: FleetRequest,
  named: readonly Machine[],
  rows: readonly FleetRow[],
  facts: Facts,
): FleetRow {
  if (request.reference === undefined) return rows[0]!;
  const wanted = fleetNamed(request.reference, facts, "--reference");
  const row = rows.find((candidate) => candidate.fleet === wanted.id || candidate.candidateOf === wanted.id);
  if (row !== undefined) return row;
  return refuse("E-NAME", `--reference "${request.reference}" is not one of the fleets compared.`, {
    flag: "--reference",
    hint: `Those are ${named.map((machine) => machine.id).join(", ")}.`,
  });
}
