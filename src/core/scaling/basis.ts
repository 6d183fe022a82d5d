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

/** Parameters with the embeddings that a model of this size without them usually has. [Pearce and Song 2024] */
const withEmbedding = (params: Count): Count => params + EMBEDDING_GROWTH.value * Math.cbrt(params);

/** Total parameters of a model that a law sizes at `params`; compute-per-token laws take attention as small. */
export const totalOf = (params: Count, basis: ParamBasis): Count =>
  basis === "total" ? params : withEmbedding(params);
