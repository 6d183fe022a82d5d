import type { Count, Flop } from "../../units/quantity.ts";
import { assume } from "../estimate.ts";
import { FLOP_PER_PARAM_TOKEN } from "./two-term.ts";

/**
 * What a law calls N: all parameters, parameters without embeddings, or the training FLOP of one token over six (which
 * counts attention too).
 */
export type ParamBasis = "total" | "non-embedding" | "flop-per-token";

/** Embeddings of the model families that the laws were fitted on: total = N + omega N^(1/3). */
export const EMBEDDING_GROWTH = assume(
  47_491,
  [3.2e4, 1.2e5],
  "Pearce and Song 2024, arXiv:2406.12907",
  "2024",
);

/** One model's size in every basis. */
export interface ModelSize {
  readonly total: Count;
  /** Input and output embeddings, where known. */
  readonly embedding?: Count;
  /** Training FLOP of one token, attention included, where the shape is known. */
  readonly flopPerToken?: Flop;
}

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

/** A model's N as a law counts it; `estimated` where the model's shape did not settle it. */
export function sizeInBasis(size: ModelSize, basis: ParamBasis): { params: Count; estimated: boolean } {
  if (basis === "total") return { params: size.total, estimated: false };
  if (basis === "flop-per-token")
    return size.flopPerToken === undefined
      ? { params: withoutEmbedding(size.total), estimated: true }
      : { params: size.flopPerToken / FLOP_PER_PARAM_TOKEN, estimated: false };
  return size.embedding === undefined
    ? { params: withoutEmbedding(size.total), estimated: true }
    : { params: size.total - size.embedding, estimated: false };
}

/** Total parameters of a model that a law sizes at `params`; compute-per-token laws take attention as small. */
export const totalOf = (params: Count, basis: ParamBasis): Count =>
  basis === "total" ? params : withEmbedding(params);
