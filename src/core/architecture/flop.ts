import type { Count, Flop } from "../../units/quantity.ts";
import type { Attention, BlockGroup, ModelShape, Reach } from "../shape.ts";
import { expertMatmulParams, projectionParams, routerParams, sharedMlpMatmulParams } from "./parameters.ts";

/** `causal`: keys a masked query can see; `full`: the whole square, as many papers count. */
export type AttentionCount = "causal" | "full";

/** Forward FLOP of one token, averaged over a sequence; a multiply-add is two. The parts sum to `total`. */
export interface ForwardFlop {
  /** Matmuls with the blocks' weights: projections, MLPs, chosen experts, routers. */
  readonly linear: Flop;
  /** Scores and weighted sums over keys, indexers, recurrent states. */
  readonly attention: Flop;
  /** The head. The input embedding is a look-up and costs nothing. */
  readonly logits: Flop;
  readonly total: Flop;
}

/** A delta-rule state is read by the key, updated by an outer product and read by the query: three multiply-adds an element. */
const FLOP_PER_STATE_ELEMENT = 6;

/** Forward FLOP per token at a sequence length, exact from the shape; multi-token prediction is apart (`mtpFlop`). */
export function forwardFlop(shape: ModelShape, seq: Count, count: AttentionCount = "causal"): ForwardFlop {
  let linear = 0;
  let attention = 0;
  for (const group of shape.groups) {
    linear += group.count * 2 * matmulParams(group, shape.hidden);
    attention += group.count * attentionFlop(group.attention, seq, count);
  }
  const logits = 2 * shape.hidden * shape.vocab;
  return { linear, attention, logits, total: linear + attention + logits };
}

/** Backward is twice forward: gradients of the inputs and of the weights (no recomputation). */
export function trainingFlop(shape: ModelShape, seq: Count, count: AttentionCount = "causal"): Flop {
  return 3 * forwardFlop(shape, seq, count).total;
}

/** Training with frozen weights (LoRA): no weight gradients, so the linear part costs two forwards, not three. */
export function frozenTrainingFlop(shape: ModelShape, seq: Count, count: AttentionCount = "causal"): Flop {
  const forward = forwardFlop(shape, seq, count);
  return 2 * (forward.linear + forward.logits) + 3 * forward.attention;
}

/**
 * Forward FLOP per token of the multi-token-prediction modules: each is one block of the trunk's commonest kind, a projection
 * from the joined hidden state and next embedding, and the head once more (DeepSeek-V3 report, section 2.2).
 */
export function mtpFlop(shape: ModelShape, seq: Count, count: AttentionCount = "causal"): Flop {
  if (shape.mtpLayers === 0) return 0;
  const block = commonestGroup(shape);
  const join = 2 * 2 * shape.hidden * shape.hidden;
  const once = 2 * matmulParams(block, shape.hidden) + attentionFlop(block.attention, seq, count);
  return shape.mtpLayers * (once + join + 2 * shape.hidden * shape.vocab);
}

/** Forward FLOP per token spent in routers, which Megatron's counter leaves out. */
export function routerFlop(shape: ModelShape): Flop {
  let flop = 0;
  for (const { count, mlp } of shape.groups) flop += count * 2 * routerParams(mlp, shape.hidden);
  return flop;
}

/** Weights of one block that a token is multiplied with. */
function matmulParams(group: BlockGroup, hidden: Count): Count {
  const routed = group.mlp.kind === "moe" ? group.mlp.active * expertMatmulParams(group.mlp) : 0;
  return projectionParams(group.attention, hidden) + sharedMlpMatmulParams(group.mlp, hidden) + routed;
}

/** Attention core of one layer, forward, per token of a sequence. */
export function attentionFlop(attention: Attention, seq: Count, count: AttentionCount): Flop {
  if (attention.kind === "linear") return FLOP_PER_STATE_ELEMENT * attention.stateElements;
  return keysPerQuery(attention, seq, count) * flopPerKey(attention) + indexerFlop(attention, seq, count);
}

/** FLOP per (query, key) pair over all heads where K and V are materialised: training and prefill. */
export function flopPerKey(attention: Attention): Flop {
  switch (attention.kind) {
    case "grouped":
      return 4 * attention.heads * attention.headDim;
    case "latent":
      return 2 * attention.heads * (attention.nopeDim + attention.ropeDim + attention.valueDim);
    case "linear":
      return 0;
  }
}

/** FLOP per (query, cached key) pair in decode; MLA works on the latent itself, with the up-projections absorbed. */
export function decodeFlopPerKey(attention: Attention): Flop {
  if (attention.kind !== "latent") return flopPerKey(attention);
  return 2 * attention.heads * (2 * attention.kvRank + attention.ropeDim);
}

/** An indexer scores every token it may choose from, also those that are then left out. */
function indexerFlop(reach: Reach, seq: Count, count: AttentionCount): Flop {
  if (!reach.indexer) return 0;
  const candidates = (count === "full" ? seq : seq / 2) / (reach.compression ?? 1);
  return candidates * 2 * reach.indexer.heads * reach.indexer.headDim;
}

/**
 * Keys one query reads, averaged over a sequence (`causal`), or with all `seq` tokens in view (`full`, and the last token in
 * decode). A causal window of w reads s/2 up to s = w, and w - w^2/2s beyond.
 */
export function keysPerQuery(reach: Reach, seq: Count, count: AttentionCount): Count {
  if (reach.compression !== undefined) {
    const near = reach.window === undefined ? 0 : upTo(reach.window, seq, count);
    const entries = seq / reach.compression;
    return near + upTo(reach.topk ?? entries, entries, count);
  }
  if (reach.window !== undefined) return upTo(reach.window, seq, count);
  if (reach.topk !== undefined) return upTo(reach.topk, seq, count);
  if (reach.chunk !== undefined) return inChunks(reach.chunk, seq, count);
  return count === "full" ? seq : seq / 2;
}

function upTo(limit: Count, seq: Count, count: AttentionCount): Count {
  if (count === "full") return Math.min(limit, seq);
  return seq <= limit ? seq / 2 : limit - (limit * limit) / (2 * seq);
}

/** Whole chunks and the remainder, each a causal square of its own. */
function inChunks(chunk: Count, seq: Count, count: AttentionCount): Count {
  if (count === "full") return Math.min(chunk, seq);
  const whole = Math.floor(seq / chunk);
  const rest = seq - whole * chunk;
  return (whole * chunk * chunk + rest * rest) / (2 * seq);
}

/** The group with the most layers. */
function commonestGroup(shape: ModelShape): BlockGroup {
  let best = shape.groups[0]!;
  for (const group of shape.groups) if (group.count > best.count) best = group;
  return best;
}
