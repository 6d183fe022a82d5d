import { forwardFlop, typicalShape } from "../../core/architecture.ts";
import { assume, type Estimate } from "../../core/estimate.ts";
import { DEFAULT_STACK, defaultBatchTokens } from "../../core/training/defaults.ts";
import type { Stack, StepTime, TrainingJob, TrainingMemory, Utilisation } from "../../core/training/job.ts";
import {
  type MemoryVerdict,
  memoryRange,
  memoryVerdict,
  trainingMemory,
} from "../../core/training/memory.ts";
import { stepTime } from "../../core/training/step.ts";
import type { Bytes, Count, Ratio } from "../../units/quantity.ts";
import { defaultPrecision, type MachinePart, peakOf } from "../machine.ts";
import type { Model } from "../model.ts";
import { type Best, bestLayout, type FixedLayout } from "../plan/best.ts";
import { type NearestFit, nearestFit } from "../plan/nearest-fit.ts";
import type { Candidate } from "../plan/search.ts";
import { defaultSeq } from "./assemble.ts";
import type { TrainRequest } from "./request.ts";

/** Measured over predicted throughput on sources left out: half-width of the 90 % interval, as a factor. */
const ERROR = {
  dense: assume(1.22, [1.15, 1.35], "dense training steps, sources left out", "2026"),
  moe: assume(1.6, [1.4, 1.9], "mixture-of-experts training steps, sources left out", "2026"),
  /** Added where the chip's best matmul is a default, and where the shape is. */
  imputed: assume(1.15, [1.05, 1.3], "chips and shapes without a measurement", "2026"),
} as const;

/** A predicted run: the layout, its step and memory, and what they make of the peak. */
export interface Prediction {
  readonly choice: Candidate;
  /** 6 x active x tokens over dense peak x time, all chips counted, with the interval its validation earns. */
  readonly mfu: Estimate;
  readonly utilisation: Utilisation;
  readonly step: StepTime;
  readonly memory: TrainingMemory;
  readonly verdict: MemoryVerdict;
  /** What was not known of the job and had to be filled in. */
  readonly imputed: readonly string[];
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
  const { shape } = job;
  const { best, noFit } = bestOf(request, job);
  if (best === undefined) return noFit;
  const tokensPerSecond = speedOf(best);
  const peak = peakOf(part.chip, request.precision ?? defaultPrecision(part.chip)) ?? 0;
  const perFlop = tokensPerSecond / (chips * peak);
  const imputed = [
    ...(model.shape === undefined ? ["the shape of the model: a typical one of its size"] : []),
    ...(part.chip.measuredMatmul.bf16 === undefined
      ? ["the best matmul of the chip: nobody measured it"]
      : []),
  ];
  return {
    choice: best,
    mfu: withError(
      6 * model.active * perFlop,
      shape.groups.some((group) => group.mlp.kind === "moe"),
      imputed.length,
    ),
    utilisation: utilisationOf(best, 6 * model.active * perFlop, perFlop),
    step: stepTime(best.job, best.layout),
    memory: trainingMemory(best.job, best.layout),
    verdict: memoryVerdict(memoryRange(best.job, best.layout), part.chip.memory),
    imputed,
  };
}

/** Fleets that do not divide well leave a few chips idle: a whole number of servers, racks, rows. */
const GROUPS: readonly Count[] = [1, 8, 64, 512];
/** No more than this share of a fleet stays idle for a better cut of the rest. */
const MOST_IDLE = 0.08;

/** The best layout of all the chips, or of a rounder number of them where that trains faster. */
function bestOf(request: TrainRequest, job: TrainingJob): { best: Candidate | undefined; noFit: NoFit } {
  const fixed = fixedOf(request);
  const batch = request.globalBatch === undefined;
  const counts = new Set(GROUPS.map((group) => job.chips - (job.chips % group)));
  let best: Candidate | undefined;
  let leanest: Best["leanest"];
  let reason: Best["reason"];
  for (const chips of counts) {
    if (chips < job.chips * (1 - MOST_IDLE)) continue;
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

function withError(mfu: Ratio, moe: boolean, imputed: number): Estimate {
  const base = moe ? ERROR.moe : ERROR.dense;
  const factor = base.value * ERROR.imputed.value ** imputed;
  return {
    value: mfu,
    interval: [mfu / factor, Math.min(0.98, mfu * factor)],
    source: `predicted from chip, shape and layout; 90 % of measurements within x or / ${factor.toFixed(2)} (${base.source})`,
  };
}

function utilisationOf(choice: Candidate, mfu6nd: Ratio, perFlop: number): Utilisation {
  const { shape, seq } = choice.job;
  const causal = forwardFlop(shape, seq).total;
  const full = forwardFlop(shape, seq, "full").total;
  const repeated = choice.layout.recompute === "full" ? 1 : 0;
  return {
    mfu: 3 * causal * perFlop,
    mfuFullAttention: 3 * full * perFlop,
    mfu6nd,
    hfu: (3 + repeated) * causal * perFlop,
  };
}
