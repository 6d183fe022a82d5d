import type { Bytes, Count, Flop, FlopPerSecond, Ratio, Seconds } from "../../units/quantity.ts";
import { attentionFlop } from "../architecture/flop.ts";
import { blockParams, projectionParams, sharedMlpMatmulParams } from "../architecture/parameters.ts";
import {
  densePeak,
  linksOf,
  type MatmulBits,
  matmulFraction,
  memoryBandwidth,
  powerFactor,
} from "../hardware.ts";
import type { Fabric } from "../network.ts";
import type { Attention, BlockGroup } from "../shape.ts";
import { adapterCount, DEFAULT_LORA_RANK } from "./adapters.ts";
import { type TrainingConstants, trainingConstants } from "./constants.ts";
import { isFrozen, type LinearPrecision, type Stack, type TrainingJob } from "./job.ts";

/** One group of identical blocks as plain numbers; widths are per layer, before tensor parallelism. */
export interface PreparedGroup {
  readonly count: Count;
  /** Share of the model's layers. */
  readonly share: Ratio;
  readonly heads: Count;
  readonly headDim: Count;
  /** Width of all query heads together, of keys plus values, and of the values that leave the core. */
  readonly queryWidth: Count;
  readonly kvWidth: Count;
  readonly valueWidth: Count;
  /** Ranks of latent attention; 0 elsewhere. `queryRank` 0: queries come straight from the stream. */
  readonly queryRank: Count;
  readonly kvRank: Count;
  readonly ropeDim: Count;
  readonly latentUp: Count;
  /** Projections given as one count of parameters (linear attention); 0 elsewhere. */
  readonly linearParams: Count;
  /** Forward FLOP per token of the attention core: causal, and over the full square. */
  readonly coreFlop: Flop;
  readonly coreFlopFull: Flop;
  /** Attention work with its softmax over that of heads of 128. */
  readonly softmaxShare: Ratio;
  readonly moe: boolean;
  /** Matrices per MLP: 3 gated, 2 not. */
  readonly matrices: Count;
  /** Width of the dense MLP, or of the shared experts. */
  readonly width: Count;
  readonly experts: Count;
  readonly active: Count;
  readonly expertWidth: Count;
  readonly expertInput: Count;
  /** Matmul parameters of one block outside and inside its routed experts. */
  readonly denseParams: Count;
  readonly expertParams: Count;
}

/** What of a job does not depend on its layout, ready for a million evaluations a second. */
export interface Prepared {
  readonly job: TrainingJob;
  readonly k: TrainingConstants;
  readonly groups: readonly PreparedGroup[];
  readonly layers: Count;
  readonly hidden: Count;
  readonly vocab: Count;
  readonly seq: Count;
  /** Output projections per token: one, and one for each multi-token-prediction module. */
  readonly heads: Count;
  /** Achieved rates of the linear layers, of 16-bit matmuls, of fused and of unfused attention. */
  readonly linearRate: FlopPerSecond;
  readonly wideRate: FlopPerSecond;
  readonly flashRate: FlopPerSecond;
  readonly unfusedRate: FlopPerSecond;
  readonly unfused: boolean;
  /** Rate where 64, 32, 16 or only 8 divides the split hidden width. */
  readonly alignment: readonly Ratio[];
  /** Bytes of a matmul operand of the linear layers. */
  readonly operandBytes: Bytes;
  readonly memoryRate: number;
  readonly fabric: Fabric;
  readonly overlap: boolean;
  readonly exposed: Ratio;
  readonly exposedExpert: Ratio;
  readonly exposedSharded: Ratio;
  readonly denseHost: Seconds;
  readonly moeHost: Seconds;
  readonly expertOverhead: Seconds;
  /** Weight-gradient matmuls per forward matmul: 0 where weights are frozen. */
  readonly weightGradients: 0 | 1;
  readonly gradientBytes: Bytes;
  /** Bytes moved to unpack a 4-bit frozen weight; 0 where weights are kept as they are used. */
  readonly dequantiseBytes: Bytes;
  /** Share of the parameters that is trained. */
  readonly trainable: Ratio;
  /** Matmul parameters of the mean layer, outside and inside its routed experts. */
  readonly denseParams: Count;
  readonly expertParams: Count;
}

const OPERAND_BYTES: Record<LinearPrecision, Bytes> = {
  fp32: 4,
  tf32: 4,
  fp16: 2,
  bf16: 2,
  fp8: 1,
  mxfp8: 1,
  nvfp4: 1,
};

export const BITS: Record<LinearPrecision, MatmulBits> = {
  fp32: 32,
  tf32: 32,
  fp16: 16,
  bf16: 16,
  fp8: 8,
  mxfp8: 8,
  nvfp4: 4,
};

function attentionNumbers(a: Attention, hidden: Count, seq: Count, k: TrainingConstants) {
  const headDim =
    a.kind === "grouped" ? a.headDim : a.kind === "latent" ? (a.nopeDim + a.ropeDim + a.valueDim) / 2 : 128;
  const shared = {
    headDim,
    coreFlop: attentionFlop(a, seq, "causal"),
    coreFlopFull: attentionFlop(a, seq, "full"),
    softmaxShare: (1 + k.softmaxWidth / headDim) / (1 + k.softmaxWidth / 128),
    queryRank: 0,
    kvRank: 0,
    ropeDim: 0,
    latentUp: 0,
    linearParams: a.projectionParams ?? 0,
  };
  if (a.kind === "linear") {
    const width = a.projectionParams / (2 * hidden);
    return { ...shared, heads: 1, queryWidth: width, kvWidth: 0, valueWidth: width };
  }
  const { heads } = a;
  if (a.kind === "grouped") {
    const width = heads * a.headDim;
    return {
      ...shared,
      heads,
      queryWidth: width,
      kvWidth: (a.sharedKv ? 1 : 2) * a.kvHeads * a.headDim,
      valueWidth: width,
    };
  }
  const queryWidth = heads * (a.nopeDim + a.ropeDim);
  const valueWidth = heads * a.valueDim;
  return {
    ...shared,
    heads,
    queryWidth,
    kvWidth: queryWidth + valueWidth,
    valueWidth,
    queryRank: a.queryRank,
    kvRank: a.kvRank,
    ropeDim: a.ropeDim,
    latentUp: heads * (a.nopeDim + a.valueDim),
  };
}

