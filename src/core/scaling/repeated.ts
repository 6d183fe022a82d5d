import type { Count } from "../../units/quantity.ts";
import { lossOf, type TwoTermFit } from "./two-term.ts";

/** Muennighoff et al. 2023, arXiv:2305.16264, appendix A, unrounded. */
export const REPEATED = {
  tokensDecay: 15.387756,
  paramsDecay: 5.309743,
  /** Parameters that a unique token can keep busy. */
  paramsPerUniqueToken: 0.051,
} as const;
const EXPONENT = 0.3526596;
/** The unrounded fit; the paper prints 521, 1488, 1.87 and 0.35, which move the loss by 0.02. */
export const REPEATED_FIT: TwoTermFit = {
  A: Math.exp(6.255414),
  B: Math.exp(7.3049974),
  E: Math.exp(0.6254804),
  alpha: EXPONENT,
  beta: EXPONENT,
};

/** U + U R* (1 - exp(-(x/U - 1)/R*)): what repeated use of a resource is worth in fresh use of it. [equations 5, 6] */
function effective(used: Count, unique: Count, decay: number): Count {
  if (used <= unique) return used;
  return unique + unique * decay * (1 - Math.exp(-(used / unique - 1) / decay));
}

/** Unique tokens that repeated ones are worth. */
export const effectiveTokens = (tokens: Count, uniqueTokens: Count): Count =>
  effective(tokens, uniqueTokens, REPEATED.tokensDecay);

/** Most that a store of unique tokens is worth, however often it is read, in multiples of itself. */
export const REPETITION_CEILING = 1 + REPEATED.tokensDecay;

/** Parameters that count when the unique tokens could fill only `uniqueParams` of them. */
export const effectiveParams = (params: Count, uniqueParams: Count): Count =>
  effective(params, uniqueParams, REPEATED.paramsDecay);

/** Worth of one more token after so many epochs, against a fresh one. */
export const marginalToken = (epochs: number): number =>
  Math.exp(-Math.max(0, epochs - 1) / REPEATED.tokensDecay);

/**
 * Loss after training on repeated data. Does not know the rise in loss seen past some forty epochs. [Muennighoff 2023]
 */
export function repeatedLoss(params: Count, tokens: Count, uniqueTokens: Count, fit = REPEATED_FIT): number {
  const unique = Math.min(tokens, uniqueTokens);
  const size = effectiveParams(params, REPEATED.paramsPerUniqueToken * unique);
  return lossOf(fit, size, effectiveTokens(tokens, unique));
}
