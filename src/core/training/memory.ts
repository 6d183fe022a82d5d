import type { Bytes, Count } from "../../units/quantity.ts";
import type { Layout, TrainingJob, TrainingMemory, ZeroStage } from "./job.ts";
import { FROZEN_16, type LayerSize, type PreparedMemory, prepareMemory } from "./prepare-memory.ts";

/** FSDP keeps the layer at work and the next one gathered. [PyTorch FSDP2: implicit prefetch of one] */
const GATHERED_LAYERS = 2;
/** Elements of a reduce and of an all-gather bucket. [DeepSpeed defaults] */
const DEEPSPEED_BUCKET = 5e8;

/** Room the breakdown of one stage is written into. */
export interface StageMemory {
  weights: Bytes;
  gradients: Bytes;
  optimizer: Bytes;
  activations: Bytes;
  logits: Bytes;
}

export const newStageMemory = (): StageMemory => ({
  weights: 0,
  gradients: 0,
  optimizer: 0,
  activations: 0,
  logits: 0,
});

/**
 * Bytes of a stage that trains all its weights: `dense` and `experts` are what one chip holds, `unit` the layer at work. Returns
 * what a layer's gradient takes beside its shard until it is scattered.
 */
function trainedStates(
  p: PreparedMemory,
  layout: Layout,
  dense: Count,
  experts: Count,
  tables: Count,
  unit: Count,
  out: StageMemory,
): Bytes {
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
    const whole = Math.min(tables + GATHERED_LAYERS * unit, params - overParameters);
    out.weights = s.weights * overParameters + s.gathered * whole;
  } else out.weights = s.copy * params + s.weights * (zero === 3 && s.copy > 0 ? overParameters : params);
  out.gradients = s.gradients * (apart >= 2 ? sharded : params);
  // flat 16-bit buffers that DeepSpeed reduces gradients and gathers weights through
  if (p.deepspeed && zero > 0) {
    const shared = (replicas > 1 ? dense : 0) + (expertReplicas > 1 ? experts : 0);
    out.gradients += 2 * 2 * Math.min(DEEPSPEED_BUCKET, shared);
  }
  return apart >= 2 ? s.gradients * Math.min(unit, params - sharded) : 0;
}

/** Bytes of the fullest moment of one end of the pipeline, without allocator slack and context. */
function stageMemory(p: PreparedMemory, layout: Layout, end: boolean, out: StageMemory): Bytes {
  const { tp, pp } = layout;
  const most = Math.ceil(p.layers / pp);
  const trunk = end ? Math.max(0, p.layers - most * (pp - 1)) : most;
  const held = pp === 1 || end ? trunk + p.mtpLayers : trunk;
  const layer = pp > 1 && p.lighter <= most && p.layers - p.lighter >= most ? p.heaviest : p.mean;

  const tables = (p.table * (pp === 1 && !p.tied ? 2 : 1)) / tp;
  const dense = held * (layer.split / tp + layer.whole) + tables + (end ? 0 : p.positions);
  const width = Math.max(layout.ep, tp);
  const experts = (held * layer.experts) / width;
  const unit = layer.split / tp + layer.whole + layer.experts / width;

  const scattered = p.frozen
    ? frozenStates(p, layout, held, layer, dense, experts, out)
    : trainedStates(p, layout, dense, experts, tables, unit, out);
  workingMemory(p, layout, layer, inFlight(p, layout, end) * held, pp === 1 || end, scattered, out);
  return p.modelError * (out.weights + out.gradients + out.optimizer + out.activations + out.logits);
}

/** Activations of `flight` layers that wait for their backward pass, and the more of loss or first layer to go back. */
function workingMemory(
  p: PreparedMemory,
  layout: Layout,
  layer: LayerSize,
  flight: number,
  last: boolean,
  scattered: Bytes,
  out: StageMemory,
): void {
  const { tp } = layout;
  const tokens = (layout.microBatch * p.seq) / layout.cp;
  const stream = layout.sequenceParallel ? tp : 1;
  const all = layer.kept.none;
  const kept = layer.kept[layout.recompute];
  const full = tokens * (all.stream / stream + all.split / tp);
  const saved = tokens * (kept.stream / stream + kept.split / tp);
  out.logits = last ? tokens * ((p.lossBytes * p.vocab) / tp + (2 * p.hidden) / stream) : 0;
  // after the loss its buffers are free, and the first layer to go back is built up again from what it kept
  out.activations = flight * saved + Math.max(0, full - saved + scattered - out.logits);
  if (p.deepspeed && layout.pp > 1) {
    const outputs = flight / Math.ceil(p.layers / layout.pp);
    out.activations += outputs * tokens * layer.kept.full.stream;
  }
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

/** Frozen weights, 16- or 4-bit, and the states of the adapters beside them. [Hu 2021; Dettmers 2023] */
function frozenStates(
  p: PreparedMemory,
  layout: Layout,
  held: Count,
  layer: LayerSize,
  dense: Count,
  experts: Count,
  out: StageMemory,
): Bytes {
  const { tp, pp, zero } = layout;
  const s = p.states[Math.min(zero, 1) as ZeroStage];
  const group = layout.shardGroup ?? layout.dp * layout.cp;
  const adapters = (held * layer.adapters) / tp;
  const linear = (held * layer.split) / tp + experts;
  const bytes = p.frozenBytes * linear + FROZEN_16 * (dense + experts - linear);
  const unit = p.frozenBytes * (linear / held);
  out.weights = (s.weights + s.copy) * adapters;
  if (zero === 3 && pp === 1) {
    const other = FROZEN_16 * (dense + experts - linear);
    out.weights += bytes / group + Math.min(other + GATHERED_LAYERS * unit, bytes * (1 - 1 / group));
  } else out.weights += bytes;
  out.gradients = s.gradients * adapters;
  out.optimizer = s.optimizer * (zero === 0 ? adapters : adapters / (layout.dp * layout.cp));
  return 0;
}

/** Bytes of the fullest chip as a monitor reads them. No breakdown, no allocation: a search calls this a million times a second. */
export function peakBytes(p: PreparedMemory, layout: Layout, room: StageMemory): Bytes {
  let most = stageMemory(p, layout, false, room);
  if (layout.pp > 1) {
    const end = stageMemory(p, layout, true, room);
    if (end > most) most = end;
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
  const end = newStageMemory();
  let allocated = stageMemory(p, layout, false, first);
  let fullest = first;
  if (layout.pp > 1 && stage === "fullest") {
    const atEnd = stageMemory(p, layout, true, end);
    if (atEnd > allocated) {
      allocated = atEnd;
      fullest = end;
    }
  }
  const fragmentation = allocated * p.fragmentation;
  return {
    ...fullest,
    fragmentation,
    context: p.context,
    allocated,
    reserved: allocated + fragmentation + p.context,
  };
}

/** The interval of what a chip's monitor will read. */
export function memoryRange(job: TrainingJob, layout: Layout): { readonly low: Bytes; readonly high: Bytes } {
  const room = newStageMemory();
  return {
    low: peakBytes(prepareMemory(job, "low"), layout, room),
    high: peakBytes(prepareMemory(job, "high"), layout, room),
  };
}

/** Whether a need fits a chip: `over` when even its low end does not, `tight` between its ends. Unknown capacity fits. */
export type MemoryVerdict = "fits" | "tight" | "over";

export function memoryVerdict(
  range: { readonly low: Bytes; readonly high: Bytes },
  capacity: Bytes | undefined,
): MemoryVerdict {
  if (capacity === undefined || range.high <= capacity) return "fits";
  return range.low > capacity ? "over" : "tight";
}
