import { trainingFlop } from "../../core/architecture.ts";
import type { Estimate } from "../../core/estimate.ts";
import { THRESHOLDS } from "../../core/thresholds.ts";
import { flop6ND } from "../../core/training/run.ts";
import { refuse } from "../../units/problem.ts";
import { PETAFLOP_DAY } from "../../units/quantity.ts";
import { type Answer, type Notes, newNotes } from "../document.ts";
import { billOf, note, rentOf, type Terms, termsOf } from "../economics.ts";
import type { Facts } from "../facts.ts";
import {
  chipNamed,
  defaultPrecision,
  fleetNamed,
  type Machine,
  machineOf,
  machinePeak,
  requirePeak,
} from "../machine.ts";
import { type Model, modelOf } from "../model.ts";
import type { Input } from "../sample/draws.ts";
import { sample, spreadOf, spreadOnly, tornado } from "../sample/sample.ts";
import { besideRuns } from "./beside.ts";
import { given, MEDIAN_MFU, TOKENS_PER_PARAM, WHOLE_RUN_GOODPUT } from "./efficiency.ts";
import { referenceFleets } from "./fleets.ts";
import { assumedInputs, trainKernel } from "./kernel.ts";
import { statesOf } from "./memory.ts";
import type { TrainRequest } from "./request.ts";
import type { CostPart, MemoryPart, ThresholdPart, TrainResult } from "./result.ts";
import { type Knowns, type Solution, solveRun } from "./solve.ts";

const DAY = 86_400;
const HOUR = 3600;
/** GPT-3's training tokens, for the comparison that popular forecasts make. [Brown 2020, table D.1] */
const GPT3_TOKENS = 300e9;
/** Sequence length for the exact count, where neither the user nor the model says. */
const DEFAULT_SEQ = 4096;

/**
 * Answers a training question: compute, and with a machine time, money, energy and carbon. Solves for what the request leaves
 * open; throws a ProblemError where it fixes too much or too little, or has no answer.
 */
export function estimateTraining(
  request: TrainRequest,
  facts: Facts,
  ranges: readonly Input[] = [],
): Answer<TrainResult> {
  const notes = newNotes();
  const model = modelOf(request, facts);
  const machine = machineFor(request, facts);
  const terms = termsOf(request, facts, notes);
  const mfu = request.mfu === undefined ? MEDIAN_MFU : given(request.mfu);
  const goodput = request.goodput === undefined ? WHOLE_RUN_GOODPUT : given(request.goodput);
  const solution = solveRun(knownsOf(request, model, machine), rates(request, machine, mfu, goodput), {
    tokens: model?.tokens,
    tokensPerParam: TOKENS_PER_PARAM.value,
  });
  noteDefaults(request, solution, { mfu, goodput }, notes);
  const run: Run = {
    request,
    facts,
    terms,
    solution,
    machine: solvedMachine(machine, solution),
    model: modelSolved(model, solution),
    mfu,
    goodput,
  };
  return { result: withIntervals(resultOf(run), run, ranges), ...notes };
}

const RANGE_SAMPLES = 10_000;
const DEFAULT_SEED = 1;

/** The answer with the spread that ranges, assumptions and predictions give it; shares of variance where asked for. */
function withIntervals(result: TrainResult, run: Run, ranges: readonly Input[]): TrainResult {
  const inputs = [...ranges, ...assumedInputs(run)];
  if (inputs.length === 0) return result;
  const { samples, seed, sensitivity } = run.request;
  const kernel = trainKernel(run, inputs);
  if (ranges.length === 0 && samples === undefined && sensitivity === undefined) {
    return { ...result, intervals: spreadOf(kernel) };
  }
  const sampled = sample(kernel, samples ?? RANGE_SAMPLES, seed ?? DEFAULT_SEED);
  const intervals = spreadOnly(sampled.intervals);
  if (sensitivity === undefined) return { ...result, intervals };
  const output = outputNamed(sensitivity, Object.keys(intervals));
  return {
    ...result,
    intervals,
    sensitivity: { output, inputs: tornado(kernel, output, sampled.shares[output] ?? {}) },
  };
}

/** Figures that a bare --sensitivity means, first choice first. */
const MAIN_FIGURES = ["time.days", "cost.usd", "compute.flop"];

/** `time`, `days`, `time.days`: the output that a word names. */
function outputNamed(word: string, outputs: readonly string[]): string {
  const found =
    word === ""
      ? MAIN_FIGURES.find((path) => outputs.includes(path))
      : outputs.find((path) => path === word || path.split(".").includes(word));
  if (found !== undefined) return found;
  return refuse("E-CHOICE", `--sensitivity "${word}" is no figure with an interval.`, {
    flag: "--sensitivity",
    hint: outputs.length === 0 ? "Nothing in this answer is uncertain." : `Those are ${outputs.join(", ")}.`,
  });
}

