import type { Bytes, Count } from "../../units/quantity.ts";
import type { Layout, TrainingJob, TrainingMemory, ZeroStage } from "./job.ts";
import { type LayerSize, type PreparedMemory, prepareMemory } from "./prepare-memory.ts";
import { FROZEN_16 } from "./states.ts";
import { MEMORY_REACH } from "./uncertainty.ts";

/** FSDP keeps the layer at work and the next one gathered. [PyTorch FSDP2: implicit prefetch of one] */
const GATHERED_LAYERS = 2;
/** Elements of a reduce and of an all-gather bucket. [DeepSpeed defaults] */
const DEEPSPEED_BUCKET = 5e8;

/** Room one stage's figures are written into: its breakdown, and what it holds. Fields, so that nothing is allocated. */
export interface StageMemory {
  weights: Bytes;
  gradients: Bytes;
  optimizer: Bytes;
  activations: Bytes;
  logits: Bytes;
  total: Bytes;
  /** Layers of the stage, and what one chip holds of it: parameters outside and inside routed experts, embedding tables. */
  layers: Count;
  dense: Count;
  experts: Count;
  tables: Count;
  /** Parameters of the layer at work, and bytes of its gradient beside its shard until it is scattered. */
  unit: Count;
  scattered: Bytes;
}

/** Memory of a stage to be filled in. */
export const newStageMemory = (): StageMemory => ({
  weights: 0,
  gradients: 0,
  optimizer: 0,
  activations: 0,
  logits: 0,
  total: 0,
  layers: 0,
  dense: 0,
  experts: 0,
  tables: 0,
  unit: 0,
  scattered: 0,
});

/** States of a stage that trains all its weights. */
function trainedStates(p: PreparedMemory, layout: Layout, out: StageMemory): void {
  const { dense, experts } = out;
  const { zero } = layout;
  // every micro-batch of a pipeline needs the weights and adds to the gradients, so both stay whole
  const apart = layout.pp === 1 ? zero : Math.min(zero, 1);
  const s = p.states[apart as ZeroStage];
  const replicas = layout.dp * layout.cp;
  // experts are cut over `max(ep, tp)` chips, so fewer replicas of each are left to shard over
  const width = Math.max(layout.ep, layout.tp);
  const expertReplicas = Math.max(1, (replicas * layout.tp) / width);
  const group = layout.shardGroup ?? replicas;
  const expertGroup = Math.max(1, (group * layout.tp) / width);
  const params = dense + experts;
  const overParameters = dense / group + experts / expertGroup;
  const overReplicas = dense / replicas + experts / expertReplicas;
  const sharded = zero === 3 ? overParameters : overReplicas;

  out.optimizer = s.optimizer * (zero === 0 ? params : sharded);
  if (apart === 3) {
    const whole = Math.min(out.tables + GATHERED_LAYERS * out.unit, params - overParameters);
    out.weights = s.weights * overParameters + s.gathered * whole;
  } else out.weights = s.copy * params + s.weights * (zero === 3 && s.copy > 0 ? overParameters : params);
  out.gradients = s.gradients * (apart >= 2 ? sharded : params);
  out.scattered = apart >= 2 ? s.gradients * Math.min(out.unit, params - sharded) : 0;
  // flat 16-bit buffers that DeepSpeed reduces gradients and gathers weights through
  if (p.deepspeed && zero > 0) {
    const shared = (replicas > 1 ? dense : 0) + (expertReplicas > 1 ? experts : 0);
    out.gradients += 2 * 2 * Math.min(DEEPSPEED_BUCKET, shared);
  }
}

/** Frozen weights, 16- or 4-bit, and the states of the adapters beside them. [Hu 2021; Dettmers 2023] */
function frozenStates(p: PreparedMemory, layout: Layout, layer: LayerSize, out: StageMemory): void {
  const { tp, pp, zero } = layout;
  const s = p.states[Math.min(zero, 1) as ZeroStage];
  const replicas = layout.dp * layout.cp;
  const group = layout.shardGroup ?? replicas;
  const adapters = (out.layers * layer.adapters) / tp;
  const linear = (out.layers * layer.split) / tp + out.experts;
  const other = FROZEN_16 * (out.dense + out.experts - linear);
  const bytes = p.frozenBytes * linear + other;
  const unpacked = p.frozenBytes < FROZEN_16 ? (FROZEN_16 * layer.matrix) / tp : 0;
  out.weights = (s.weights + s.copy) * adapters + bytes + unpacked;
  if (zero === 3 && pp === 1) {
    const gathered = other + (GATHERED_LAYERS * p.frozenBytes * linear) / out.layers;
    out.weights += Math.min(gathered, bytes * (1 - 1 / group)) - bytes * (1 - 1 / group);
  }
  out.gradients = s.gradients * adapters;
  out.optimizer = s.optimizer * (zero === 0 ? adapters : adapters / replicas);
  out.scattered = 0;
}

