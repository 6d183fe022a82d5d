import type { Recompute, TrainingJob, ZeroStage } from "../../core/training/job.ts";
import { layerTimes } from "../../core/training/layer.ts";
import {
  contextFault,
  expertFault,
  type LayoutRules,
  layoutRules,
  pipelineFault,
  tensorFault,
} from "../../core/training/layout.ts";
import { newStageMemory, peakBytes, type StageMemory } from "../../core/training/memory.ts";
import { type Prepared, prepareJob } from "../../core/training/prepare.ts";
import { type MemoryEnd, type PreparedMemory, prepareMemory } from "../../core/training/prepare-memory.ts";
import { evaluate, newWorkspace, type Workspace } from "../../core/training/step.ts";
import type { Bytes, Count, Seconds } from "../../units/quantity.ts";
import { beaten, extend, offer, topLimit } from "../rank.ts";
import { asLayout, copyOf, type Draft, newDraft } from "./draft.ts";
import type { Candidate, Rejection, Search } from "./outcome.ts";
import { type Axes, axesOf, shardGroups, type TrainingSpace } from "./space.ts";

/** A pipeline that passes for some tp and cp, with what varies inside it. */
interface Stage {
  readonly pp: Count;
  readonly dp: Count;
  readonly vpps: readonly Count[];
  readonly zeros: readonly ZeroStage[];
  /** Shard groups for ZeRO-3; 0 is the whole. */
  readonly groups: readonly Count[];
  /** Layouts of the space for each ep, micro-batch, recomputation and sequence parallelism. */
  readonly each: number;
  alive: boolean;
}

/** The job with its chips and batch settled, prepared. */
interface Variant {
  readonly prepared: Prepared;
  readonly memory: PreparedMemory;
}

/** Everything one search over one number of chips works with. */
interface Field {
  readonly job: TrainingJob;
  readonly rules: LayoutRules;
  readonly axes: Axes;
  readonly settled: Variant;
  readonly variants: Map<number, Variant>;
  readonly capacity: Bytes;
  readonly work: Workspace;
  readonly room: StageMemory;
  readonly draft: Draft;
  readonly search: Search;
}

const OFF: readonly boolean[] = [false];
const FULL: readonly Recompute[] = ["full"];
const NONE: readonly Count[] = [];

/**
 * Searches every layout of a space for one job. Layouts are rejected in blocks where a divisibility rule or the least memory of
 * the block says so; the rest are ordered so that a layer is timed once for all pipelines and ZeRO stages around it, and
 * evaluated unless that layer alone is already too slow.
 */
export function searchLayouts(job: TrainingJob, space: TrainingSpace, search: Search, end: MemoryEnd): void {
  const rules = layoutRules(job);
  const field: Field = {
    job,
    rules,
    axes: axesOf(job, rules, space),
    settled: { prepared: prepareJob(job), memory: prepareMemory(job, end) },
    variants: new Map(),
    capacity: job.chip.memory ?? Number.POSITIVE_INFINITY,
    work: newWorkspace(),
    room: newStageMemory(),
    draft: newDraft(),
    search,
  };
  for (const tp of field.axes.tp) for (const cp of field.axes.cp) searchWithin(field, tp, cp);
}

function reject(field: Field, reason: Rejection, count: number): void {
  if (count === 0) return;
  const { rejected } = field.search.tally;
  rejected.set(reason, (rejected.get(reason) ?? 0) + count);
}

/** Replicas of a layout, or 0 where chips do not divide and none may stand idle. */
function replicasOf({ job, axes }: Field, ways: Count): Count {
  const dp = job.chips / ways;
  if (!axes.idleChips) return Number.isInteger(dp) ? dp : 0;
  return Math.max(0, ...(axes.dp ?? [Math.floor(dp)]).filter((given) => given <= dp));
}

/** All layouts with one tp and cp. */
function searchWithin(field: Field, tp: Count, cp: Count): void {
  const { axes, draft, search, rules } = field;
  draft.tp = tp;
  draft.cp = cp;
  const streams = tp > 1 ? axes.sequenceParallel : OFF;
  const layers = axes.microBatch.length * axes.recompute.length * streams.length;
  const fault = tensorFault(rules, tp) ?? contextFault(rules, cp);
  const stages: Stage[] = [];
  for (const pp of axes.pp) {
    const dp = replicasOf(field, tp * cp * pp);
    if (dp === 0) continue;
    const all = layers * axes.ep.length * axes.vpp.get(pp)!.length * shardings(axes);
    search.tally.considered += all;
    if (fault === undefined) addStage(field, pp, dp, all, layers, stages);
    else reject(field, fault, all);
  }
  if (stages.length === 0) return;
  for (const ep of axes.ep) searchExperts(field, ep, stages, streams, layers);
}

/** ZeRO stages with their shard groups: what a space holds, before any of it is ruled out. */
const shardings = ({ zero, shardGroup }: Axes): number =>
  zero.includes(3) ? zero.length - 1 + shardGroup.length : zero.length;

