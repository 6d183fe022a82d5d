import type { Bytes, Count, FlopPerSecond, Seconds } from "../../units/quantity.ts";
import { allToAllTime, neighbourRate } from "../network.ts";
import type { Layout, Recompute } from "./job.ts";
import type { Prepared, PreparedGroup } from "./prepare.ts";

/** Seconds of one layer and one micro-batch on one chip, forward and backward together, mean over the model's layers. */
export interface LayerTimes {
  gemm: Seconds;
  attention: Seconds;
  elementwise: Seconds;
  recompute: Seconds;
  tensorParallel: Seconds;
  contextParallel: Seconds;
  expertParallel: Seconds;
  host: Seconds;
  total: Seconds;
}

/** Times of a layer to be filled in. */
export const noLayerTimes = (): LayerTimes => ({
  gemm: 0,
  attention: 0,
  elementwise: 0,
  recompute: 0,
  tensorParallel: 0,
  contextParallel: 0,
  expertParallel: 0,
  host: 0,
  total: 0,
});

/**
 * Matmul (m x k)(k x n): its work, the traffic of its operands, and a launch with its partly filled waves. The sum, not
 * the maximum, gives the measured saturation with size. [GEMM tables of A100, H100, B200]
 */
export const matmulTime = (
  p: Prepared,
  m: number,
  n: number,
  k: number,
  rate: FlopPerSecond,
  operand: Bytes,
): Seconds =>
  (2 * m * n * k) / rate + (operand * (m * k + k * n) + 2 * m * n) / p.memoryRate + p.k.matmulOverhead;

/** Rate of a matmul whose narrowest dimension is `width`: full where 64 divides it, less with each lost power of two. [Anthony et al. 2024] */
function alignment(p: Prepared, width: number): number {
  if (width % 64 === 0) return 1;
  if (width % 32 === 0) return p.alignment[1]!;
  if (width % 16 === 0) return p.alignment[2]!;
  return p.alignment[3]!;
}

function projectionTime(
  p: Prepared,
  g: PreparedGroup,
  tokens: number,
  tp: Count,
  rate: FlopPerSecond,
): Seconds {
  const h = p.hidden;
  const w = p.operandBytes;
  if (g.linearParams > 0) return matmulTime(p, tokens, g.linearParams / h / tp, h, rate, w);
  if (g.kvRank === 0) {
    return (
      matmulTime(p, tokens, (g.queryWidth + g.kvWidth) / tp, h, rate, w) +
      matmulTime(p, tokens, h, g.queryWidth / tp, rate, w)
    );
  }
  return (
    matmulTime(p, tokens, g.queryRank + g.kvRank + g.ropeDim, h, rate, w) +
    matmulTime(p, tokens, g.queryWidth / tp, g.queryRank > 0 ? g.queryRank : h, rate, w) +
    matmulTime(p, tokens, g.latentUp / tp, g.kvRank, rate, w) +
    matmulTime(p, tokens, h, g.valueWidth / tp, rate, w)
  );
}

/** The dense MLP, or the shared experts. */
function denseMlpTime(
  p: Prepared,
  g: PreparedGroup,
  tokens: number,
  tp: Count,
  rate: FlopPerSecond,
): Seconds {
  if (g.width === 0) return 0;
  const f = g.width / tp;
  const w = p.operandBytes;
  return (
    matmulTime(p, tokens, f * (g.matrices - 1), p.hidden, rate, w) +
    matmulTime(p, tokens, p.hidden, f, rate, w)
  );
}

/** Routed experts held by one chip, one after the other, each with its share of the group's tokens. */
function expertTime(p: Prepared, g: PreparedGroup, tokens: number, ep: Count, rate: FlopPerSecond): Seconds {
  const held = g.experts / ep;
  const each = (tokens * g.active) / held;
  const w = p.operandBytes;
  const latent = g.expertInput === p.hidden ? 0 : 2 * matmulTime(p, tokens, g.expertInput, p.hidden, rate, w);
  return (
    latent +
    held *
      (matmulTime(p, each, g.expertWidth * (g.matrices - 1), g.expertInput, rate, w) +
        matmulTime(p, each, g.expertInput, g.expertWidth, rate, w) +
        2 * p.expertOverhead)
  );
}

