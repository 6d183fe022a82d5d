import type { Count } from "../../units/quantity.ts";
import { attentionFlop } from "../architecture/flop.ts";
import { projectionParams } from "../architecture/parameters.ts";
import { densePeak, linksOf, matmulFraction, memoryBandwidth, powerFactor } from "../hardware.ts";
import type { Attention, BlockGroup } from "../shape.ts";
import { type TrainingConstants, trainingConstants } from "./constants.ts";
import type { LinearPrecision, TrainingJob } from "./job.ts";

/** One group of identical blocks, as plain numbers. Widths are per layer, before tensor parallelism. */
export interface PreparedGroup {
  readonly count: Count;
  /** Width of all query heads together, and of keys plus values. */
  readonly queryWidth: Count;
  readonly kvWidth: Count;
  /** Ranks of latent attention; 0 elsewhere. `queryRank` 0: queries come straight from the stream. */
  readonly queryRank: Count;
  readonly kvRank: Count;
  readonly ropeDim: Count;
  readonly latentUp: Count;
  readonly valueWidth: Count;
  /** Matmul parameters of a linear-attention layer; 0 elsewhere. */
  readonly linearParams: Count;
  readonly heads: Count;
  readonly alignedHead: boolean;
  /** FLOP per token of the attention core, forward: causal, and over the full square. */
  readonly coreFlop: number;
  readonly coreFlopFull: number;
  readonly attentionParams: Count;
  readonly moe: boolean;
  /** Matrices per MLP: 3 gated, 2 not. */
  readonly matrices: Count;
  /** Width of the dense MLP, or of the shared experts. */
  readonly width: Count;
  readonly experts: Count;
  readonly active: Count;
  readonly expertWidth: Count;
  readonly expertInput: Count;
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
  /** Matmul rates of the linear layers, of 16-bit matmuls and of fused attention, FLOP/s. */
  readonly linearRate: number;
  readonly wideRate: number;
  readonly flashRate: number;
  readonly unfusedRate: number;
  /** Bytes of a matmul operand of the linear layers. */
  readonly operandBytes: number;
  readonly memoryRate: number;
  readonly scaleUp: number;
  readonly domain: Count;
  readonly nic: number;
  readonly exposed: number;
  readonly exposedExpert: number;
  readonly moeHost: number;
  readonly unfused: boolean;
  /** Weight-gradient matmuls per forward matmul: 0 where weights are frozen. */
  readonly weightGradients: 0 | 1;
  readonly gradientBytes: number;
  /** Parameters of one layer, mean: dense part and routed experts. */
  readonly denseParams: number;
  readonly expertParams: number;
  readonly trainable: number;
}

const OPERAND_BYTES: Record<LinearPrecision, number> = {
  fp32: 4,
  tf32: 4,
  fp16: 2,
  bf16: 2,
  fp8: 1,
  mxfp8: 1,
  nvfp4: 1,
};

const bitsOf = (precision: LinearPrecision): 32 | 16 | 8 | 4 =>
  precision === "fp32" || precision === "tf32"
    ? 32
    : precision === "nvfp4"
      ? 4
      : precision === "fp8" || precision === "mxfp8"
        ? 8
        : 16;

function attentionNumbers(a: Attention, hidden: Count, seq: Count) {
  const shared = {
    coreFlop: attentionFlop(a, seq, "causal"),
    coreFlopFull: attentionFlop(a, seq, "full"),
    attentionParams: projectionParams(a, hidden),
    queryRank: 0,
    kvRank: 0,
    ropeDim: 0,
    latentUp: 0,
    linearParams: 0,
  };
  if (a.kind === "linear") {
    const width = a.projectionParams / (2 * hidden);
    return {
      ...shared,
      queryWidth: width,
      kvWidth: 0,
      valueWidth: width,
      linearParams: a.projectionParams,
      heads: 1,
      alignedHead: true,
    };
  }
  if (a.kind === "latent") {
    const query = a.heads * (a.nopeDim + a.ropeDim);
    const value = a.heads * a.valueDim;
    return {
      ...shared,
      queryWidth: query,
      kvWidth: query + value,
      queryRank: a.queryRank,
      kvRank: a.kvRank,
      ropeDim: a.ropeDim,
      latentUp: a.heads * (a.nopeDim + a.valueDim),
      valueWidth: value,
      linearParams: a.projectionParams ?? 0,
      heads: a.heads,
      alignedHead: (a.nopeDim + a.ropeDim) % 8 === 0,
    };
  }
  const query = a.heads * a.headDim;
  return {
    ...shared,
    queryWidth: query,
    kvWidth: 2 * a.kvHeads * a.headDim,
    valueWidth: query,
    linearParams: a.projectionParams ?? 0,
    heads: a.heads,
    alignedHead: a.headDim % 8 === 0,
  };
}

