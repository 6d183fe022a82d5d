import type { Estimate } from "../../core/estimate.ts";
import { predictedGoodput } from "../../core/training/goodput.ts";
import { flopPerActive } from "../../core/training/run.ts";
import type { RunNumbers } from "../../core/training/solve.ts";
import { MEMORY_REACH } from "../../core/training/uncertainty.ts";
import { counted, format } from "../../units/index.ts";
import { refuse } from "../../units/problem.ts";
import { SECONDS_PER_DAY, SECONDS_PER_HOUR } from "../../units/quantity.ts";
import { type Answer, type Interval, type Notes, newNotes } from "../document.ts";
import { note, type Terms, termsOf } from "../economics.ts";
import type { Facts } from "../facts.ts";
import { lintUtilisation } from "../lint.ts";
import { chipNamed, fleetNamed, type Machine, machineOf, machinePeak } from "../machine.ts";
import { type Model, modelOf } from "../model.ts";
import { notePrices, rentOf } from "../prices.ts";
import type { Input } from "../sample/draws.ts";
import { type Draws, type Kernel, shareDraws } from "../sample/kernel.ts";
import { asksForSampling, rangedParts, sampleAsked, seedOf } from "../sample/ranged.ts";
import { spreadOf } from "../sample/spread.ts";
import { resultOf } from "./assemble.ts";
import { given, TOKENS_PER_PARAM, WHOLE_RUN_GOODPUT } from "./efficiency.ts";
import { assumedInputs, trainKernel } from "./kernel.ts";
import type { Knowns } from "./pattern.ts";
import type { Prediction } from "./predict.ts";
import { type Efficiency, efficiencyOf, refuseMemory } from "./predicted.ts";
import type { TrainRequest } from "./request.ts";
import type { TrainResult } from "./result.ts";
import { type Solution, solveRun } from "./solve.ts";
import { withChances } from "./thresholds.ts";

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
  const run = solveTraining(request, facts, notes);
  const { assumptions, warnings, defaults } = notes;
  return {
    result: withIntervals(resultOf(run, spreadOfPoint), run, ranges),
    assumptions,
    warnings,
    defaults,
  };
}

/** The run of a request, solved for what it leaves open. */
export function solveTraining(request: TrainRequest, facts: Facts, notes: Notes): Run {
  const model = modelOf(request, facts, notes);
  const machine = machineFor(request, facts);
  const terms = termsOf(request, facts, notes);
  const goodputAt = (chips: number | undefined) => goodputOf(request, chips);
  const efficiency = efficiencyOf(request, model, machine);
  const solution = solveRun(
    knownsOf(request, model, machine),
    rates(request, machine, efficiency, goodputAt),
    {
      tokens: model?.tokens,
      tokensPerParam: TOKENS_PER_PARAM.value,
    },
  );
  const solved = modelSolved(model, solution);
  const goodput = goodputAt(solution.chips);
  const prediction = efficiency.predict?.(solved, solution.tokens, solution.chips);
  if (prediction !== undefined && "nearest" in prediction)
    refuseMemory(solved, machine, solution, prediction);
  const mfu = prediction?.mfu ?? efficiency.assumed;
  noteDefaults(request, solution, { mfu, goodput, prediction }, notes);
  notePrices(machine?.parts ?? [], request, notes);
  notes.warnings.push(...lintUtilisation("--mfu", request.mfu ?? 0));
  return {
    request,
    facts,
    terms,
    solution,
    machine: solvedMachine(machine, solution, facts),
    model: solved,
    mfu,
    goodput,
    prediction,
  };
}

/** Figures that a bare --sensitivity means, first choice first. */
const MAIN_FIGURES = ["time.days", "cost.usd", "compute.flop"];

/** The spread of a point request, by what is assumed and predicted. */
const spreadOfPoint = (run: Run): TrainResult["intervals"] =>
  run.machine === undefined
    ? undefined
    : { ...spreadOf(trainKernel(run, assumedInputs(run))), ...peakInterval(run) };

/** The peak's own error; its layout is the one that was chosen, whatever else is a range. */
function peakInterval({ prediction }: Run): Record<string, Interval> {
  if (prediction === undefined) return {};
  const { memory, peak } = prediction;
  return { "memory.peakBytesPerGpu": { p05: peak.low, p50: memory.reserved, p95: peak.high } };
}

/** The answer with the spread that ranges, assumptions and predictions give it; shares of variance where asked for. */
function withIntervals(result: TrainResult, run: Run, ranges: readonly Input[]): TrainResult {
  if (ranges.length === 0 && !asksForSampling(run.request)) return result;
  const inputs = [...ranges, ...assumedInputs(run)];
  if (inputs.length === 0) return result;
  const kernel = trainKernel(run, inputs);
  const found = sampleAsked(kernel, run.request);
  const ranged = rangedParts(kernel, run.request, MAIN_FIGURES, found);
  const thresholds =
    ranged.intervals?.[FLOP] === undefined
      ? result.thresholds
      : withChances(result.thresholds, result.compute.flop, flopDraws(run, kernel, found.draws));
  return { ...result, ...ranged, intervals: { ...ranged.intervals, ...peakInterval(run) }, thresholds };
}

const FLOP = "compute.flop";