/** Forward attention core: fused kernels by work and their inputs and outputs, unfused ones by passes over the scores. */
function attentionTime(p: Prepared, g: PreparedGroup, tokens: number, tp: Count, cp: Count): Seconds {
  if (p.unfused && g.coreFlopFull > g.coreFlop) {
    const rate = p.unfusedRate * (g.headDim % 8 === 0 ? 1 : UNALIGNED_SCORES);
    const scores = p.k.unfusedScores * SCORE_BYTES * tokens * p.seq * (g.heads / tp);
    return (tokens * g.coreFlopFull) / tp / rate + scores / p.memoryRate;
  }
  // each step of the ring reads the queries and rewrites the output
  const io = (p.k.attentionIo * cp * tokens * (g.queryWidth + g.kvWidth)) / 2 / tp;
  return (tokens * g.coreFlop * g.softmaxShare) / tp / p.flashRate + io / p.memoryRate;
}

/** Batched score matmuls with a head dimension that tensor cores cannot load whole. */
const UNALIGNED_SCORES = 0.4;
/** Written and read twice in 16 bits, with mask and dropout. [Korthikanti 2022, section 4.1] */
const SCORE_BYTES = 16;

/** Forward traffic of norms, residuals, rotary embedding, activations, routing and casts. */
function elementwiseTime(p: Prepared, g: PreparedGroup, tokens: number, layout: Layout): Seconds {
  const { tp } = layout;
  const k = p.k;
  const stream = p.hidden / (layout.sequenceParallel ? tp : 1);
  const routed = (tokens / tp) * g.active;
  const attention = 20 * tokens * stream + (4 * tokens * (g.queryWidth + g.kvWidth)) / tp;
  const activation = (2 * tokens * g.width * (g.matrices === 3 ? 3 : 2.5)) / tp;
  const experts = routed * (6 * g.expertWidth + k.permuteBytes * g.expertInput);
  const inputs =
    tokens * (2 * stream + (g.queryWidth + g.width) / tp) + routed * (g.expertInput + g.expertWidth);
  const casts = p.operandBytes < 2 ? k.castBytes * inputs : 0;
  return (k.elementwise * (attention + activation + experts) + casts) / p.memoryRate;
}

/** Two all-reduces (or gather and scatter pairs) of the stream each way; the MLP's pair is the experts' dispatch in MoE layers. */
function tensorTime(p: Prepared, g: PreparedGroup, tokens: number, tp: Count): Seconds {
  if (tp === 1) return 0;
  const rate = neighbourRate(p.fabric, tp, tp);
  const reduce = (2 * (tp - 1) * 2 * tokens * p.hidden) / tp / rate + 2 * p.fabric.latency;
  return p.exposed * (g.moe ? 1 : 2) * reduce;
}

/** Keys and values around the ring, behind the attention they feed but for the share that shows. */
function contextTime(
  p: Prepared,
  g: PreparedGroup,
  tokens: number,
  layout: Layout,
  attention: Seconds,
): Seconds {
  const { cp, tp } = layout;
  if (cp === 1) return 0;
  const rate = neighbourRate(p.fabric, cp, tp * cp);
  const ring = (cp - 1) * ((2 * tokens * g.kvWidth) / tp / rate + p.fabric.latency);
  const hidden = Math.min(ring, attention);
  return ring - hidden + RING_SHOWS * hidden;
}

const RING_SHOWS = 0.2;

function expertExchangeTime(p: Prepared, g: PreparedGroup, tokens: number, ep: Count): Seconds {
  if (!g.moe || ep === 1) return 0;
  const oneWay = allToAllTime(p.fabric, 2 * tokens * g.expertInput, g.active, ep) + 2 * p.fabric.latency;
  return p.exposedExpert * 2 * oneWay;
}