/** A solved run with everything its figures are made of. */
export interface Run {
  readonly request: TrainRequest;
  readonly facts: Facts;
  readonly terms: Terms;
  readonly solution: Solution;
  /** Undefined without a chip; chips stand at 1 where their number is open. */
  readonly machine: Machine | undefined;
  readonly model: Model;
  readonly mfu: Estimate;
  readonly goodput: Estimate;
}

function machineFor(request: TrainRequest, facts: Facts): Machine | undefined {
  const { gpu, gpus, fleet } = request;
  if (fleet !== undefined) {
    if (gpu !== undefined || gpus !== undefined) {
      const flag = gpu === undefined ? "--gpus" : "--gpu";
      refuse("E-OVER", `--fleet and ${flag} both name the machine.`, { flag, hint: "Drop one." });
    }
    const machine = fleetNamed(fleet, facts, "--fleet");
    if (machine.parts.length === 0) {
      refuse("E-UNKNOWN-CHIP", `The chip of ${machine.name} is not known, so its speed is not.`, {
        flag: "--fleet",
        hint: `\`compute-est fleet ${fleet}\` shows what it could be.`,
      });
    }
    return machine;
  }
  if (gpu === undefined) return undefined;
  const { row, chip, how } = chipNamed(gpu, facts, "--gpu");
  return machineOf(row, chip, gpus ?? 1, how);
}

function knownsOf(request: TrainRequest, model: Model | undefined, machine: Machine | undefined): Knowns {
  return {
    params: model?.params,
    active: model?.active,
    tokens: request.tokens,
    tokensPerParam: request.tokensPerParam,
    chips: request.fleet === undefined ? request.gpus : machine?.chips,
    seconds: request.days === undefined ? undefined : request.days * DAY,
    budget: request.budget,
  };
}

function rates(request: TrainRequest, machine: Machine | undefined, mfu: Estimate, goodput: Estimate) {
  if (machine === undefined) return { rateAt: undefined, dependent: false, usdPerChipSecond: undefined };
  for (const part of machine.parts) requirePeak(part.chip, request.precision ?? defaultPrecision(part.chip));
  const peak = (machinePeak(machine, request.precision) ?? 0) / machine.chips;
  const rents = machine.parts.map((part) => ({ rent: rentOf(part.row, request), count: part.count }));
  const usdPerHour = rents.some(({ rent }) => rent === undefined)
    ? undefined
    : rents.reduce((sum, { rent, count }) => sum + (rent?.usdPerHour ?? 0) * count, 0) / machine.chips;
  return {
    rateAt: () => peak * mfu.value * goodput.value,
    dependent: false,
    usdPerChipSecond: usdPerHour === undefined ? undefined : usdPerHour / HOUR,
  };
}

function noteDefaults(
  request: TrainRequest,
  solution: Solution,
  efficiency: { mfu: Estimate; goodput: Estimate },
  notes: Notes,
): void {
  if (solution.tokensFrom === "fallback ratio") {
    note(notes, "tokens per parameter", TOKENS_PER_PARAM);
    notes.defaults.tokensPerParam = TOKENS_PER_PARAM.value;
  }
  if (solution.tokensFrom === "fallback tokens") {
    notes.assumptions.push({
      key: "tokens",
      value: solution.tokens,
      unit: "tokens",
      source: "what the model's makers trained it on (catalogue)",
    });
    notes.defaults.tokens = solution.tokens;
  }
  if (request.mfu === undefined) {
    note(notes, "MFU", efficiency.mfu);
    notes.defaults.mfu = efficiency.mfu.value;
  }
  if (request.goodput === undefined) {
    note(notes, "goodput", efficiency.goodput);
    notes.defaults.goodput = efficiency.goodput.value;
  }
}

/** The machine with the number of chips that was solved for. */
function solvedMachine(machine: Machine | undefined, solution: Solution): Machine | undefined {
  const [part] = machine?.parts ?? [];
  if (machine === undefined || part === undefined || machine.parts.length > 1 || machine.row !== undefined)
    return machine;
  return solution.chips === undefined ? machine : machineOf(part.row, part.chip, solution.chips, machine.how);
}

function modelSolved(model: Model | undefined, solution: Solution): Model {
  return (
    model ?? { name: "model", params: solution.params, active: solution.active, convention: "all parameters" }
  );
}

