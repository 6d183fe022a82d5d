import type { Count, Flop, Ratio } from "../../units/quantity.ts";
import { type Allocation, optimum, type TwoTermFit } from "./two-term.ts";

/**
 * Joint uncertainty of the default fit, in the order ln A, ln B, ln E, alpha, beta: 1,500 bootstraps of the 240 points of
 * epoch-research/analyzing-chinchilla. A and alpha, B and beta move together (0.999): drawn one by one they would widen
 * the tokens per parameter at 1e26 FLOP from 7..33 to 0.8..305.
 */
export const FIT_COVARIANCE: readonly (readonly number[])[] = [
  [0.062435766, -0.0241195992, 0.00205646006, 0.00372153848, -0.00121186291],
  [-0.0241195992, 0.1746026365, 0.00361907622, -0.00150684417, 0.00852657861],
  [0.00205646006, 0.00361907622, 0.00019370934, 0.0001213331, 0.000175987],
  [0.00372153848, -0.00150684417, 0.0001213331, 0.00022213721, -0.00007575147],
  [-0.00121186291, 0.00852657861, 0.000175987, -0.00007575147, 0.00041665992],
];

/** Standard errors and 95 % intervals of the default fit as its source prints them: one by one, so not for drawing. */
export const PRINTED_ERRORS = {
  se: { A: 124.58, B: 1293.23, E: 0.03, alpha: 0.02, beta: 0.02 },
  ci95: {
    A: [285.214, 743.626],
    B: [1042.357, 5810.344],
    E: [1.769, 1.871],
    alpha: [0.317, 0.373],
    beta: [0.331, 0.415],
  },
} as const;

/** The point that the bootstrap is centred on: the same data, refitted. Its spread is used around any printed fit. */
export const REFIT: TwoTermFit = { A: 477.8, B: 2143, E: 1.8172, alpha: 0.3473, beta: 0.3672 };

/** Lower triangle L with L L' = the matrix; a pivot lost to rounding counts as zero. */
export function cholesky(matrix: readonly (readonly number[])[]): number[][] {
  const lower: number[][] = matrix.map((row) => row.map(() => 0));
  for (let i = 0; i < matrix.length; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = matrix[i]![j]!;
      for (let k = 0; k < j; k++) rest -= lower[i]![k]! * lower[j]![k]!;
      const pivot = lower[j]![j]!;
      if (i === j) lower[i]![i] = Math.sqrt(Math.max(0, rest));
      else lower[i]![j] = pivot === 0 ? 0 : rest / pivot;
    }
  }
  return lower;
}

/** One fit drawn jointly around `centre` from five independent standard normals. `lower` is `cholesky(FIT_COVARIANCE)`. */
export function drawFit(
  centre: TwoTermFit,
  lower: readonly (readonly number[])[],
  z: readonly number[],
): TwoTermFit {
  const shift = (row: number): number => {
    let sum = 0;
    for (let k = 0; k <= row; k++) sum += lower[row]![k]! * z[k]!;
    return sum;
  };
  return {
    A: centre.A * Math.exp(shift(0)),
    B: centre.B * Math.exp(shift(1)),
    E: centre.E * Math.exp(shift(2)),
    alpha: centre.alpha + shift(3),
    beta: centre.beta + shift(4),
  };
}

/** Standard deviation of ln N* at a compute, to first order in the fitted constants. ln D* varies by as much. */
function optimumSpread(fit: TwoTermFit, flop: Flop): number {
  const sum = fit.alpha + fit.beta;
  const params = Math.log(optimum(fit, flop).params);
  const work = Math.log(flop / 6);
  // gradient of [ln(alpha A) - ln(beta B) + beta ln(C/6)] / (alpha + beta)
  const slope = [1 / sum, -1 / sum, 0, (1 / fit.alpha - params) / sum, (work - 1 / fit.beta - params) / sum];
  let variance = 0;
  for (let i = 0; i < slope.length; i++)
    for (let j = 0; j < slope.length; j++) variance += slope[i]! * FIT_COVARIANCE[i]![j]! * slope[j]!;
  return Math.sqrt(variance);
}

/** Tokens per parameter of the optimum: low, middle, high at `z` standard deviations. 80 %: z = 1.2816. */
export function tokensPerParamBand(fit: TwoTermFit, flop: Flop, z: number): [Ratio, Ratio, Ratio] {
  const { params, tokens } = optimum(fit, flop);
  // D/N = (C/6)/N^2, so its logarithm varies by twice that of N
  const factor = Math.exp(2 * z * optimumSpread(fit, flop));
  const middle = tokens / params;
  return [middle / factor, middle, middle * factor];
}

/** Size of the optimum, or its tokens, which fall as it rises: low, middle, high at `z` standard deviations. */
export function optimumBand(
  fit: TwoTermFit,
  flop: Flop,
  of: keyof Allocation,
  z: number,
): [Count, Count, Count] {
  const middle = optimum(fit, flop)[of];
  const factor = Math.exp(z * optimumSpread(fit, flop));
  return [middle / factor, middle, middle * factor];
}
