import type { Layout, StepTime, TrainingJob } from "../../core/training/job.ts";
import { stepTime } from "../../core/training/step.ts";
import type { Count, Ratio, Seconds } from "../../units/quantity.ts";
import type { Candidate } from "./outcome.ts";
import type { PlanObjective } from "./train.ts";

/** One thing that is otherwise: an axis of the layout, or the number of chips. */
export interface Change {
  readonly axis: keyof Layout | "chips" | "chip";
  readonly from: number | boolean | string;
  readonly to: number | boolean | string;
}

/** A cause of step time. */
export type Cause = Exclude<keyof StepTime, "total">;

/** How a layout differs from the best, and what of its step costs more. */
export interface Difference {
  readonly changes: readonly Change[];
  /** Seconds per step of the best's batch beyond the best's own, as seconds of the best's fleet. */
  readonly moreSeconds: Seconds;
  /** The same as a share of the best's step. */
  readonly more: Ratio;
  /** The cause that grows most. */
  readonly cause: Cause;
  readonly causeSeconds: Seconds;
}

/** Axes a person sets; replicas follow. */
const AXES = [
  "tp",
  "pp",
  "vpp",
  "cp",
  "ep",
  "zero",
  "shardGroup",
  "microBatch",
  "sequenceParallel",
  "recompute",
] as const;

/** Axes in which two layouts differ. Sequence parallelism is no change of its own where tensor parallelism starts or ends. */
function differingAxes(from: Layout, to: Layout): Change[] {
  return AXES.flatMap((axis) => {
    const follows = axis === "sequenceParallel" && (from.tp === 1 || to.tp === 1);
    return from[axis] === to[axis] || follows
      ? []
      : [{ axis, from: from[axis] ?? "all replicas", to: to[axis] ?? "all replicas" }];
  });
}

/** Changes from one job and layout to another: chip, number of chips, axes. */
export function changesBetween(
  from: { readonly job: TrainingJob; readonly layout: Layout },
  to: { readonly job: TrainingJob; readonly layout: Layout },
): Change[] {
  const chip: Change[] =
    from.job.chip.id === to.job.chip.id
      ? []
      : [{ axis: "chip", from: from.job.chip.name, to: to.job.chip.name }];
  const chips = (n: Count, m: Count): Change[] => (n === m ? [] : [{ axis: "chips", from: n, to: m }]);
  return [...chip, ...chips(from.job.chips, to.job.chips), ...differingAxes(from.layout, to.layout)];
}

/** Compares a layout with the best, cause by cause, at the best's batch; `dearer`: a second of its fleet over one of the best's. */
export function differenceFrom(best: Candidate, other: Candidate, dearer: Ratio = 1): Difference {
  const of = stepTime(best.job, best.layout);
  const its = stepTime(other.job, other.layout);
  const scale = (dearer * best.job.globalBatch) / other.job.globalBatch;
  let cause: Cause = "gemm";
  let causeSeconds = Number.NEGATIVE_INFINITY;
  for (const name of Object.keys(of) as (keyof StepTime)[]) {
    const more = scale * its[name] - of[name];
    if (name === "total" || more <= causeSeconds) continue;
    cause = name;
    causeSeconds = more;
  }
  const moreSeconds = scale * its.total - of.total;
  return {
    changes: changesBetween(best, other),
    moreSeconds,
    more: moreSeconds / of.total,
    cause,
    causeSeconds,
  };
}

const AXIS_TEXT: Partial<Readonly<Record<Change["axis"], string>>> = {
  zero: "ZeRO",
  shardGroup: "shard group",
  microBatch: "micro-batch",
  sequenceParallel: "sequence parallel",
};

/** `tp 8 -> 4, micro-batch 1 -> 2` */
export const changesText = (changes: readonly Change[]): string =>
  changes.map(({ axis, from, to }) => `${AXIS_TEXT[axis] ?? axis} ${from} -> ${to}`).join(", ");

/** What more of the objective is called. */
const MORE: Readonly<Record<PlanObjective, string>> = {
  time: "slower",
  headroom: "slower",
  cost: "dearer",
  energy: "more energy",
};

/** Shares below this are noise of the model: one part in ten thousand. */
const EQUAL = 1e-4;

/** `tp 8 -> 4, pp 16 -> 32: 1.3 % slower, most of it bubble` */
export function differenceText({ changes, cause, more }: Difference, objective: PlanObjective): string {
  const what = changesText(changes);
  if (Math.abs(more) < EQUAL) return `${what}: no ${MORE[objective]}`;
  if (more < 0) return `${what}: ${(-100 * more).toPrecision(2)} % faster`;
  return `${what}: ${(100 * more).toPrecision(2)} % ${MORE[objective]}, most of it ${CAUSE_TEXT[cause]}`;
}

const CAUSE_TEXT: Readonly<Record<Cause, string>> = {
  gemm: "matmuls",
  attention: "attention",
  elementwise: "element-wise work",
  recompute: "recomputation",
  tensorParallel: "tensor-parallel exchange",
  contextParallel: "context-parallel exchange",
  expertParallel: "expert exchange",
  pipelineTransfer: "transfers between stages",
  bubble: "pipeline bubble",
  dataParallel: "gradient and weight exchange",
  host: "launching by the host",
  optimizer: "optimizer",
  logits: "logits and loss",
  straggler: "stragglers",
};
