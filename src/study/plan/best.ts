import { linksOf } from "../../core/hardware.ts";
import { BATCH_ROUNDING } from "../../core/training/defaults.ts";
import type { Layout, Recompute, TrainingJob, ZeroStage } from "../../core/training/job.ts";
import type { MemoryEnd } from "../../core/training/prepare-memory.ts";
import type { Count } from "../../units/quantity.ts";
import { newTop } from "../rank.ts";
import { type Candidate, FASTEST, newTally, type Rejection, type Search, type Tally } from "./outcome.ts";
import { searchLayouts } from "./search.ts";
import type { TrainingSpace } from "./space.ts";

/** What the user fixed of a layout; the rest is searched. */
export type FixedLayout = Partial<Layout>;

export interface Best {
  readonly candidate: Candidate | undefined;
  /** The leanest layout there is, for where none fits. */
  readonly leanest: Search["leanest"];
  /** Why most layouts were turned away. */
  readonly reason: Rejection | undefined;
}

/** Stages and modes that common recipes choose among; the whole space is for `plan`. */
const STAGES: readonly ZeroStage[] = [1, 2, 3];
const MODES: readonly Recompute[] = ["none", "ops", "full"];
const MICRO_BATCHES: readonly Count[] = [1, 2, 4, 8];
/** Context parallelism is tried only where it leaves a chip at least so many tokens of a sequence. */
const LEAST_TOKENS = 4096;
const POWERS: readonly Count[] = [1, 2, 4, 8, 16, 32, 64];
/** Tensor parallelism stays within a server, or a part of a larger domain. */
const WIDEST_TENSOR = 16;

/**
 * The fastest layout of a space of common recipes, quick enough for every `train`. A batch that is `open` may be rounded, chips
 * that no layout can use stay idle, and a small batch grows as far as it must if nothing else runs.
 */
export function bestLayout(
  job: TrainingJob,
  fixed: FixedLayout = {},
  open: { readonly batch?: boolean; readonly end?: MemoryEnd } = {},
): Best {
  const batchRounding = open.batch === true ? BATCH_ROUNDING : 1;
  const space = quickSpace(job, fixed);
  const attempts: readonly TrainingSpace[] = [
    { ...space, batchRounding },
    { ...space, batchRounding, idleChips: true },
    ...(open.batch === true ? [{ ...space, batchRounding: Number.POSITIVE_INFINITY, idleChips: true }] : []),
  ];
  let leanest: Search["leanest"];
  let reason: Rejection | undefined;
  for (const attempt of attempts) {
    const search: Search = {
      goal: FASTEST,
      top: newTop(1),
      front: undefined,
      tally: newTally(),
      leanest: undefined,
    };
    searchLayouts(job, attempt, search, open.end ?? "expected");
    const [candidate] = search.top.items;
    leanest = leaner(leanest, search.leanest);
    reason = commonest(search.tally);
    if (candidate !== undefined) return { candidate, leanest, reason };
  }
  return { candidate: undefined, leanest, reason };
}

function commonest({ rejected }: Tally): Rejection | undefined {
  let most: Rejection | undefined;
  for (const [reason, count] of rejected) if (count > (rejected.get(most!) ?? 0)) most = reason;
  return most;
}

function leaner(a: Search["leanest"], b: Search["leanest"]): Search["leanest"] {
  if (a === undefined || b === undefined) return a ?? b;
  return b.memory < a.memory ? b : a;
}

/** The recipes tried: what is fixed, and for the rest what published runs choose among. */
function quickSpace(job: TrainingJob, fixed: FixedLayout): TrainingSpace {
  const { domain } = linksOf(job.chip);
  const tensor = Math.max(8, Math.min(domain, WIDEST_TENSOR));
  const only = <T>(value: T | undefined, otherwise: readonly T[]): readonly T[] =>
    value === undefined ? otherwise : [value];
  return {
    tp: only(
      fixed.tp,
      POWERS.filter((tp) => tp <= tensor),
    ),
    cp: only(
      fixed.cp,
      POWERS.filter((cp) => cp === 1 || job.seq / cp >= LEAST_TOKENS),
    ),
    zero: only(fixed.zero, fixed.shardGroup === undefined ? STAGES : [3]),
    shardGroup: [fixed.shardGroup ?? 0],
    microBatch: only(fixed.microBatch, MICRO_BATCHES),
    recompute: only(fixed.recompute, MODES),
    ...(fixed.pp === undefined ? {} : { pp: [fixed.pp] }),
    ...(fixed.vpp === undefined ? {} : { vpp: [fixed.vpp] }),
    ...(fixed.ep === undefined ? {} : { ep: [fixed.ep] }),
    ...(fixed.dp === undefined ? {} : { dp: [fixed.dp] }),
    ...(fixed.sequenceParallel === undefined ? {} : { sequenceParallel: [fixed.sequenceParallel] }),
  };
}
