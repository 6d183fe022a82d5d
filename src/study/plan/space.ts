import { linksOf } from "../../core/hardware.ts";
import type { Recompute, TrainingJob, ZeroStage } from "../../core/training/job.ts";
import { type LayoutRules, pipelineFault } from "../../core/training/layout.ts";
import type { Count, Ratio } from "../../units/quantity.ts";

/** Values a search may give to each axis of a layout; what is absent is every value that could make sense. `dp` follows. */
export interface TrainingSpace {
  readonly tp?: readonly Count[];
  readonly pp?: readonly Count[];
  readonly vpp?: readonly Count[];
  readonly cp?: readonly Count[];
  readonly ep?: readonly Count[];
  readonly dp?: readonly Count[];
  readonly zero?: readonly ZeroStage[];
  /** Chips over which ZeRO-3 shards; 0 is all replicas. Absent: those, and the scale-up domain. */
  readonly shardGroup?: readonly Count[];
  readonly microBatch?: readonly Count[];
  readonly recompute?: readonly Recompute[];
  readonly sequenceParallel?: readonly boolean[];
  /** The batch may be rounded, up or down, by up to this factor so that replicas and micro-batches divide it. Absent: it stands. */
  readonly batchRounding?: Ratio;
  /** Chips may stand idle where no whole layout uses them all. */
  readonly idleChips?: boolean;
}

/** Every axis with its values, for one number of chips. */
export interface Axes {
  readonly tp: readonly Count[];
  readonly pp: readonly Count[];
  /** Virtual stages for each pp: those asked for, else all that its layers fill. */
  readonly vpp: ReadonlyMap<Count, readonly Count[]>;
  readonly cp: readonly Count[];
  readonly ep: readonly Count[];
  readonly dp: readonly Count[] | undefined;
  readonly zero: readonly ZeroStage[];
  /** 0 is all replicas; the scale-up domain stands as the chips of it that tensor parallelism leaves. */
  readonly shardGroup: readonly (Count | "domain")[];
  readonly microBatch: readonly Count[];
  readonly recompute: readonly Recompute[];
  /** For tensor parallelism above one; off elsewhere. */
  readonly sequenceParallel: readonly boolean[];
  readonly batchRounding: Ratio;
  readonly idleChips: boolean;
}

/** Fleets that do not divide well leave a few chips idle: a whole number of servers, racks, rows. */
const GROUPS: readonly Count[] = [1, 8, 64, 512];
/** No more than this share of a fleet stays idle for a better cut of the rest. */
const MOST_IDLE = 0.08;

/** All the chips of a fleet, and rounder numbers not far below. */
export function usableCounts(chips: Count): readonly Count[] {
  const counts = new Set(GROUPS.map((group) => chips - (chips % group)));
  return [...counts].filter((count) => count >= chips * (1 - MOST_IDLE));
}

/** Widest tensor and context parallelism tried unasked; published runs stay at 16 and 32. */
const WIDEST_TENSOR = 64;
const WIDEST_CONTEXT = 64;
/** Most tokens of one micro-batch on one replica tried unasked; the largest published has 131,072. */
const MOST_TOKENS = 131_072;
const STAGES: readonly ZeroStage[] = [0, 1, 2, 3];

/** Most ways to cut tried along one axis where chips may stand idle. */
const MOST_WAYS = 64;

const powersOfTwo: readonly Count[] = [1, 2, 4, 8, 16, 32, 64];

const upTo = (n: Count): Count[] => Array.from({ length: n }, (_, i) => i + 1);

/** Divisors in ascending order. */
export function divisors(n: Count): Count[] {
  const low: Count[] = [];
  const high: Count[] = [];
  for (let d = 1; d * d <= n; d++) {
    if (n % d !== 0) continue;
    low.push(d);
    if (d * d !== n) high.unshift(n / d);
  }
  return [...low, ...high];
}

/** Fills in what a space leaves open. */
export function axesOf(job: TrainingJob, rules: LayoutRules, space: TrainingSpace): Axes {
  const idleChips = space.idleChips ?? false;
  const ways = idleChips ? upTo(Math.min(job.chips, MOST_WAYS)) : divisors(job.chips);
  const pp = space.pp ?? ways.filter((n) => n <= rules.layers);
  return {
    tp: space.tp ?? ways.filter((n) => n <= WIDEST_TENSOR),
    pp,
    vpp: new Map(pp.map((stages) => [stages, space.vpp ?? virtualStages(rules, stages)])),
    cp: space.cp ?? (idleChips ? powersOfTwo : ways).filter((n) => n <= Math.min(job.chips, WIDEST_CONTEXT)),
    ep: space.ep ?? expertWays(rules),
    dp: space.dp,
    zero: space.zero ?? STAGES,
    shardGroup: space.shardGroup ?? [0, "domain"],
    microBatch: space.microBatch ?? microBatches(job),
    recompute: space.recompute ?? recomputations(job),
    sequenceParallel: space.sequenceParallel ?? [true],
    batchRounding: space.batchRounding ?? 1,
    idleChips,
  };
}

/** Every number of virtual stages that the layers of a pipeline fill. */
function virtualStages(rules: LayoutRules, pp: Count): readonly Count[] {
  if (pp === 1) return [1];
  return upTo(Math.ceil(rules.layers / pp)).filter(
    (v) => v === 1 || pipelineFault(rules, pp, v) === undefined,
  );
}

function expertWays(rules: LayoutRules): Count[] {
  const [most] = [...rules.experts].sort((a, b) => b - a);
  return most === undefined ? [1] : divisors(most);
}

function microBatches(job: TrainingJob): Count[] {
  const sizes: Count[] = [1];
  while (2 * sizes.at(-1)! <= job.globalBatch && 2 * sizes.at(-1)! * job.seq <= MOST_TOKENS)
    sizes.push(2 * sizes.at(-1)!);
  return sizes;
}

/** Fused attention keeps no scores, so recomputing its core would save nothing. */
const recomputations = (job: TrainingJob): readonly Recompute[] =>
  job.stack.attention === "unfused"
    ? ["none", "selective", "ops", "mlp", "alternate", "full"]
    : ["none", "ops", "mlp", "alternate", "full"];

/** Shard groups of ZeRO-3 that so many replicas allow; 0 is the whole. */
export function shardGroups(axes: Axes, job: TrainingJob, tp: Count, cp: Count, replicas: Count): Count[] {
  const within = Math.floor(linksOf(job.chip).domain / tp);
  const groups = axes.shardGroup.map((group) => (group === "domain" ? (within > cp ? within : -1) : group));
  return groups.filter((group) => group === 0 || (group > 0 && group < replicas && replicas % group === 0));
}
