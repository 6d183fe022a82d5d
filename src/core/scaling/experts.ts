import type { Count, Ratio } from "../../units/quantity.ts";

/** Laws of mixtures of experts: advisory. Their N is not a dense model's N, nor one another's. */

/** Clark et al. 2022, arXiv:2202.01169, table 3: logarithms are base 10. */
export const CLARK = {
  "S-BASE": { a: -0.082, b: -0.108, c: 0.009, d: 1.104, start: 1.847, max: 314.478 },
  "RL-R": { a: -0.083, b: -0.126, c: 0.012, d: 1.111, start: 1.88, max: 469.982 },
  HASH: { a: -0.087, b: -0.136, c: 0.012, d: 1.157, start: 4.175, max: 477.741 },
} as const;
export type Router = keyof typeof CLARK;

/** Saturated number of experts: 1/E^ = 1/(E - 1 + 1/(1/E_start - 1/E_max)) + 1/E_max. [equation 9] */
function saturated(experts: Count, router: Router): number {
  const { start, max } = CLARK[router];
  return 1 / (1 / (experts - 1 + 1 / (1 / start - 1 / max)) + 1 / max);
}

/** Loss of a base model of N parameters with E experts. [Clark 2022, equation 7] */
export function clarkLoss(params: Count, experts: Count, router: Router = "S-BASE"): number {
  const { a, b, c, d } = CLARK[router];
  const n = Math.log10(params);
  const e = Math.log10(saturated(experts, router));
  return 10 ** (a * n + b * e + c * n * e + d);
}

/** Dense model of the same loss: the effective parameter count. [Clark 2022, section 5.2] */
export function denseEquivalent(params: Count, experts: Count, router: Router = "S-BASE"): Count {
  const { a, c } = CLARK[router];
  const one = Math.log10(saturated(1, router));
  const { b, d } = CLARK[router];
  return 10 ** ((Math.log10(clarkLoss(params, experts, router)) - d - b * one) / (a + c * one));
}

/** Krajewski et al. 2024, arXiv:2402.07871, table 1: 64 experts, N counts all parameters. */
export const KRAJEWSKI = {
  moe: { a: 18.1, alpha: 0.115, b: 30.8, beta: 0.147, g: 2.1, gamma: 0.58, c: 0.47 },
  dense: { a: 16.3, alpha: 0.126, b: 26.7, beta: 0.127, c: 0.47 },
} as const;

/** Loss by granularity G: how many times finer than the dense layer's width the experts are cut. [equation 9] */
export function krajewskiLoss(params: Count, tokens: Count, granularity: Ratio): number {
  const { a, alpha, b, beta, g, gamma, c } = KRAJEWSKI.moe;
  return c + (g / granularity ** gamma + a) / params ** alpha + b / tokens ** beta;
}

/** Abnar et al. 2025, arXiv:2501.12370, table 3: R2 99 % on its fit, 68 % held out. */
export const ABNAR = {
  alpha: 0.5962,
  beta: 0.3954,
  lambda: -0.1666,
  delta: 0.1603,
  gamma: 0.1595,
  a: 16612.5,
  b: 5455.67,
  c: 0.4598,
  d: 17.26,
  e: 0.94,
} as const;

/** Loss by sparsity S: the share of experts that a token does not use. [Abnar 2025, equation 5] */
export function abnarLoss(params: Count, tokens: Count, sparsity: Ratio): number {
  const { a, alpha, b, beta, c, lambda, d, delta, gamma, e } = ABNAR;
  const dense = 1 - sparsity;
  return (
    a / params ** alpha +
    b / tokens ** beta +
    c / dense ** lambda +
    d / (dense ** delta * params ** gamma) +
    e
  );
}
