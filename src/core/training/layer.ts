import type { Count, Seconds } from "../../units/quantity.ts";
import { serversTouched } from "../network.ts";
import type { Layout, Recompute } from "./job.ts";
import type { Prepared, PreparedGroup } from "./prepare.ts";

/** Seconds of one layer and one micro-batch on one chip, mean over the model's layers, forward and backward together. */
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

/** Matmul of (m x k)(k x n): work plus the traffic of its operands, which gives saturation with size for free. */
export function matmulTime(
  p: Prepared,
  m: number,
  n: number,
  k: number,
  rate: number,
  bytes: number,
): Seconds {
  return (2 * m * n * k) / rate + (bytes * (m * k + k * n) + 2 * m * n) / p.memoryRate;
}

/** Smooth maximum: host work hides behind device work until it is the longer. */
const softMax4 = (u: number, z: number): number => {
  const a = u * u;
  const b = z * z;
  return Math.sqrt(Math.sqrt(a * a + b * b));
};

function projectionTime(p: Prepared, g: PreparedGroup, tokens: number, tp: Count, rate: number): Seconds {
  const h = p.hidden;
  const w = p.operandBytes;
  if (g.linearParams > 0) return matmulTime(p, tokens, g.linearParams / h / tp, h, rate, w);
  if (g.kvRank === 0) {
    return (
      matmulTime(p, tokens, (g.queryWidth + g.kvWidth) / tp, h, rate, w) +
      matmulTime(p, tokens, h, g.queryWidth / tp, rate, w)
    );
  }
  const down = g.queryRank + g.kvRank + g.ropeDim;
  return (
    matmulTime(p, tokens, down, h, rate, w) +
    matmulTime(p, tokens, g.queryWidth / tp, g.queryRank > 0 ? g.queryRank : h, rate, w) +
    matmulTime(p, tokens, g.latentUp / tp, g.kvRank, rate, w) +
    matmulTime(p, tokens, h, g.valueWidth / tp, rate, w)
  );
}

function denseMlpTime(p: Prepared, g: PreparedGroup, tokens: number, tp: Count, rate: number): Seconds {
  if (g.width === 0) return 0;
  const f = g.width / tp;
  const w = p.operandBytes;
  return (
    matmulTime(p, tokens, f * (g.matrices - 1), p.hidden, rate, w) +
    matmulTime(p, tokens, p.hidden, f, rate, w)
  );
}

function expertTime(p: Prepared, g: PreparedGroup, tokens: number, ep: Count, rate: number): Seconds {
  const held = g.experts / ep;
  const each = (tokens * g.active) / held;
  const r = rate * p.k.grouped;
  const w = p.operandBytes;
  return (
    held *
    (matmulTime(p, each, g.expertWidth * (g.matrices - 1), g.expertInput, r, w) +
      matmulTime(p, each, g.expertInput, g.expertWidth, r, w))
  );
}

/** Dispatch or combine of one layer's tokens over the expert group. */
function allToAllTime(p: Prepared, g: PreparedGroup, tokens: number, layout: Layout): Seconds {
  const { ep } = layout;
  const width = g.expertInput;
  const sent = (2 * tokens * g.active * width * (ep - 1)) / ep;
  if (ep <= p.domain) return sent / (0.8 * p.scaleUp);
  const servers = ep / p.domain;
  const crossing = (serversTouched(servers, g.active) * (servers - 1)) / servers;
  return (2 * tokens * width * crossing) / p.nic + sent / (1.6 * p.scaleUp);
}