/** Checks a pipeline against the rules that neither micro-batch nor experts change; counts what they rule out. */
function addStage(field: Field, pp: Count, dp: Count, all: number, layers: number, stages: Stage[]): void {
  const { axes, draft, job, rules } = field;
  const fault =
    axes.dp !== undefined && !axes.dp.includes(dp)
      ? "dp"
      : (pipelineFault(rules, pp, 1) ?? (batchFor(field, dp) > 0 ? undefined : "batch"));
  if (fault !== undefined) {
    reject(field, fault, all);
    return;
  }
  const asked = axes.vpp.get(pp)!;
  const vpps = asked.filter((v) => pipelineFault(rules, pp, v) === undefined);
  const zeros = pp === 1 || !axes.zero.includes(1) ? axes.zero : axes.zero.filter((z) => z < 2);
  const groups = zeros.includes(3) ? shardGroups(axes, job, draft.tp, draft.cp, dp * draft.cp) : NONE;
  const variants = zeros.filter((z) => z < 3).length + groups.length;
  const perVpp = layers * axes.ep.length * shardings(axes);
  reject(field, pp === 1 ? "vpp-without-pp" : "vpp-layers", (asked.length - vpps.length) * perVpp);
  const unshared = vpps.length * layers * axes.ep.length * (shardings(axes) - variants);
  reject(field, pp > 1 ? "zero-pipeline" : "shard-group", unshared);
  if (vpps.length * variants > 0)
    stages.push({ pp, dp, vpps, zeros, groups, each: vpps.length * variants, alive: true });
}

/** The multiple of `step` sequences nearest the job's batch, if that is within its rounding; 0 else. */
function batchFor({ job, axes }: Field, step: Count): Count {
  const { globalBatch } = job;
  const least = Math.max(1, Math.floor(globalBatch / step)) * step;
  const batch = least < globalBatch && (least + step) * least < globalBatch ** 2 ? least + step : least;
  return Math.max(batch, globalBatch) <= axes.batchRounding * Math.min(batch, globalBatch) ? batch : 0;
}

/** All layouts with one tp, cp and ep. */
function searchExperts(
  field: Field,
  ep: Count,
  stages: readonly Stage[],
  streams: readonly boolean[],
  layers: number,
): void {
  const { axes, draft, rules } = field;
  draft.ep = ep;
  let alive = 0;
  for (const stage of stages) {
    const fault = expertFault(rules, ep, draft.tp * draft.cp * stage.dp);
    stage.alive = fault === undefined;
    if (fault !== undefined) reject(field, fault, stage.each * layers);
    else if (leastMemory(field, stage) > field.capacity) {
      stage.alive = false;
      reject(field, "memory", stage.each * layers);
    } else alive++;
  }
  if (alive === 0) return;
  for (const microBatch of axes.microBatch) {
    draft.microBatch = microBatch;
    for (const sequenceParallel of streams) {
      draft.sequenceParallel = sequenceParallel;
      // recomputing only adds to what a layer takes, so a layer that recomputes nothing bounds the rest
      let least = 0;
      for (const recompute of axes.recompute) {
        draft.recompute = recompute;
        const layer = searchLayer(field, stages, least);
        if (recompute === "none") least = layer;
      }
    }
  }
}

/** The least any layout of a stage can need: the smallest micro-batch and everything sharded, by the laws of memory. */
function leastMemory(field: Field, stage: Stage): Bytes {
  const { axes, draft } = field;
  const { groups, zeros } = stage;
  draft.pp = stage.pp;
  draft.dp = stage.dp;
  // plain 1F1B holds least; where stages must be interleaved, the most chunks do
  draft.vpp = stage.vpps.includes(1) ? 1 : Math.max(...stage.vpps);
  draft.microBatch = Math.min(...axes.microBatch);
  draft.sequenceParallel = draft.tp > 1 && axes.sequenceParallel.includes(true);
  let least = Number.POSITIVE_INFINITY;
  for (const recompute of axes.recompute.includes("full") ? FULL : axes.recompute) {
    draft.recompute = recompute;
    // parameters sharded over fewer chips than the rest may need more than those not sharded at all
    const whole = groups.includes(0);
    if (groups.length > 0) least = Math.min(least, weigh(field, 3, whole ? 0 : Math.max(...groups)));
    const highest = Math.max(...zeros.filter((zero) => zero < 3));
    if (!whole && highest >= 0) least = Math.min(least, weigh(field, highest as ZeroStage, 0));
  }
  return least;
}

/** Memory of the draft at a ZeRO stage and shard group; remembers the leanest layout of the search. */
function weigh({ draft, job, room, search, settled }: Field, zero: ZeroStage, group: Count): Bytes {
  draft.zero = zero;
  draft.shardGroup = group === 0 ? undefined : group;
  const memory = peakBytes(settled.memory, asLayout(draft), room);
  if (search.leanest === undefined || memory < search.leanest.memory)
    search.leanest = { job, layout: copyOf(draft), memory };
  return memory;
}

/**
 * All pipelines and ZeRO stages around one layer: same tp, cp, ep, micro-batch, recomputation and sequence parallelism. `least` is
 * a bound on the layer's time; returns the time itself where it was needed, else the bound.
 */
