import { typicalShape } from "../../core/architecture.ts";
import type { Estimate } from "../../core/estimate.ts";
import { DEFAULT_STACK, defaultBatchTokens } from "../../core/training/defaults.ts";
import type { Stack, StepTime, TrainingJob, TrainingMemory, Utilisation } from "../../core/training/job.ts";
import { type Lever, whatHelpsMost } from "../../core/training/levers.ts";
import {
  type MemoryVerdict,
  memoryInterval,
  memoryRange,
  memoryVerdict,
  trainingMemory,
} from "../../core/training/memory.ts";
import { flopPerActive } from "../../core/training/run.ts";
import { stepTime } from "../../core/training/step.ts";
import { throughputError, type Unknown, unknownsOf } from "../../core/training/uncertainty.ts";
import { utilisation } from "../../core/training/utilisation.ts";
import type { Bytes, Count, Ratio } from "../../units/quantity.ts";
import { defaultPrecision, type MachinePart, peakOf } from "../machine.ts";
import type { Model } from "../model.ts";
import { type Best, bestLayout, type FixedLayout } from "../plan/best.ts";
import { type NearestFit, nearestFit } from "../plan/nearest-fit.ts";
import type { Candidate } from "../plan/outcome.ts";
import { usableCounts } from "../plan/space.ts";
import { defaultSeq } from "./assemble.ts";
import type { TrainRequest } from "./request.ts";

/** A predicted run: the layout, its step and memory, and what they make of the peak. */
export interface Prediction {
  readonly choice: Candidate;
  /** 6 x active x tokens (4 of frozen weights) over dense peak x time, all chips counted, with the interval its validation earns. */
  readonly mfu: Estimate;
  readonly utilisation: Utilisation;
  readonly step: StepTime;
  readonly memory: TrainingMemory;
  /** 90 % interval of the peak. */
  readonly peak: { readonly low: Bytes; readonly high: Bytes };
  readonly verdict: MemoryVerdict;
  /** What was not known of the job and had to be filled in. */
  readonly imputed: readonly string[];
  /** Changes to the run by what they save; worked out when asked for. */
  readonly levers: () => readonly Lever[];
}

/** What does not fit: the layout of least memory. */
export interface NoFit {
  /** The leanest layout there is; undefined where none cuts the run as asked. */
  readonly leanest: { readonly memory: Bytes } | undefined;
  /** Why most layouts were turned away. */
  readonly reason: Best["reason"];
  /** The nearest change that fits: a search of its own, for a refusal only. */
  readonly nearest: () => NearestFit | undefined;
}

/** Predicts steady-state training of a model on so many chips, at the layout given or the best that fits. */
export function predictTraining(
  request: TrainRequest,
  model: Pick<Model, "params" | "active" | "shape">,
  tokens: Count,
  part: MachinePart,
  chips: Count,
): Prediction | NoFit {
  const job = trainingJobOf(request, model, tokens, part, chips);
  const { best, noFit } = bestOf(request, job);
  if (best === undefined) return noFit;
  const tokensPerSecond = speedOf(best);
  const peak = peakOf(part.chip, request.precision ?? defaultPrecision(part.chip)) ?? 0;
  const perFlop = tokensPerSecond / (chips * peak);
  const mfu6nd = flopPerActive(job.method) * model.active * perFlop;
  const guessed: readonly Unknown[] = [
    ...(fixesLayout(request) ? [] : (["layout"] as const)),
    ...(model.shape === undefined ? (["shape"] as const) : []),
  ];
  const memory = trainingMemory(best.job, best.layout);
  const range = memoryRange(best.job, best.layout);
  return {
    choice: best,
    mfu: withError(mfu6nd, best.job, guessed),
    utilisation: { ...utilisation(best.job, best.layout, best.stepSeconds), mfu6nd },
    step: stepTime(best.job, best.layout),
    memory,
    peak: memoryInterval(memory.reserved, range),
    verdict: memoryVerdict(range, part.chip.memory),
    imputed: [...unknownsOf(best.job), ...guessed].map((unknown) => UNKNOWN_TEXT[unknown]),
    levers: () => whatHelpsMost(best.job, best.layout),
  };
}

