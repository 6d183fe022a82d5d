import type { Count, Seconds } from "../../units/quantity.ts";
import { gatherTime, groupRate, neighbourRate } from "../network.ts";
import type { TrainingConstants } from "./constants.ts";
import type { Layout, StepTime, TrainingJob } from "./job.ts";
import { type LayerTimes, layerTimes, matmulTime, noLayerTimes } from "./layer.ts";
import { type Prepared, prepareJob } from "./prepare.ts";

type MutableStep = { -readonly [cause in keyof StepTime]: StepTime[cause] };

/** Room that `evaluate` writes into, so that a search allocates nothing per layout. */
export interface Workspace {
  readonly step: MutableStep;
  readonly layer: LayerTimes;
  /** Layout and job the layer's times were last computed for: a search varies the outer axes fastest. */
  layerOf: Layout | undefined;
  jobOf: Prepared | undefined;
}

/** Records that a search fills in anew for each layout. */
export const newWorkspace = (): Workspace => ({
  layerOf: undefined,
  jobOf: undefined,
  layer: noLayerTimes(),
  step: {
    total: 0,
    gemm: 0,
    attention: 0,
    elementwise: 0,
    recompute: 0,
    tensorParallel: 0,
    contextParallel: 0,
    expertParallel: 0,
    pipelineTransfer: 0,
    bubble: 0,
    dataParallel: 0,
    host: 0,
    optimizer: 0,
    logits: 0,
    straggler: 0,
  },
});

/** Micro-batches one replica runs per optimizer step. */
export const microBatches = (job: TrainingJob, layout: Layout): Count =>
  Math.max(1, job.globalBatch / (layout.dp * layout.microBatch));

/** Output projection and loss of one micro-batch, forward and backward. */
function headTime(p: Prepared, layout: Layout): Seconds {
  const tokens = (layout.microBatch * p.seq) / layout.cp;
  const v = p.vocab / layout.tp;
  const matmul = matmulTime(p, tokens, v, p.hidden, p.wideRate, 2);
  const loss = (p.k.logitBytes * tokens * v + 8 * tokens * p.hidden) / p.memoryRate;
  return p.heads * ((2 + p.weightGradients) * matmul + loss);
}

/** ZeRO-3 with a pipeline keeps parameters gathered over micro-batches: its traffic is that of stage 1, as its memory is. */
const gathersLayers = (layout: Layout): boolean => layout.zero === 3 && layout.pp === 1;

/** Gradients that stay cut are scattered after every micro-batch. [Rajbhandari 2020, section 5.2] */
const scattersLayers = (layout: Layout): boolean => layout.zero >= 2 && layout.pp === 1;

const shardChips = (layout: Layout): Count => layout.shardGroup ?? layout.dp * layout.cp;

/** Chips that experts are cut over: tensor ranks split what expert parallelism leaves whole. */
const expertWays = ({ tp, ep }: Layout): Count => Math.max(tp, ep);

/** Each micro-batch, a layer's gradients scattered; under ZeRO-3 its parameters gathered too, forward and backward. */
function shardedLayerTime(p: Prepared, layout: Layout): Seconds {
  const { tp } = layout;
  const gathers = layout.zero === 3 ? 2 : 0;
  const ways = expertWays(layout);
  const group = shardChips(layout);
  const experts = Math.max(1, (group * tp) / ways);
  const bytes = gathers * 2 + p.gradientBytes * p.trainable;
  const dense = gatherTime((p.denseParams / tp) * bytes, group, groupRate(p.fabric, group, tp));
  const expert =
    p.expertParams === 0
      ? 0
      : gatherTime((p.expertParams / ways) * bytes, experts, groupRate(p.fabric, experts, ways));
  return group <= 1 ? 0 : dense + expert + (gathers + 1) * p.fabric.latency * Math.log2(group);
}

/** Dense parameters a chip holds: its layers and, at the fuller end of the pipeline, an embedding. */
const heldDense = (p: Prepared, layout: Layout): Count =>
  (p.denseParams * p.layers) / (layout.tp * layout.pp) +
  (2 * p.vocab * p.hidden) / (layout.tp * Math.min(layout.pp, 2));

const heldExperts = (p: Prepared, layout: Layout): Count =>
  (p.expertParams * p.layers) / (expertWays(layout) * layout.pp);

/** Data-parallel replicas of an expert: the experts' group takes its chips from tensor and data parallel alike. */
const expertReplicas = (layout: Layout): Count =>
  Math.max(1, (layout.dp * layout.cp * layout.tp) / expertWays(layout));

/** Gradient reduction and parameter gathering of a step, before overlap. */
function syncTime(p: Prepared, layout: Layout): Seconds {
  const { tp } = layout;
  const ways = expertWays(layout);
  const replicas = layout.dp * layout.cp;
  const gradients = scattersLayers(layout) ? 0 : p.gradientBytes;
  const perParam = (layout.zero === 0 ? 2 * gradients : gradients + 2) * p.trainable;
  const dense = heldDense(p, layout);
  if (gathersLayers(layout)) {
    const shards = shardChips(layout);
    const copies = replicas / shards;
    if (copies <= 1) return 0;
    const held = dense / shards + heldExperts(p, layout) / Math.max(1, (shards * tp) / ways);
    return gatherTime(2 * p.gradientBytes * p.trainable * held, copies, p.fabric.nic);
  }
  const time = gatherTime(dense * perParam, replicas, groupRate(p.fabric, replicas, tp));
  if (p.expertParams === 0) return time;
  const copies = expertReplicas(layout);
  return time + gatherTime(heldExperts(p, layout) * perParam, copies, groupRate(p.fabric, copies, ways));
}

