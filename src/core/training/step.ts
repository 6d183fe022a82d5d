import type { Seconds } from "../../units/quantity.ts";
import { groupRate } from "../network.ts";
import type { TrainingConstants } from "./constants.ts";
import type { Layout, StepTime, TrainingJob } from "./job.ts";
import { type LayerTimes, layerTimes, matmulTime, noLayerTimes } from "./layer.ts";
import { type Prepared, prepareJob } from "./prepare.ts";

type MutableStep = { -readonly [cause in keyof StepTime]: StepTime[cause] };

/** Room that `evaluate` writes into, so that a search allocates nothing per layout. */
export interface Workspace {
  readonly step: MutableStep;
  readonly layer: LayerTimes;
}

export const newWorkspace = (): Workspace => ({
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
export const microBatches = (job: TrainingJob, layout: Layout): number =>
  job.globalBatch / (layout.dp * layout.microBatch);

/** Output projection and loss of one micro-batch, forward and backward. */
function headTime(p: Prepared, layout: Layout): Seconds {
  const tokens = (layout.microBatch * p.seq) / layout.cp;
  const v = p.vocab / layout.tp;
  const heads = 1 + p.job.shape.mtpLayers;
  const matmul = matmulTime(p, tokens, v, p.hidden, p.wideRate, 2);
  return (
    heads *
    ((2 + p.weightGradients) * matmul + (p.k.logitBytes * tokens * v + 8 * tokens * p.hidden) / p.memoryRate)
  );
}

/** Gathering parameters and scattering gradients of one layer under ZeRO-3, once each way per micro-batch. */
function shardedLayerTime(p: Prepared, layout: Layout): Seconds {
  const { tp, cp } = layout;
  const group = layout.shardGroup ?? layout.dp * cp;
  if (group <= 1) return 0;
  const within = group * tp * cp <= p.domain;
  const bandwidth = within
    ? p.scaleUp
    : Math.min(p.scaleUp, p.nic * Math.min(Math.max(1, p.domain / (tp * cp)), group));
  const bytes = (p.denseParams / tp) * (4 + p.gradientBytes * p.trainable);
  return (bytes * (group - 1)) / group / bandwidth + 3 * p.k.linkLatency * Math.log2(group);
}

/** Dense parameters a chip holds: its layers and, on the fullest end of the pipeline, an embedding. */
const heldDense = (p: Prepared, layout: Layout): number =>
  (p.denseParams * p.layers) / (layout.tp * layout.pp) +
  (2 * p.vocab * p.hidden) / (layout.tp * Math.min(layout.pp, 2));

const heldExperts = (p: Prepared, layout: Layout): number =>
  (p.expertParams * p.layers) / (layout.ep * layout.pp);

/** Gradient reduction and parameter gathering at the end of a step, before overlap. */
function syncTime(p: Prepared, layout: Layout): Seconds {
  const { tp, ep, dp, cp } = layout;
  const replicas = dp * cp;
  const expertReplicas = Math.max((replicas * tp) / ep, 1);
  const perParam = (layout.zero === 0 ? 2 * p.gradientBytes : p.gradientBytes + 2) * p.trainable;
  let time = 0;
  if (!fullySharded(layout) && replicas > 1) {
    const rate = groupRate(replicas, tp, p.domain, p.scaleUp, p.nic);
    time += (heldDense(p, layout) * perParam * (replicas - 1)) / replicas / rate;
  } else if (layout.shardGroup !== undefined && layout.shardGroup < replicas) {
    const copies = replicas / layout.shardGroup;
    const bytes = (2 * p.gradientBytes * p.trainable * heldDense(p, layout)) / layout.shardGroup;
    time += (bytes * (copies - 1)) / copies / p.nic;
  }
  if (expertReplicas > 1 && p.expertParams > 0) {
    const across = expertReplicas * ep <= p.domain;
    const rate = across ? p.scaleUp : Math.min(p.scaleUp, p.nic * Math.max(p.domain / ep, 1));
    time += (heldExperts(p, layout) * perParam * (expertReplicas - 1)) / expertReplicas / rate;
  }
  return time;
}

/** ZeRO-3 with a pipeline keeps parameters gathered over micro-batches: its traffic is that of stage 2. */
const fullySharded = (layout: Layout): boolean => layout.zero === 3 && layout.pp === 1;

/** Bytes read and written per parameter by Adam with fp32 state. */
const OPTIMIZER_TRAFFIC = 30;

function optimizerTime(p: Prepared, layout: Layout): Seconds {
  const replicas = layout.dp * layout.cp;
  const shards = layout.zero === 0 ? 1 : layout.zero === 3 ? (layout.shardGroup ?? replicas) : replicas;
  const expertShards = layout.zero === 0 ? 1 : Math.max((replicas * layout.tp) / layout.ep, 1);
  const held = heldDense(p, layout) / shards + heldExperts(p, layout) / expertShards;
  return (OPTIMIZER_TRAFFIC * p.trainable * held) / p.memoryRate;
}

function transferTime(p: Prepared, layout: Layout): Seconds {
  const { pp, tp, cp, vpp } = layout;
  if (pp === 1) return 0;
  const tokens = (layout.microBatch * p.seq) / cp;
  const bandwidth = tp * cp * pp <= p.domain ? p.scaleUp : p.nic;
  return p.exposed * 2 * vpp * ((2 * tokens * p.hidden) / tp / bandwidth + p.k.linkLatency);
}

/** Time of one optimizer step; the causes are left in `work.step`. No allocation: a search calls this a million times a second. */
export function evaluate(p: Prepared, layout: Layout, work: Workspace): Seconds {
  const { k } = p;
  const s = work.step;
  const l = layerTimes(p, layout, work.layer);
  let layer = l.total;
  if (fullySharded(layout)) {
    const traffic = shardedLayerTime(p, layout);
    const share = p.job.stack.overlap ? k.exposedSharded : 1;
    layer += Math.max(0, traffic - layer) + share * Math.min(traffic, layer);
  }
  const head = headTime(p, layout);
  const { pp } = layout;
  const most = Math.ceil(p.layers / pp);
  const last = Math.max(0, p.layers - most * (pp - 1));
  const lastStage = last * layer + head;
  const critical = pp === 1 || lastStage > most * layer;
  const held = critical ? last : most;
  const stage = critical ? lastStage : most * layer;
  const transfer = transferTime(p, layout);
  const m = microBatches(p.job, layout);
  const bubble = ((pp - 1) / layout.vpp) * (most * layer + transfer);
  const sync = syncTime(p, layout);
  const exposedSync = p.job.stack.overlap
    ? k.exposedSync * sync + (1 - k.exposedSync) * Math.max(0, sync - stage)
    : sync;
  const optimizer = optimizerTime(p, layout);
  const times = m * held;

  s.gemm = times * l.gemm;
  s.attention = times * l.attention;
  s.elementwise = times * l.elementwise;
  s.recompute = times * l.recompute;
  s.tensorParallel = times * l.tensorParallel;
  s.contextParallel = times * l.contextParallel;
  s.expertParallel = times * l.expertParallel;
  s.logits = critical ? m * head : 0;
  s.pipelineTransfer = m * transfer;
  s.bubble = bubble;
  s.dataParallel = times * (layer - l.total) + exposedSync;
  s.optimizer = optimizer;
  const busy = m * (stage + transfer) + bubble + exposedSync + optimizer;
  s.straggler = busy * k.straggler * Math.log2(Math.max(p.job.chips, 8) / 8);
  s.host = times * l.host + k.stepOverhead;
  s.total = busy + s.straggler + k.stepOverhead;
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
