import type { Count } from "../../units/quantity.ts";
import type { Attention, BlockGroup, Mlp, ModelShape } from "../shape.ts";

/** Parameters of a model by what they are for; `total` counts both embeddings, positions and every expert. */
export interface Parameters {
  readonly total: Count;
  /** Used by one token: routed experts that are chosen, and everything else. Both embeddings counted. */
  readonly active: Count;
  /** `active` without the input embedding and the position table: a look-up costs no FLOP. The count for 6ND. */
  readonly activeMatmul: Count;
  /** Input and output embedding, once where tied, and learned positions. */
  readonly embedding: Count;
  /** Attention of all layers: projections, indexers, norms, biases. */
  readonly attention: Count;
  /** MLPs outside the routed experts: dense layers, shared experts, routers. */
  readonly dense: Count;
  /** Routed experts of all layers. */
  readonly routed: Count;
}

/** Parameters from a shape, exact. */
export function parameters(shape: ModelShape): Parameters {
  const positions = shape.learnedPositions * shape.hidden;
  const embedding = embeddingParams(shape) + positions;
  let attention = 0;
  let dense = 0;
  let routed = 0;
  let routedActive = 0;
  let norms = 0;
  for (const { count, attention: a, mlp, normParams } of shape.groups) {
    attention += count * attentionParams(a, shape.hidden);
    dense += count * sharedMlpParams(mlp, shape.hidden);
    routed += count * routedParams(mlp);
    routedActive += count * routedActiveParams(mlp);
    norms += count * normParams;
  }
  const rest = embedding + shape.finalNormParams + attention + dense + norms;
  const active = rest + routedActive;
  // a tied table is still multiplied once, as the head
  const lookedUp = (shape.tiedEmbeddings ? 0 : shape.vocab * shape.hidden) + positions;
  return {
    total: rest + routed,
    active,
    activeMatmul: active - lookedUp,
    embedding,
    attention,
    dense,
    routed,
  };
}

/** Input and output embedding tables; one where tied. */
export function embeddingParams(shape: ModelShape): Count {
  return shape.vocab * shape.hidden * (shape.tiedEmbeddings ? 1 : 2);
}

/** Layers of the trunk. */
export function layerCount(shape: ModelShape): Count {
  let layers = 0;
  for (const group of shape.groups) layers += group.count;
  return layers;
}

/** Parameters of one block of a group, all experts counted. */
export function blockParams(group: BlockGroup, hidden: Count): Count {
  return (
    attentionParams(group.attention, hidden) +
    sharedMlpParams(group.mlp, hidden) +
    routedParams(group.mlp) +
    group.normParams
  );
}

/** Parameters of one layer's attention, its biases and q/k norms among them. */
export function attentionParams(attention: Attention, hidden: Count): Count {
  return projectionParams(attention, hidden) + attention.extraParams;
}

/** Parameters of an attention layer that every token is multiplied with: projections and indexer. */
export function projectionParams(attention: Attention, hidden: Count): Count {
  if (attention.kind === "linear") return attention.projectionParams;
  if (attention.projectionParams !== undefined) return attention.projectionParams;
  if (attention.kind === "grouped") {
    const { heads, kvHeads, headDim } = attention;
    return 2 * hidden * headDim * (heads + kvHeads) + indexerParams(attention, hidden, hidden);
  }
  const { heads, queryRank, kvRank, nopeDim, ropeDim, valueDim } = attention;
  const queries = heads * (nopeDim + ropeDim);
  const q = queryRank > 0 ? queryRank * (hidden + queries) : hidden * queries;
  const kv = hidden * (kvRank + ropeDim) + kvRank * heads * (nopeDim + valueDim);
  return q + kv + heads * valueDim * hidden + indexerParams(attention, hidden, queryRank || hidden);
}

/** Indexer of DeepSeek sparse attention: queries from the query latent, one key and one weight per head from the token. */
function indexerParams(
  attention: Exclude<Attention, { kind: "linear" }>,
  hidden: Count,
  queryInput: Count,
): Count {
  const { indexer } = attention;
  if (!indexer) return 0;
  return queryInput * indexer.heads * indexer.headDim + hidden * (indexer.headDim + indexer.heads);
}

/** MLP parameters every token uses: the dense MLP, or router, shared experts and latent projections. */
export function sharedMlpParams(mlp: Mlp, hidden: Count): Count {
  return sharedMlpMatmulParams(mlp, hidden) + mlp.extraParams;
}

/** Matmul parameters of one MLP that every token passes: all of a dense one, router and shared experts of a mixture. */
export function sharedMlpMatmulParams(mlp: Mlp, hidden: Count): Count {
  const matrices = mlp.gated ? 3 : 2;
  if (mlp.kind === "dense") return matrices * hidden * mlp.width;
  const latent = mlp.expertInput === hidden ? 0 : 2 * hidden * mlp.expertInput;
  return routerParams(mlp, hidden) + matrices * hidden * mlp.sharedWidth + latent;
}

/** Parameters of one router; 0 where the MLP is dense. */
export function routerParams(mlp: Mlp, hidden: Count): Count {
  return mlp.kind === "moe" ? hidden * mlp.experts : 0;
}

/** One routed expert, without its biases. */
export function expertMatmulParams(mlp: Mlp): Count {
  return mlp.kind === "moe" ? (mlp.gated ? 3 : 2) * mlp.expertInput * mlp.expertWidth : 0;
}

function routedParams(mlp: Mlp): Count {
  return mlp.kind === "moe" ? mlp.experts * (expertMatmulParams(mlp) + mlp.expertExtraParams) : 0;
}

function routedActiveParams(mlp: Mlp): Count {
  return mlp.kind === "moe" ? mlp.active * (expertMatmulParams(mlp) + mlp.expertExtraParams) : 0;
}