/** What a prediction had to fill in, in words. */
const UNKNOWN_TEXT: Readonly<Record<Unknown, string>> = {
  layout: "the layout: the best of a search",
  shape: "the shape of the model: a typical one of its size",
  "sibling-matmul": "the best matmul of the chip: that of its architecture",
  "default-matmul": "the best matmul of the chip: the median of measured chips",
  "research-stack": "how research code runs: less measured than maintained stacks",
};

/** A layout is given where its main degrees are. */
const fixesLayout = (request: TrainRequest): boolean =>
  request.tp !== undefined &&
  request.pp !== undefined &&
  request.microBatch !== undefined &&
  request.recompute !== undefined;

/** The best layout of all the chips, or of a rounder number of them where that trains faster. */
function bestOf(request: TrainRequest, job: TrainingJob): { best: Candidate | undefined; noFit: NoFit } {
  const fixed = fixedOf(request);
  const batch = request.globalBatch === undefined;
  let best: Candidate | undefined;
  let leanest: Best["leanest"];
  let reason: Best["reason"];
  for (const chips of usableCounts(job.chips)) {
    const tried = { ...job, chips };
    // a layout that fits for sure, else one that may
    const safe = bestLayout(tried, fixed, { batch, end: "high" });
    const found = safe.candidate === undefined ? bestLayout(tried, fixed, { batch, end: "low" }) : safe;
    leanest ??= found.leanest;
    reason ??= found.reason;
    const { candidate } = found;
    if (candidate !== undefined && (best === undefined || speedOf(candidate) > speedOf(best)))
      best = candidate;
  }
  const nearest = () => (leanest === undefined ? undefined : nearestFit(leanest.job, leanest.layout));
  return { best, noFit: { leanest, reason, nearest } };
}

/** Tokens/s of a whole job. */
const speedOf = ({ job, stepSeconds }: Candidate): number => (job.globalBatch * job.seq) / stepSeconds;

/** The job of a request; a model without a shape takes a typical one of its size. */
export function trainingJobOf(
  request: TrainRequest,
  model: Pick<Model, "params" | "active" | "shape">,
  tokens: Count,
  part: MachinePart,
  chips: Count,
): TrainingJob {
  const shape =
    model.shape ?? typicalShape(model.params, model.active < model.params ? model.active : undefined);
  const seq = request.seq ?? defaultSeq({ shape });
  return {
    shape,
    chip: part.chip,
    chips,
    seq,
    globalBatch: request.globalBatch ?? Math.max(1, Math.round(defaultBatchTokens(tokens) / seq)),
    precision: request.precision ?? defaultPrecision(part.chip),
    method: request.method ?? "full",
    stack: stackOf(request),
    ...(request.loraRank === undefined ? {} : { loraRank: request.loraRank }),
  };
}

function stackOf(request: TrainRequest): Stack {
  return {
    attention: request.attention ?? DEFAULT_STACK.attention,
    level: request.stack ?? DEFAULT_STACK.level,
    overlap: request.overlap ?? DEFAULT_STACK.overlap,
    year: request.softwareYear ?? DEFAULT_STACK.year,
  };
}

const LAYOUT = [
  "tp",
  "pp",
  "vpp",
  "cp",
  "ep",
  "dp",
  "shardGroup",
  "zero",
  "microBatch",
  "sequenceParallel",
  "recompute",
] as const;

/** What the request fixes of the layout. */
export function fixedOf(request: TrainRequest): FixedLayout {
  return Object.fromEntries(
    LAYOUT.flatMap((key) => (request[key] === undefined ? [] : [[key, request[key]]])),
  );
}

function withError(mfu: Ratio, job: TrainingJob, guessed: readonly Unknown[]): Estimate {
  const { low, high, n, sources } = throughputError(job, guessed);
  return {
    value: mfu,
    interval: [mfu * low, Math.min(MOST_MFU, mfu * high)],
    source: `predicted from chip, shape and layout; measured over predicted was ${low.toFixed(2)} to ${high.toFixed(2)} for 90 % of ${n} configurations of ${sources} sources left out`,
  };
}

/** Nothing reaches its dense peak. */
const MOST_MFU = 0.98;