function prepareGroup(
  group: BlockGroup,
  share: Ratio,
  hidden: Count,
  seq: Count,
  k: TrainingConstants,
): PreparedGroup {
  const { mlp } = group;
  const moe = mlp.kind === "moe";
  const matrices = mlp.gated ? 3 : 2;
  return {
    count: group.count,
    share,
    ...attentionNumbers(group.attention, hidden, seq, k),
    moe,
    matrices,
    width: moe ? mlp.sharedWidth : mlp.width,
    experts: moe ? mlp.experts : 0,
    active: moe ? mlp.active : 0,
    expertWidth: moe ? mlp.expertWidth : 0,
    expertInput: moe ? mlp.expertInput : 0,
    denseParams: projectionParams(group.attention, hidden) + sharedMlpMatmulParams(mlp, hidden),
    expertParams: moe ? matrices * mlp.expertInput * mlp.expertWidth * mlp.experts : 0,
  };
}

/** Share of the blocks' parameters that a LoRA trains. */
function adapterShare({ shape, loraRank }: TrainingJob): Ratio {
  let all = 0;
  for (const group of shape.groups) all += group.count * blockParams(group, shape.hidden);
  return Math.min(1, adapterCount(shape, loraRank ?? DEFAULT_LORA_RANK) / all);
}

/** A 4-bit weight is read, written in 16 bits and read again by the matmul. */
const DEQUANTISE_BYTES = 0.5 + 2 + 2;

/** Years the maturity of software is counted over, and those its two scales refer to. */
const YEARS = [2021, 2026.5] as const;
const MOE_YEARS = [2023, 2026.5] as const;
const GAIN_REFERENCE = 2024;
const DECAY_REFERENCE = 2026;
const within = (value: number, [low, high]: readonly [number, number]) =>
  Math.min(high, Math.max(low, value));

function stackNumbers(stack: Stack, k: TrainingConstants) {
  const gain = Math.exp(k.yearlyGain * (within(stack.year, YEARS) - GAIN_REFERENCE));
  const era = Math.exp(-k.stackDecay * (within(stack.year, MOE_YEARS) - DECAY_REFERENCE));
  const exposed = stack.overlap ? k.exposed : 1;
  return {
    quality: gain * (stack.level === "vendor" ? k.vendorStack : 1),
    exposed,
    exposedExpert: Math.min(1, exposed * era),
    exposedSharded: stack.overlap ? k.exposedSharded : 1,
    moeHost: k.moeHost * era,
  };
}

/** Precomputes everything of a job that no layout changes. */
export function prepareJob(job: TrainingJob, overrides?: Partial<TrainingConstants>): Prepared {
  const k = trainingConstants(overrides);
  const { chip, shape, stack } = job;
  const { quality, ...overheads } = stackNumbers(stack, k);
  const bits = BITS[job.precision];
  const sustained = powerFactor(chip, k.powerKnee);
  const best = densePeak(chip, 16) * matmulFraction(chip, 16) * sustained;
  const kernel = stack.attention === "flash" && chip.peak.fp8 !== undefined ? k.olderFlash : 1;
  const { scaleUp, domain, nic, axes } = linksOf(chip);
  const layers = shape.groups.reduce((n, g) => n + g.count, 0);
  const groups = shape.groups.map((g) => prepareGroup(g, g.count / layers, shape.hidden, job.seq, k));
  const frozen = isFrozen(job.method);
  return {
    job,
    k,
    groups,
    layers,
    hidden: shape.hidden,
    vocab: shape.vocab,
    seq: job.seq,
    heads: 1 + shape.mtpLayers,
    linearRate: densePeak(chip, bits) * matmulFraction(chip, bits) * sustained * k.gemm * quality,
    wideRate: best * k.gemm * quality,
    flashRate: best * k.attention * quality * kernel,
    unfusedRate: best * k.gemm * k.unfusedMatmul,
    unfused: stack.attention === "unfused",
    alignment: [1, k.misaligned ** (1 / 3), k.misaligned ** (2 / 3), k.misaligned],
    operandBytes: OPERAND_BYTES[job.precision],
    memoryRate: memoryBandwidth(chip) * k.memoryBandwidth,
    fabric: {
      scaleUp: scaleUp * k.linkBandwidth,
      domain,
      nic: nic * k.linkBandwidth,
      axes,
      latency: k.linkLatency,
    },
    overlap: stack.overlap,
    ...overheads,
    denseHost: k.denseHost,
    expertOverhead: k.expertOverhead,
    weightGradients: frozen ? 0 : 1,
    gradientBytes: job.gradientBytes ?? 2,
    dequantiseBytes: job.method === "qlora" ? DEQUANTISE_BYTES : 0,
    trainable: frozen ? adapterShare(job) : 1,
    denseParams: groups.reduce((n, g) => n + g.share * g.denseParams, 0),
    expertParams: groups.reduce((n, g) => n + g.share * g.expertParams, 0),
  };
}