function searchLayer(field: Field, stages: readonly Stage[], least: Seconds): Seconds {
  const { draft, work, search } = field;
  const { prepared } = field.settled;
  let layer = least;
  work.layerOf = undefined;
  for (const stage of stages) {
    if (!stage.alive) continue;
    const step = stage.dp * draft.microBatch;
    if (batchFor(field, step) === 0) {
      reject(field, "batch", stage.each);
      continue;
    }
    // every stage works through its layers for each micro-batch
    const perSequence = Math.ceil(prepared.layers / stage.pp) / step;
    if (tooSlow(search, perSequence * layer)) {
      search.tally.pruned += stage.each;
      continue;
    }
    if (work.layerOf === undefined) {
      layerTimes(prepared, asLayout(draft), work.layer);
      work.layerOf = asLayout(draft);
      layer = work.layer.total;
    }
    searchStage(field, stage, perSequence * layer);
  }
  return layer;
}

/** Whether a layout that takes at least so long per sequence can go unseen: never while a front wants its memory. */
const tooSlow = ({ goal, top, front }: Search, floor: Seconds): boolean =>
  front === undefined &&
  (floor > goal.slowest || (goal.by === "time" && floor * goal.perSecond > topLimit(top)));

/** Virtual stages, ZeRO stages and shard groups of one pipeline. */
function searchStage(field: Field, stage: Stage, floor: Seconds): void {
  const { draft } = field;
  draft.pp = stage.pp;
  draft.dp = stage.dp;
  for (const vpp of stage.vpps) {
    const batch = batchFor(field, stage.dp * draft.microBatch * (vpp > 1 ? stage.pp : 1));
    if (batch === 0) {
      reject(field, "vpp-batch", stage.each / stage.vpps.length);
      continue;
    }
    draft.vpp = vpp;
    const variant = variantOf(field, batch);
    // stages wait for their first and last micro-batch
    const withBubble = floor * (1 + ((stage.pp - 1) * stage.dp * draft.microBatch) / (vpp * batch));
    for (const zero of stage.zeros) {
      draft.zero = zero;
      if (zero < 3) visit(field, variant, withBubble, undefined);
      else
        for (const group of stage.groups) visit(field, variant, withBubble, group === 0 ? undefined : group);
    }
  }
}

/** The prepared job of a batch and the chips in use: the one asked for, or one made for it. */
function variantOf(field: Field, batch: Count): Variant {
  const { draft, job, settled, variants } = field;
  const chips = draft.tp * draft.cp * draft.pp * draft.dp;
  if (batch === job.globalBatch && chips === job.chips) return settled;
  const key = batch * (job.chips + 1) + chips;
  const known = variants.get(key);
  if (known !== undefined) return known;
  const other: TrainingJob = { ...job, globalBatch: batch, chips };
  const made = { prepared: { ...settled.prepared, job: other }, memory: { ...settled.memory, job: other } };
  variants.set(key, made);
  return made;
}

/** One layout: weighed, and timed unless its layers alone are already too slow. */
function visit(field: Field, variant: Variant, floor: Seconds, shardGroup: Count | undefined): void {
  const { draft, search, work } = field;
  const { goal, top, front, tally } = search;
  if (tooSlow(search, floor)) {
    tally.pruned++;
    return;
  }
  draft.shardGroup = shardGroup;
  const layout = asLayout(draft);
  const memory = peakBytes(variant.memory, layout, field.room);
  if (memory > field.capacity) {
    reject(field, "memory", 1);
    return;
  }
  const least = goal.by === "time" ? floor * goal.perSecond : loadOf(field, memory);
  const ranked = floor <= goal.slowest && least <= topLimit(top);
  const second = goal.front === "memory" ? memory : floor * goal.frontPerSecond;
  if (!ranked && (front === undefined || beaten(front, floor, second))) {
    tally.pruned++;
    return;
  }
  tally.evaluated++;
  // a layer's time depends on neither batch nor chips
  work.jobOf = variant.prepared;
  keep(field, variant.prepared.job, evaluate(variant.prepared, layout, work), memory);
}

/** How full a chip is: the share of its memory, or bytes where its memory is unknown. */
const loadOf = ({ capacity }: Field, memory: Bytes): number =>
  capacity === Number.POSITIVE_INFINITY ? memory : memory / capacity;

function keep(field: Field, job: TrainingJob, stepSeconds: Seconds, memory: Bytes): void {
  const { draft, search } = field;
  const { goal, top, front } = search;
  const seconds = stepSeconds / job.globalBatch;
  const cost = seconds * goal.perSecond;
  const item = (): Candidate => ({ job, layout: copyOf(draft), stepSeconds, memory });
  if (seconds <= goal.slowest) {
    if (goal.by === "time") offer(top, cost, memory, item);
    else offer(top, loadOf(field, memory), cost, item);
  }
  if (front === undefined) return;
  extend(front, seconds, goal.front === "memory" ? memory : seconds * goal.frontPerSecond, item);
}
