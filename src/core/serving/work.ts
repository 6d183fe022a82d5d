import type { Count } from "../../units/quantity.ts";
import {
  cacheElements,
  decodeFlopPerKey,
  embeddingParams,
  expertMatmulParams,
  flopPerKey,
  keysPerQuery,
  projectionParams,
  sharedMlpMatmulParams,
} from "../architecture.ts";
import type { Attention, ModelShape } from "../shape.ts";

type CachedAttention = Exclude<Attention, { kind: "linear" }>;

/** Layers that read a growing or windowed cache in the same way. */
export interface CacheLayers {
  readonly layers: Count;
  readonly attention: CachedAttention;
  /** Ways tensor parallelism can cut the cache; a shared latent is copied to every rank. */
  readonly shards: Count;
}

/** What one token costs in each part of a model: matmul weights by kind, cached layers, recurrent state. */
export interface ModelWork {
  readonly hidden: Count;
  readonly layers: Count;
  /** Matmul weights every token passes: attention, dense and shared feed-forward, router. */
  readonly dense: Count;
  /** Output head. The input embedding is a look-up. */
  readonly head: Count;
  /** Embedding and head as stored. */
  readonly embeddings: Count;
  readonly moeLayers: Count;
  readonly experts: Count;
  readonly active: Count;
  /** Weights of one routed expert. */
  readonly expert: Count;
  readonly cache: readonly CacheLayers[];
  /** Recurrent state of all linear layers for one sequence, elements. */
  readonly state: Count;
}

/** Sums a shape into what the serving formulas read. MoE layers of one model share their expert sizes. */
export function modelWork(shape: ModelShape): ModelWork {
  let dense = 0;
  let layers = 0;
  let state = 0;
  let moeLayers = 0;
  let moe = { experts: 0, active: 0, expert: 0 };
  const cache: CacheLayers[] = [];
  for (const { count, attention, mlp } of shape.groups) {
    layers += count;
    dense += count * (projectionParams(attention, shape.hidden) + sharedMlpMatmulParams(mlp, shape.hidden));
    if (attention.kind === "linear") state += count * attention.stateElements;
    else
      cache.push({ layers: count, attention, shards: attention.kind === "grouped" ? attention.kvHeads : 1 });
    if (mlp.kind === "moe") {
      moeLayers += count;
      moe = { experts: mlp.experts, active: mlp.active, expert: expertMatmulParams(mlp) };
    }
  }
  const { hidden, vocab } = shape;
  const embeddings = embeddingParams(shape);
  return { hidden, layers, dense, head: vocab * hidden, embeddings, moeLayers, ...moe, cache, state };
}

/** Elements one query reads from one layer's cache with `context` tokens in it; an indexer reads its key of every entry. */
export function elementsRead({ attention }: CacheLayers, context: Count): Count {
  const keys = keysPerQuery(attention, context, "full");
  if (attention.indexer === undefined) return keys * cacheElements(attention);
  const index = attention.indexer.headDim;
  return keys * (cacheElements(attention) - index) + (context / (attention.compression ?? 1)) * index;
}

/** Attention FLOP of one new token in one layer. */
export function decodeFlop({ attention }: CacheLayers, context: Count): Count {
  const scored = attention.indexer === undefined ? 0 : context / (attention.compression ?? 1);
  return (
    keysPerQuery(attention, context, "full") * decodeFlopPerKey(attention) + scored * indexFlop(attention)
  );
}

/** Attention FLOP of a prompt's first `tokens` in one layer, from nothing: the causal half, cut off at window or selection. */
export function prefillFlop({ attention }: CacheLayers, tokens: Count): Count {
  if (tokens <= 0) return 0;
  const scored = attention.indexer === undefined ? 0 : tokens / 2 / (attention.compression ?? 1);
  const perToken =
    keysPerQuery(attention, tokens, "causal") * flopPerKey(attention) + scored * indexFlop(attention);
  return tokens * perToken;
}

const indexFlop = ({ indexer }: CachedAttention): Count =>
  indexer ? 2 * indexer.heads * indexer.headDim : 0;