/** Seconds of one group's layer; fills the parts of `out`, weighted. */
function addGroup(p: Prepared, g: PreparedGroup, layout: Layout, weight: number, out: LayerTimes): void {
  const { tp, cp, ep } = layout;
  const k = p.k;
  const h = p.hidden;
  const tokens = (layout.microBatch * p.seq) / cp;
  const rate = p.linearRate * (g.alignedHead && (h / tp) % 64 === 0 ? 1 : k.misaligned);
  const split = layout.sequenceParallel ? tp : 1;

  const projections = projectionTime(p, g, tokens, tp, rate);
  const dense = denseMlpTime(p, g, tokens, tp, rate);
  const routedTokens = tokens / tp;
  const routed = g.moe ? expertTime(p, g, routedTokens, ep, rate) : 0;
  const mlp = dense + routed;
  const matmul = projections + mlp;

  const unfused = p.unfused && g.coreFlopFull > g.coreFlop;
  const attentionForward = unfused
    ? (tokens * g.coreFlopFull) / tp / (p.unfusedRate * (g.alignedHead ? 1 : 0.4)) +
      (k.unfusedScores * 16 * tokens * p.seq * (g.heads / tp)) / p.memoryRate
    : (tokens * g.coreFlop) / tp / p.flashRate +
      (k.attentionIo * cp * tokens * (g.queryWidth + g.kvWidth)) / 2 / tp / p.memoryRate;
  const attentionBackward = (unfused ? 2 : 2.5) * attentionForward;

  const base = (20 * tokens * h) / split + (4 * tokens * (g.queryWidth + g.kvWidth)) / tp;
  const mlpBytes = g.moe
    ? 6 * routedTokens * g.active * g.expertWidth + (6 * tokens * g.width) / tp
    : (2 * tokens * g.width * (g.matrices === 3 ? 3 : 2.5)) / tp;
  const inputs =
    (h * 2) / split +
    (g.queryWidth + g.width) / tp +
    (g.moe ? (g.active * (g.expertInput + g.expertWidth)) / tp : 0);
  const casts = p.operandBytes < 2 ? k.castBytes * tokens * inputs : 0;
  const elementwise = (k.elementwise * (base + mlpBytes) + casts) / p.memoryRate;

  let tensor = 0;
  if (tp > 1) {
    const bandwidth = tp <= p.domain ? p.scaleUp : p.nic;
    const traffic = (2 * (tp - 1) * 2 * tokens * h) / tp / bandwidth + 2 * k.linkLatency;
    tensor = p.exposed * 2 * traffic * (g.moe ? 0.5 : 1);
  }
  let context = 0;
  if (cp > 1) {
    const bandwidth = tp * cp <= p.domain ? p.scaleUp : p.nic;
    const ring = ((2 * tokens * g.kvWidth) / tp) * ((cp - 1) / bandwidth);
    context = Math.max(0, ring - attentionForward) + 0.2 * Math.min(ring, attentionForward);
  }
  let expert = 0;
  if (g.moe && ep > 1) {
    expert = 2 * (allToAllTime(p, g, routedTokens, layout) + 2 * k.linkLatency) * p.exposedExpert;
  }
  const comm = tensor + context + expert;
  const host = k.denseHost + (g.moe ? p.moeHost : 0);

  const forwardBusy = matmul + attentionForward + elementwise + comm;
  const forward = softMax4(forwardBusy, host);
  const backwardMatmul = matmul * (1 + p.weightGradients);
  const backwardBusy = backwardMatmul + attentionBackward + 1.5 * elementwise + comm;
  const backward = softMax4(backwardBusy, 1.5 * host);
  const again = recomputeTime(
    layout.recompute,
    forward,
    attentionForward,
    layout.recompute === "ops" ? k.recomputedOps * matmul : mlp,
    elementwise,
  );

  out.gemm += weight * (matmul + backwardMatmul);
  out.attention += weight * (attentionForward + attentionBackward);
  out.elementwise += weight * 2.5 * elementwise;
  out.tensorParallel += weight * 2 * tensor;
  out.contextParallel += weight * 2 * context;
  out.expertParallel += weight * 2 * expert;
  out.host += weight * (forward - forwardBusy + backward - backwardBusy);
  out.recompute += weight * again;
  out.total += weight * (forward + backward + again);
}

/** What is computed a second time in the backward pass. */
function recomputeTime(
  mode: Recompute,
  forward: Seconds,
  attention: Seconds,
  mlp: Seconds,
  elementwise: Seconds,
): Seconds {
  switch (mode) {
    case "none":
      return 0;
    case "selective":
      return attention;
    case "ops":
      return mlp + elementwise;
    case "mlp":
      return mlp + 0.3 * elementwise;
    case "alternate":
      return forward / 2;
    case "full":
      return forward;
  }
}

/** Seconds of the mean layer for one micro-batch, by cause, before FSDP traffic. */
export function layerTimes(p: Prepared, layout: Layout, out: LayerTimes): LayerTimes {
  out.gemm = out.attention = out.elementwise = out.recompute = 0;
  out.tensorParallel = out.contextParallel = out.expertParallel = out.host = out.total = 0;
  for (const g of p.groups) addGroup(p, g, layout, g.count / p.layers, out);
  return out;
}
