import type { Count } from "../../units/quantity.ts";
import { assume } from "../estimate.ts";

/**
 * What a law calls N: all parameters, parameters without embeddings, or the training FLOP of one token over six (which
 * counts attention too).
 */
export type ParamBasis = "total" | "non-embedding" | "flop-per-token";

/** Embeddings of the model families that the laws were fitted on: total = N + omega N^(1/3). */
export const EMBEDDING_GROWTH = assume(
  47_491,
  [3.2e4, 1.2e5],
  "recalled from Pearce and Song 2024, arXiv:2406.12907, not seen: N + omega N^(1/3); Chinchilla 70B has 6.4e4, GPT-2 9.0e4",
  "2024",
);

/** Rounds of Newton's method for the cube; converges to 1e-12 from any size. */
const ROUNDS = 40;

/** Non-embedding parameters of a model of this total size, by the usual growth of embeddings. */
export function withoutEmbedding(total: Count): Count {
  const omega = EMBEDDING_GROWTH.value;
  let root = Math.cbrt(total); // x^3 + omega x = total
  for (let i = 0; i < ROUNDS; i++) root -= (root ** 3 + omega * root - total) / (3 * root ** 2 + omega);
  return root ** 3;
}

export const withEmbedding = (params: Count): Count => params + EMBEDDING_GROWTH.value * Math.cbrt(params);

/** Total parameters of a model that a law sizes at `params`; compute-per-token laws take attention as small. */
export const totalOf = (params: Count, basis: ParamBasis): Count =>
  basis === "total" ? params : withEmbedding(params);
