import type { Count, Flop } from "../../units/quantity.ts";
import { assume } from "../estimate.ts";

/** Best batch in tokens for the compute. [DeepSeek LLM 2024, arXiv:2401.02954, equation 1] */
export const batchForCompute = (flop: Flop): Count => 0.292 * flop ** 0.3271;
/** Learning rate of a compute-optimal run. [DeepSeek LLM 2024, equation 1] */
export const learningRateForCompute = (flop: Flop): number => 0.3118 * flop ** -0.125;

/** The critical batch grows with tokens, hardly with size: exponent on D. */
export const CRITICAL_BATCH_GROWTH = assume(
  0.47,
  [0.37, 0.57],
  "Zhang et al. 2024, arXiv:2410.21676; Bergsma et al. 2025, arXiv:2505.13738",
  "2025",
);

/** A waste of 5 % is allowed by batches this many times apart: quote a batch to no better. [Bergsma 2025] */
export const BATCH_TOLERANCE = 4;