function resultOf(run: Run): TrainResult {
  const { request, facts, solution, machine, model } = run;
  const { flop, tokens } = solution;
  const seq = request.seq ?? Math.min(DEFAULT_SEQ, model.shape?.maxPosition ?? DEFAULT_SEQ);
  const asked =
    request.tokens !== undefined || request.tokensPerParam !== undefined || solution.tokensFrom === "solved";
  const reference = flop6ND(solution.active, GPT3_TOKENS);
  return {
    model: {
      name: model.name,
      params: solution.params,
      active: solution.active,
      convention: model.convention,
    },
    data: { tokens, tokensPerParam: tokens / solution.params },
    compute: {
      flop,
      petaflopDays: flop / PETAFLOP_DAY,
      ...(model.shape === undefined
        ? {}
        : {
            exactFlop: trainingFlop(model.shape, seq) * tokens,
            exactFullAttentionFlop: trainingFlop(model.shape, seq, "full") * tokens,
            seq,
          }),
    },
    solved: solution.solved,
    ...machinePart(run),
    memory: memoryPart(run),
    beside: besideRuns(flop, facts, model.row?.name),
    ...(asked || model.row !== undefined
      ? {}
      : { reference: { tokens: GPT3_TOKENS, flop: reference, petaflopDays: reference / PETAFLOP_DAY } }),
    thresholds: thresholdParts(flop),
    fleets: machine === undefined ? referenceFleets(run) : [],
  };
}

/** Time, throughput, money, energy and carbon: what there is once there is a machine. */
function machinePart(run: Run): Partial<TrainResult> {
  const { request, solution, machine, mfu, goodput, terms } = run;
  const { chipSeconds, chips, seconds } = solution;
  if (machine === undefined || chipSeconds === undefined) return {};
  const peak = machinePeak(machine, request.precision);
  const bill = billOf(machine, chipSeconds / machine.chips, terms);
  const [part] = machine.parts;
  const precision = request.precision ?? (part === undefined ? "bf16" : defaultPrecision(part.chip));
  const steady = chipSeconds * goodput.value;
  const perChip = solution.tokens / steady;
  return {
    ...(seconds === undefined
      ? {}
      : { time: { days: seconds / DAY, seconds, gpuHours: chipSeconds / HOUR } }),
    throughput: {
      ...(chips === undefined ? {} : { tokensPerSecond: perChip * chips }),
      tokensPerSecondPerGpu: perChip,
    },
    mfu: mfu.value,
    goodput: goodput.value,
    fleet: {
      name: chips === undefined ? (part?.row.name ?? machine.name) : machine.name,
      ...(machine.parts.length === 1 && part !== undefined ? { gpu: part.row.id } : {}),
      ...(chips === undefined ? {} : { gpus: chips }),
      ...(peak === undefined ? {} : { peakFlopPerSecond: chips === undefined ? peak / machine.chips : peak }),
      precision,
    },
    ...costPart(bill, chips !== undefined),
    ...(bill.energy === undefined
      ? {}
      : {
          energy: {
            kwh: bill.energy / 3.6e6,
            ...(seconds === undefined ? {} : { averageWatts: bill.energy / seconds }),
          },
        }),
    ...(bill.carbon === undefined
      ? {}
      : {
          carbon: { kgCo2e: bill.carbon, gramsPerKwh: terms.grid.kgCo2ePerKwh * 1000, grid: terms.grid.name },
        }),
  };
}

/** Rent decides where there is one, unless the user spoke of buying; ownership stands beside it. */
function costPart(bill: ReturnType<typeof billOf>, counted: boolean): { cost?: CostPart } {
  const { rentUsd, owned, acquisitionUsd } = bill;
  const usd = rentUsd ?? owned?.total;
  if (usd === undefined) return {};
  return {
    cost: {
      usd,
      basis: rentUsd === undefined ? "owned" : "rent",
      ...(bill.rentUsdPerHour === undefined ? {} : { usdPerGpuHour: bill.rentUsdPerHour }),
      ...(rentUsd === undefined ? {} : { rentedUsd: rentUsd }),
      ...(bill.rentDate === undefined ? {} : { priceDate: bill.rentDate }),
      ...(owned === undefined
        ? {}
        : {
            ownedUsd: owned.total,
            ownedParts: {
              chips: owned.chips,
              servers: owned.servers,
              network: owned.network,
              energy: owned.energy,
            },
          }),
      ...(acquisitionUsd === undefined || !counted ? {} : { acquisitionUsd }),
    },
  };
}

function memoryPart(run: Run): MemoryPart {
  const { solution, machine } = run;
  const states = statesOf(solution.params);
  const [part] = machine?.parts ?? [];
  const capacity = machine?.parts.length === 1 ? part?.chip.memory : undefined;
  return {
    ...states,
    ...(capacity === undefined ? {} : { capacityBytesPerGpu: capacity }),
    ...(solution.chips === undefined ? {} : { stateBytesPerGpu: states.stateBytes / solution.chips }),
  };
}

function thresholdParts(flop: number): readonly ThresholdPart[] {
  return THRESHOLDS.map(({ id, name, flop: line, status, date, counts }) => ({
    id,
    name,
    flop: line,
    crossed: flop > line,
    status,
    date,
    counts,
  }));
}
