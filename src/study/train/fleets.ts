import { predictedGoodput } from "../../core/training/goodput.ts";
import { chipSeconds, usefulRate } from "../../core/training/run.ts";
import { format } from "../../units/index.ts";
import { JOULES_PER_KWH, SECONDS_PER_DAY, SECONDS_PER_HOUR } from "../../units/quantity.ts";
import { billOf } from "../economics.ts";
import { fleetNamed, type Machine, machineMemory, machinePeak } from "../machine.ts";
import type { Run } from "./estimate.ts";
import { statesOf } from "./memory.ts";
import type { FleetRunPart } from "./result.ts";

/** Fleets people compare with: the purchase of the news, what Tesla had, designs, and what trained known models. */
const REFERENCE_FLEETS: readonly string[] = [
  "10000xa100-sxm-80gb",
  "10000xh100-sxm",
  "tesla-a100-7360",
  "dojo-exapod",
  "gpt4-a100-25k",
  "llama3-16k",
  "palm-2x3072",
  "colossus-1",
  "deepseek-v3-2048",
  "nvl72-gb200",
];

/** The run on each reference fleet. */
export function referenceFleets(run: Run): readonly FleetRunPart[] {
  return REFERENCE_FLEETS.map((id) => fleetRun(fleetNamed(id, run.facts, "--fleet"), run));
}

/** One run on one fleet; a fleet that cannot hold or do it says why. */
function fleetRun(machine: Machine, run: Run): FleetRunPart {
  const { request, solution, mfu, terms } = run;
  const goodput = request.goodput ?? predictedGoodput(machine.chips).value;
  const peak = machinePeak(machine, request.precision);
  const [part] = machine.parts;
  const about = {
    fleet: machine.id,
    name: machine.name,
    gpus: machine.chips,
    ...(machine.parts.length === 1 && part !== undefined ? { gpu: part.row.id } : {}),
    ...(peak === undefined ? {} : { peakFlopPerSecond: peak }),
  };
  const why = whyNot(machine, run, peak);
  if (why !== undefined || peak === undefined) return { ...about, ...(why === undefined ? {} : { why }) };
  const total = chipSeconds(solution.flop, usefulRate(peak / machine.chips, mfu.value, goodput));
  const seconds = total / machine.chips;
  const bill = billOf(machine, seconds, terms);
  return {
    ...about,
    days: seconds / SECONDS_PER_DAY,
    gpuHours: total / SECONDS_PER_HOUR,
    mfu: mfu.value,
    ...(bill.rentUsd === undefined ? {} : { cost: bill.rentUsd }),
    ...(bill.energy === undefined ? {} : { energy: bill.energy / JOULES_PER_KWH }),
    ...(bill.carbon === undefined ? {} : { carbon: bill.carbon }),
  };
}

function whyNot(machine: Machine, run: Run, peak: number | undefined): string | undefined {
  if (machine.parts.length === 0) return "the chip is not known";
  if (peak === undefined) return `no known rate in ${run.request.precision ?? "16 bits"}`;
  const memory = machineMemory(machine);
  const { stateBytes } = statesOf(run.request, run.model);
  if (memory !== undefined && stateBytes > memory) {
    return `holds ${format("bytes", memory)}; weights, gradients and optimizer need ${format("bytes", stateBytes)}`;
  }
  return undefined;
}