/** Activations that wait for their backward pass, and the more of loss or first layer to go back. */
function workingMemory(
  p: PreparedMemory,
  layout: Layout,
  layer: LayerSize,
  end: boolean,
  out: StageMemory,
): void {
  const { tp, pp } = layout;
  const tokens = (layout.microBatch * p.seq) / layout.cp;
  const stream = layout.sequenceParallel ? tp : 1;
  const all = layer.kept.none;
  const kept = layer.kept[layout.recompute];
  const share = layout.recomputeShare ?? 1;
  const full = tokens * (all.stream / stream + all.split / tp);
  const saved = tokens * (kept.stream / stream + kept.split / tp) * share + full * (1 - share);
  const flight = inFlight(p, layout, end);
  const last = pp === 1 || end;
  out.logits = last ? tokens * ((p.lossBytes * p.vocab) / tp + (2 * p.hidden) / stream) : 0;
  // after the loss its buffers are free, and the first layer to go back is built up again from what it kept
  out.activations = flight * out.layers * saved + Math.max(0, full - saved + out.scattered - out.logits);
  if (p.deepspeed && pp > 1) out.activations += flight * tokens * layer.kept.full.stream;
}

/** Micro-batches' worth of a stage's layers that wait for their backward pass, 1F1B or interleaved. [Narayanan 2021, section 2.2] */
function inFlight(p: PreparedMemory, layout: Layout, end: boolean): number {
  const { pp, vpp } = layout;
  const m = p.job.globalBatch / (layout.dp * layout.microBatch);
  if (pp === 1) return 1;
  if (vpp === 1) return end ? 1 : Math.min(pp, m);
  const chunks = (vpp - 1) * pp + 1 + (end ? 0 : 2 * (pp - 1));
  return Math.min(chunks, m * vpp) / vpp;
}

/** The fullest moment of one end of the pipeline, without allocator slack and context; left in `out.total`. */
function stageMemory(p: PreparedMemory, layout: Layout, end: boolean, out: StageMemory): void {
  const { tp, pp } = layout;
  const most = Math.ceil(p.layers / pp);
  const trunk = end ? Math.max(0, p.layers - most * (pp - 1)) : most;
  const held = pp === 1 || end ? trunk + p.mtpLayers : trunk;
  const layer = pp > 1 && p.lighter <= most && p.layers - p.lighter >= most ? p.heaviest : p.mean;
  const width = Math.max(layout.ep, tp);
  out.layers = held;
  out.tables = (p.table * (pp === 1 && !p.tied ? 2 : 1)) / tp;
  out.dense = held * (layer.split / tp + layer.whole) + out.tables + (end ? 0 : p.positions);
  out.experts = (held * layer.experts) / width;
  out.unit = layer.split / tp + layer.whole + layer.experts / width;
  if (p.frozen) frozenStates(p, layout, layer, out);
  else trainedStates(p, layout, out);
  workingMemory(p, layout, layer, end, out);
  out.total = p.modelError * (out.weights + out.gradients + out.optimizer + out.activations + out.logits);
}

/** Bytes of the fullest chip as a monitor reads them. Allocates nothing: a search calls this a million times a second. */
export function peakBytes(p: PreparedMemory, layout: Layout, room: StageMemory): Bytes {
  stageMemory(p, layout, false, room);
  let most = room.total;
  if (layout.pp > 1) {
    stageMemory(p, layout, true, room);
    if (room.total > most) most = room.total;
  }
  return most * (1 + p.fragmentation) + p.context;
}

/** Memory of a training step by cause: on the fullest chip, or on one of the first pipeline stage. */
export function trainingMemory(
  job: TrainingJob,
  layout: Layout,
  stage: "fullest" | "first" = "fullest",
): TrainingMemory {
  const p = prepareMemory(job);
  const first = newStageMemory();
  stageMemory(p, layout, false, first);
  let fullest = first;
  if (layout.pp > 1 && stage === "fullest") {
    const end = newStageMemory();
    stageMemory(p, layout, true, end);
    if (end.total > first.total) fullest = end;
  }
  const { weights, gradients, optimizer, activations, logits, total } = fullest;
  const fragmentation = total * p.fragmentation;
  return {
    weights,
    gradients,
    optimizer,
    activations,
    logits,
    fragmentation,
    context: p.context,
    allocated: total,
    reserved: total + fragmentation + p.context,
  };
}

/** 90 % interval of what a chip's monitor will read, from the expected need and its extremes. */
export const memoryInterval = (
  expected: Bytes,
  { low, high }: { readonly low: Bytes; readonly high: Bytes },
): { readonly low: Bytes; readonly high: Bytes } => ({
  low: expected - MEMORY_REACH.value * (expected - low),
  high: expected + MEMORY_REACH.value * (high - expected),
});

/** The extremes of what a chip's monitor may read, every assumption at its own end: what fits is judged by them. */
export function memoryRange(job: TrainingJob, layout: Layout): { readonly low: Bytes; readonly high: Bytes } {
  const room = newStageMemory();
  return {
    low: peakBytes(prepareMemory(job, "low"), layout, room),
    high: peakBytes(prepareMemory(job, "high"), layout, room),
  };
}

/** Whether a need fits a chip: `over` when even its low end does not, `tight` between its ends. Unknown capacity fits. */
export type MemoryVerdict = "fits" | "tight" | "over";

/** Whether a predicted range of bytes fits: at its high end, at its low end only, or not at all. */
export function memoryVerdict(
  range: { readonly low: Bytes; readonly high: Bytes },
  capacity: Bytes | undefined,
): MemoryVerdict {
  if (capacity === undefined || range.high <= capacity) return "fits";
  return range.low > capacity ? "over" : "tight";
}