function flopDraws({ request }: Run, kernel: Kernel, draws: Draws | undefined): readonly number[] {
  const { figures } = shareDraws(kernel, seedOf(request), draws);
  return Array.from(figures[kernel.outputs.indexOf(FLOP)]!).filter((flop) => !Number.isNaN(flop));
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
  /** Where MFU was predicted: the layout, its step and memory. */
  readonly prediction: Prediction | undefined;
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
  const { row, how } = chipNamed(gpu, facts, "--gpu");
  return machineOf(row, gpus ?? 1, facts, how);
}

function knownsOf(request: TrainRequest, model: Model | undefined, machine: Machine | undefined): Knowns {
  return {
    params: model?.params,
    active: model?.active,
    tokens: request.tokens,
    tokensPerParam: request.tokensPerParam,
    flopPerActive: flopPerActive(request.method),
    chips: request.fleet === undefined ? request.gpus : machine?.chips,
    seconds: request.days === undefined ? undefined : request.days * SECONDS_PER_DAY,
    budget: request.budget,
  };
}

function rates(
  request: TrainRequest,
  machine: Machine | undefined,
  efficiency: Efficiency,
  goodputAt: (chips: number | undefined) => Estimate,
) {
  if (machine === undefined) return { rateAt: undefined, dependent: false, usdPerChipSecond: undefined };
  const { assumed, predict } = efficiency;
  const peak = (machinePeak(machine, request.precision) ?? 0) / machine.chips;
  const rents = machine.parts.map((part) => ({ rent: rentOf(part, request), count: part.count }));
  const usdPerHour = rents.some(({ rent }) => rent === undefined)
    ? undefined
    : rents.reduce((sum, { rent, count }) => sum + (rent?.usdPerHour ?? 0) * count, 0) / machine.chips;
  const mfuAt = (run: Readonly<RunNumbers>, chips: number | undefined): number => {
    const found = predict?.(run, run.tokens, chips);
    if (found === undefined) return assumed.value;
    return "nearest" in found ? 0 : found.mfu.value;
  };
  return {
    rateAt: (run: Readonly<RunNumbers>, chips: number | undefined) =>
      peak * mfuAt(run, chips) * goodputAt(chips).value,
    dependent: predict !== undefined || request.goodput === undefined,
    usdPerChipSecond: usdPerHour === undefined ? undefined : usdPerHour / SECONDS_PER_HOUR,
  };
}

/** What the user said, else by the size of the fleet; a run without a number of chips takes what published ones reach. */
function goodputOf(request: TrainRequest, chips: number | undefined): Estimate {
  if (request.goodput !== undefined) return given(request.goodput);
  return chips === undefined ? WHOLE_RUN_GOODPUT : predictedGoodput(chips);
}

/** States what was assumed or predicted, and keeps the defaults that a replay must find again. */
function noteDefaults(
  request: TrainRequest,
  solution: Solution,
  { mfu, goodput, prediction }: { mfu: Estimate; goodput: Estimate; prediction: Prediction | undefined },
  notes: Notes,
): void {
  if (solution.tokensFrom === "fallback ratio") {
    note(notes, "tokens per parameter", TOKENS_PER_PARAM);
    notes.defaults.tokensPerParam = TOKENS_PER_PARAM.value;
  }
  if (solution.tokensFrom === "fallback tokens") {
    const source = "what the model's makers trained it on (catalogue)";
    notes.assumptions.push({ key: "tokens", value: solution.tokens, unit: "tokens", source });
    notes.defaults.tokens = solution.tokens;
  }
  if (request.mfu === undefined) {
    note(notes, "MFU", mfu);
    if (prediction === undefined) notes.defaults.mfu = mfu.value;
  }
  if (request.goodput === undefined) note(notes, "goodput", goodput);
  if (prediction === undefined) return;
  notes.assumptions.push({
    key: "peak memory each",
    value: format("bytes", prediction.memory.reserved),
    source: `predicted from shape and layout; ${MEMORY_REACH.n} measured peaks of ${MEMORY_REACH.sources} sources set its interval, and no constant is fitted to them`,
  });
  for (const what of prediction.imputed)
    notes.assumptions.push({ key: "filled in", value: what, source: "not stated" });
  if (prediction.verdict === "tight") {
    notes.warnings.push({
      code: "W-MEMORY-TIGHT",
      message:
        "The run fits in memory only if the prediction errs on the high side; one more step of sharding would be safe.",
    });
  }
  const idle = (solution.chips ?? 0) - prediction.choice.job.chips;
  if (idle > 0) {
    notes.warnings.push({
      code: "W-IDLE",
      message: `${counted(idle, "accelerator", "integer")} idle: no layout uses ${solution.chips}.`,
    });
  }
}

/** The machine with the number of chips that was solved for. */
function solvedMachine(machine: Machine | undefined, solution: Solution, facts: Facts): Machine | undefined {
  const [part] = machine?.parts ?? [];
  if (machine === undefined || part === undefined || machine.parts.length > 1 || machine.row !== undefined)
    return machine;
  if (solution.chips === undefined || solution.chips === machine.chips) return machine;
  return machineOf(part.row, solution.chips, facts, machine.how);
}

function modelSolved(model: Model | undefined, solution: Solution): Model {
  return (
    model ?? { name: "model", params: solution.params, active: solution.active, convention: "all parameters" }
  );
}