/** Bytes read and written per parameter by Adam with 32-bit state: gradient, two moments, master and working copy. */
const OPTIMIZER_TRAFFIC = 30;

function optimizerTime(p: Prepared, layout: Layout): Seconds {
  const replicas = layout.dp * layout.cp;
  const shards = layout.zero === 0 ? 1 : layout.zero === 3 ? shardChips(layout) : replicas;
  const expertShards = layout.zero === 0 ? 1 : expertReplicas(layout);
  const held = heldDense(p, layout) / shards + heldExperts(p, layout) / expertShards;
  return (OPTIMIZER_TRAFFIC * p.trainable * held) / p.memoryRate;
}

/** Activations to the next stage and gradients back, once per chunk. [Narayanan 2021, section 3.2] */
function transferTime(p: Prepared, layout: Layout): Seconds {
  const { pp, tp, cp, vpp } = layout;
  if (pp === 1) return 0;
  const tokens = (layout.microBatch * p.seq) / cp;
  const rate = neighbourRate(p.fabric, 2, tp * cp * pp);
  return p.exposed * 2 * vpp * ((2 * tokens * p.hidden) / tp / rate + p.fabric.latency);
}

const sameLayer = (a: Layout, b: Layout): boolean =>
  a === b ||
  (a.microBatch === b.microBatch &&
    a.tp === b.tp &&
    a.cp === b.cp &&
    a.ep === b.ep &&
    a.sequenceParallel === b.sequenceParallel &&
    a.recompute === b.recompute &&
    a.recomputeShare === b.recomputeShare);

/**
 * Time of one optimizer step; the causes are left in `work.step`. Allocates nothing: a search calls this a million times a
 * second.
 */
export function evaluate(p: Prepared, layout: Layout, work: Workspace): Seconds {
  const { layer: l, step: s } = work;
  if (work.jobOf !== p || work.layerOf === undefined || !sameLayer(work.layerOf, layout)) {
    layerTimes(p, layout, l);
    work.jobOf = p;
    work.layerOf = layout;
  }
  const { k } = p;
  const { pp, vpp } = layout;
  const traffic = scattersLayers(layout) ? shardedLayerTime(p, layout) : 0;
  const behind = Math.min(traffic, l.total);
  const layer = l.total + traffic - behind + p.exposedSharded * behind;
  const head = headTime(p, layout);
  const transfer = transferTime(p, layout);

  // the slowest stage sets the pace: full ones, or the last with fewer layers and the head
  const most = Math.ceil(p.layers / pp);
  const fewest = Math.max(0, p.layers - most * (pp - 1));
  const endIsSlowest = pp === 1 || fewest * layer + head > most * layer;
  const held = endIsSlowest ? fewest : most;
  const stage = endIsSlowest ? fewest * layer + head : most * layer;
  const m = microBatches(p.job, layout);
  // a last round of fewer micro-batches than stages leaves the chunks of an interleaved schedule waiting [Calculon]
  const ragged = vpp > 1 && m % pp !== 0 ? ((vpp - 1) / vpp) * ((pp - (m % pp)) / vpp) : 0;
  const bubble = ((pp - 1) / vpp + ragged) * (most * layer + transfer);
  const sync = syncTime(p, layout);
  const behindBackward = p.overlap ? Math.min(sync, stage) : 0;
  const shownSync = sync - behindBackward + k.exposedSync * behindBackward;
  const optimizer = optimizerTime(p, layout);
  const busy = m * (stage + transfer) + bubble + shownSync + optimizer;
  const straggler = busy * k.straggler * Math.log2(Math.max(p.job.chips, 8) / 8);

  const passes = m * held;
  s.gemm = passes * l.gemm;
  s.attention = passes * l.attention;
  s.elementwise = passes * l.elementwise;
  s.recompute = passes * l.recompute;
  s.tensorParallel = passes * l.tensorParallel;
  s.contextParallel = passes * l.contextParallel;
  s.expertParallel = passes * l.expertParallel;
  s.host = passes * l.host + k.stepOverhead;
  s.logits = endIsSlowest ? m * head : 0;
  s.pipelineTransfer = m * transfer;
  s.bubble = bubble;
  s.dataParallel = passes * (layer - l.total) + shownSync;
  s.optimizer = optimizer;
  s.straggler = straggler;
  s.total = busy + straggler + k.stepOverhead;
  return s.total;
}

/** Time of one optimizer step by cause. */
export function stepTime(job: TrainingJob, layout: Layout, constants?: Partial<TrainingConstants>): StepTime {
  const work = newWorkspace();
  evaluate(prepareJob(job, constants), layout, work);
  return work.step;
}

/** Training throughput of one chip. */
export const tokensPerSecondPerChip = (job: TrainingJob, step: Seconds): number =>
  (job.globalBatch * job.seq) / (step * job.chips);