/** Smooth maximum: launching hides behind device work until it is the longer. */
function softMax(u: number, z: number): number {
  const a = u * u;
  const b = z * z;
  return Math.sqrt(Math.sqrt(a * a + b * b));
}

/** Adds one group's layer to `out`, weighted by its share of the layers. */
function addGroup(p: Prepared, g: PreparedGroup, layout: Layout, out: LayerTimes): void {
  const { tp, cp, ep } = layout;
  const weight = g.share;
  const tokens = (layout.microBatch * p.seq) / cp;
  const rate = p.linearRate * alignment(p, p.hidden / tp);
  const mlp = denseMlpTime(p, g, tokens, tp, rate) + (g.moe ? expertTime(p, g, tokens / tp, ep, rate) : 0);
  const matmul = projectionTime(p, g, tokens, tp, rate) + mlp;
  const attention = attentionTime(p, g, tokens, tp, cp);
  const attentionBack = (p.unfused ? UNFUSED_BACKWARD : FUSED_BACKWARD) * attention;
  const elementwise = elementwiseTime(p, g, tokens, layout);
  const tensor = tensorTime(p, g, tokens, tp);
  const context = contextTime(p, g, tokens, layout, attention);
  const expert = expertExchangeTime(p, g, tokens / tp, ep);
  const dequantise = (p.dequantiseBytes * (g.denseParams / tp + g.expertParams / ep)) / p.memoryRate;
  const host = p.denseHost + (g.moe ? p.moeHost : 0);

  const exchange = tensor + context + expert;
  const busy = matmul + attention + elementwise + exchange + dequantise;
  const forward = softMax(busy, host);
  const matmulBack = matmul * (1 + p.weightGradients);
  const busyBack = matmulBack + attentionBack + ELEMENTWISE_BACKWARD * elementwise + exchange + dequantise;
  const backward = softMax(busyBack, HOST_BACKWARD * host);
  const again =
    (layout.recomputeShare ?? 1) *
    recomputeTime(p, layout.recompute, forward, attention, matmul, mlp, elementwise);

  out.gemm += weight * (matmul + matmulBack);
  out.attention += weight * (attention + attentionBack);
  out.elementwise += weight * ((1 + ELEMENTWISE_BACKWARD) * elementwise + 2 * dequantise);
  out.tensorParallel += weight * 2 * tensor;
  out.contextParallel += weight * 2 * context;
  out.expertParallel += weight * 2 * expert;
  out.host += weight * (forward - busy + backward - busyBack);
  out.recompute += weight * again;
  out.total += weight * (forward + backward + again);
}

/** Five matmuls over the scores backward, two forward. [Dao 2023, section 3.1] */
const FUSED_BACKWARD = 2.5;
const UNFUSED_BACKWARD = 2;
/** Backward element-wise kernels read the saved input beside the gradient. */
const ELEMENTWISE_BACKWARD = 1.5;
const HOST_BACKWARD = 1.5;

/** What is computed a second time in the backward pass of one layer. */
function recomputeTime(
  p: Prepared,
  mode: Recompute,
  forward: Seconds,
  attention: Seconds,
  matmul: Seconds,
  mlp: Seconds,
  elementwise: Seconds,
): Seconds {
  switch (mode) {
    case "none":
      return 0;
    case "selective":
      return attention;
    case "ops":
      return p.k.recomputedOps * matmul + elementwise;
    case "mlp":
      return mlp + 0.3 * elementwise;
    case "alternate":
      return forward / 2;
    case "full":
      return forward;
  }
}

/** Seconds of the mean layer for one micro-batch, by cause, before ZeRO-3 traffic. */
export function layerTimes(p: Prepared, layout: Layout, out: LayerTimes): void {
  out.gemm = out.attention = out.elementwise = out.recompute = 0;
  out.tensorParallel = out.contextParallel = out.expertParallel = out.host = out.total = 0;
  for (const g of p.groups) addGroup(p, g, layout, out);
}
