import type { Count, Flop, Ratio } from "../../units/quantity.ts";
import { PETAFLOP_DAY } from "../../units/quantity.ts";
import type { Allocation } from "./two-term.ts";

/**
 * Kaplan et al. 2020, arXiv:2001.08361, appendix A, tables 5 and 6. N leaves out embeddings; compute is in petaFLOP/s-days
 * at a batch far below the critical one (Cmin).
 */
export const KAPLAN = {
  alphaN: 0.076,
  Nc: 8.8e13,
  alphaD: 0.095,
  Dc: 5.4e13,
  alphaC: 0.057,
  Cc: 1.6e7,
  alphaCmin: 0.05,
  Ccmin: 3.1e8,
  alphaB: 0.21,
  Bstar: 2.1e8,
  alphaS: 0.76,
  Sc: 2.1e3,
  /** Efficient frontier: coefficient and exponent in PF-days of size, batch (tokens), steps and tokens. */
  frontier: { N: [1.3e9, 0.73], B: [2.0e6, 0.24], S: [5.4e3, 0.03], D: [2e10, 0.27] },
} as const;

/** Loss of a model trained to convergence. [Kaplan 2020, equation 1.1] */
export const lossOfParams = (params: Count): number => (KAPLAN.Nc / params) ** KAPLAN.alphaN;
/** Loss on the efficient frontier; `flop` is Cmin. */
export const lossOfCompute = (flop: Flop): number =>
  (KAPLAN.Ccmin / (flop / PETAFLOP_DAY)) ** KAPLAN.alphaCmin;

/** Compute of a run over the least: 1 + B/B_crit, at the critical batch that runs are made at. [Kaplan 2020, section 5.1] */
const AT_CRITICAL_BATCH = 2;

/** What the paper calls Cmin of a run whose compute is 6ND: its frontier has 6ND = 1.8 Cmin, 2 but for rounding. */
export const leastCompute = (flop: Flop): Flop => flop / AT_CRITICAL_BATCH;

/** Size, tokens, batch and steps on the efficient frontier; `flop` is Cmin. */
export function frontier(flop: Flop): Allocation & { readonly batchTokens: Count; readonly steps: Count } {
  const days = flop / PETAFLOP_DAY;
  const at = ([coefficient, exponent]: readonly [number, number]): number => coefficient * days ** exponent;
  const { N, B, S, D } = KAPLAN.frontier;
  return { params: at(N), tokens: at(D), batchTokens: at(B), steps: at(S) };
}

/** Batch beyond which more of it buys little time, tokens. [Kaplan 2020, equation 1.4] */
export const criticalBatch = (loss: number): Count => KAPLAN.Bstar / loss ** (1 / KAPLAN.alphaB);

/** Exponent of the frontier's loss in compute, from the others. [Kaplan 2020, equation B.7] */
export const frontierExponent = (alphaS: number, alphaB: number, alphaN: number): number =>
  1 / (1 / alphaS + 1 / alphaB + 1 / alphaN);

/** Steps of a model `r` times the best size, over the best size's, for the same loss; undefined below reach. [equation B.17] */
export function stepsPenalty(r: Ratio): Ratio | undefined {
  const reach = 1 + (KAPLAN.alphaS / KAPLAN.alphaN) * (1 - r ** -KAPLAN.alphaN);
  return reach <= 0 ? undefined : reach ** (-1 / KAPLAN.alphaS);
}

/** Compute of a model `r` times the best size, over the best size's, for the same loss. [Kaplan 2020, equation B.16] */
export function sizePenalty(r: Ratio): Ratio | undefined {
  const steps = stepsPenalty(r);
  return steps === undefined ? undefined : r * steps;
}
