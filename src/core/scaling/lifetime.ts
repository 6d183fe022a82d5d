import type { Count, Flop, Ratio } from "../../units/quantity.ts";
import {
  type Allocation,
  elasticityRatio,
  FLOP_PER_PARAM_TOKEN,
  optimumAtLoss,
  type TwoTermFit,
  tokensAtLoss,
} from "./two-term.ts";

/** FLOP of one token served, per parameter. */
const FLOP_PER_PARAM_SERVED = 2;
/** Tokens served that cost as much as one token trained: 6ND against 2NT. */
const SERVED_PER_TRAINED = FLOP_PER_PARAM_TOKEN / FLOP_PER_PARAM_SERVED;
/** Halvings of the bracket in ln N: below 1e-12 relative. */
const HALVINGS = 60;
/** The bracket starts this far below the training optimum in size; the optimum itself is its upper end. */
const SMALLEST = 1e-4;

/** Compute over the life of a model: 6ND to train, 2NT to serve T tokens. [Sardana 2024, equation 2] */
export const lifetimeFlop = (plan: Allocation, served: Count): Flop =>
  FLOP_PER_PARAM_TOKEN * plan.params * plan.tokens + FLOP_PER_PARAM_SERVED * plan.params * served;

/**
 * The size that reaches a loss with least lifetime compute. First-order condition: the elasticity ratio equals
 * 1 + T/(3D). Its left side falls and its right side rises with N along the iso-loss curve, so one root lies below the
 * training optimum. Undefined where the loss is below the law's floor. [Sardana 2024, section 3]
 */
export function lifetimeOptimum(fit: TwoTermFit, loss: number, served: Count): Allocation | undefined {
  const start = optimumAtLoss(fit, loss);
  if (start === undefined) return undefined;
  const balance = (params: Count): number => {
    const tokens = tokensAtLoss(fit, params, loss);
    if (tokens === undefined) return Number.MAX_VALUE;
    return elasticityRatio(fit, params, tokens) - 1 - served / (SERVED_PER_TRAINED * tokens);
  };
  let low = Math.log(start.params * SMALLEST);
  let high = Math.log(start.params);
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (balance(Math.exp(middle)) > 0) low = middle;
    else high = middle;
  }
  const params = Math.exp(high);
  const tokens = tokensAtLoss(fit, params, loss);
  return tokens === undefined ? start : { params, tokens };
}

/** Share of lifetime compute saved by one plan against another of the same loss. */
export const lifetimeSaving = (plan: Allocation, reference: Allocation, served: Count): Ratio =>
  1 - lifetimeFlop(plan, served) / lifetimeFlop(reference, served);

/**
 * Served tokens weighed by what their FLOP cost on the same chips: at a tenth of training's utilisation a served token
 * weighs ten. [Sardana 2024, equation 5, one price of hardware]
 */
export const weighedTokens = (served: Count, mfu: Ratio, servingUtilisation: Ratio): Count =>
  (served * mfu) / servingUtilisation;