function prepareGroup(group: BlockGroup, hidden: Count, seq: Count): PreparedGroup {
  const attention = attentionNumbers(group.attention, hidden, seq);
  const mlp = group.mlp;
  const matrices = mlp.gated ? 3 : 2;
  return mlp.kind === "dense"
    ? {
        count: group.count,
        ...attention,
        moe: false,
        matrices,
        width: mlp.width,
        experts: 0,
        active: 0,
        expertWidth: 0,
        expertInput: 0,
      }
    : {
        count: group.count,
        ...attention,
        moe: true,
        matrices,
        width: mlp.sharedWidth,
        experts: mlp.experts,
        active: mlp.active,
        expertWidth: mlp.expertWidth,
        expertInput: mlp.expertInput,
      };
}

/** Matmul parameters of a group's block outside its routed experts. */
export const denseParamsOf = (g: PreparedGroup, hidden: Count): number =>
  g.attentionParams +
  g.matrices * hidden * g.width +
  (g.moe && g.expertInput !== hidden ? 2 * hidden * g.expertInput : 0);

/** Parameters of a group's routed experts. */
export const expertParamsOf = (g: PreparedGroup): number =>
  g.moe ? g.matrices * g.expertInput * g.expertWidth * g.experts : 0;

/** Share of parameters that a LoRA of `rank` trains: two thin matrices beside each square-ish one. */
const loraShare = (rank: number, hidden: Count): number => Math.min(1, (2 * rank) / hidden);
const DEFAULT_LORA_RANK = 16;

const OLDEST_DECAY_YEAR = 2023;
const NEWEST_DECAY_YEAR = 2026.5;
const DECAY_REFERENCE_YEAR = 2026;

/** Precomputes everything of a job that no layout changes. */
export function prepareJob(job: TrainingJob, overrides?: Partial<TrainingConstants>): Prepared {
  const k = trainingConstants(overrides);
  const { chip, shape, stack } = job;
  const bits = bitsOf(job.precision);
  const quality = (stack.level === "vendor" ? k.vendorStack : 1) * powerFactor(chip, k.powerKnee);
  const best16 = densePeak(chip, 16) * matmulFraction(chip, 16);

  const hopperOrNewer = chip.peak.fp8 !== undefined;
  const kernel = stack.attention === "flash" && hopperOrNewer ? k.olderFlash : 1;
  const year = Math.min(NEWEST_DECAY_YEAR, Math.max(OLDEST_DECAY_YEAR, stack.year));
  const era = Math.exp(-k.stackDecay * (year - DECAY_REFERENCE_YEAR));
  const exposed = stack.overlap ? k.exposed : 1;
  const links = linksOf(chip);
  const groups = shape.groups.map((g) => prepareGroup(g, shape.hidden, job.seq));
  const layers = groups.reduce((n, g) => n + g.count, 0);
  const mean = (f: (g: PreparedGroup) => number) => groups.reduce((n, g) => n + g.count * f(g), 0) / layers;
  const frozen = job.method === "lora" || job.method === "qlora";
  return {
    job,
    k,
    groups,
    layers,
    hidden: shape.hidden,
    vocab: shape.vocab,
    seq: job.seq,
    linearRate: densePeak(chip, bits) * matmulFraction(chip, bits) * k.gemm * quality,
    wideRate: best16 * k.gemm * quality,
    flashRate: best16 * k.attention * quality * kernel,
    unfusedRate: 0.6 * best16 * k.gemm * powerFactor(chip, k.powerKnee),
    operandBytes: OPERAND_BYTES[job.precision],
    memoryRate: memoryBandwidth(chip) * k.memoryBandwidth * (stack.level === "vendor" ? k.vendorStack : 1),
    scaleUp: links.scaleUp * k.linkBandwidth,
    domain: links.domain,
    nic: links.nic * k.linkBandwidth,
    exposed,
    exposedExpert: Math.min(1, exposed * era),
    moeHost: k.moeHost * era,
    unfused: stack.attention === "unfused",
    weightGradients: frozen ? 0 : 1,
    gradientBytes: job.gradientBytes ?? 2,
    denseParams: mean((g) => denseParamsOf(g, shape.hidden)),
    expertParams: mean(expertParamsOf),
    trainable: frozen ? loraShare(job.loraRank ?? DEFAULT_LORA_RANK, shape.hidden) : 1,
  };
}
