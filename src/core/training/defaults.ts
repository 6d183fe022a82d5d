import { assume } from "../estimate.ts";
import type { Stack } from "./job.ts";

/** Tokens per sequence of pre-training. */
export const SEQ = assume(
  4096,
  [2048, 8192],
  "Llama 2, DeepSeek-V3, PaLM-era pre-training; Llama 3 trains at 8,192",
  "2024",
);
/** Tokens per optimizer step at this many training tokens. */
const BATCH = assume(
  16e6,
  [4e6, 63e6],
  "Llama 3 405B at 15.6T training tokens; DeepSeek-V3 takes 63M at 14.8T, Nemotron-4 9M at 8T",
  "2024",
);
const BATCH_AT_TOKENS = 15.6e12;
/** The critical batch grows with training tokens to this power. [Zhang 2024, arXiv:2410.21676] */
const BATCH_EXPONENT = 0.47;
const LEAST_BATCH = 0.25e6;

/** Tokens per optimizer step: Llama 3's 16M at 15.6T tokens, scaled by the critical batch. [Llama 3 2024, section 3.4.1] */
export function defaultBatchTokens(tokens: number): number {
  const scaled = BATCH.value * (tokens / BATCH_AT_TOKENS) ** BATCH_EXPONENT;
  return Math.min(BATCH.value, Math.max(LEAST_BATCH, scaled));
}

/** The software of a run that says nothing of it: maintained open code of the day, its attention tuned for the chip. */
export const DEFAULT_STACK: Stack = { attention: "tuned", level: "community", overlap: true, year: 2026 };

/**
 * How far a batch that nobody fixed may be rounded, up or down, so that replicas, micro-batches and stages divide it: to the next
 * power of two at most. Loss hardly changes over such a span. [McCandlish 2018, arXiv:1812.06162, section 2.2; Zhang 2024, figure 2]
 */
export const BATCH_ROUNDING = Math.SQRT2;
