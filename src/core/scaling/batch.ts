import type { Count, Flop, Ratio } from "../../units/quantity.ts";
import { assume } from "../estimate.ts";

/** Best batch in tokens and learning rate for the compute. [DeepSeek LLM 2024, arXiv:2401.02954, equation 1] */
export const batchForCompute = (flop: Flop): Count => 0.292 * flop ** 0.3271;
export const learningRateForCompute = (flop: Flop): number => 0.3118 * flop ** -0.125;

/** The critical batch grows with tokens, hardly with size: exponent on D. */
export const CRITICAL_BATCH_GROWTH = assume(
  0.47,
  [0.37, 0.57],
  "Zhang et al. 2024, arXiv:2410.21676; Bergsma et al. 2025, arXiv:2505.13738",
  "2025",
);

/** Critical batch of a run from that of another run of the same kind. */
export const criticalBatchAt = (batch: Count, tokens: Count, otherTokens: Count): Count =>
  batch * (otherTokens / tokens) ** CRITICAL_BATCH_GROWTH.value;

/** Extra tokens that a batch wastes against a far smaller one: B / B_crit. [McCandlish 2018, arXiv:1812.06162, equation 2.11] */
export const batchWaste = (batch: Count, critical: Count): Ratio => batch / critical;

/** A waste of 5 % is allowed by batches this many times apart: quote a batch to no better. [Bergsma 2025] */
export const BATCH_TOLERANCE = 4;
