import { assume } from "../estimate.ts";
import type { Stack } from "./job.ts";

/** Tokens per sequence of pre-training. */
export const SEQ = assume(
  4096,
  [2048, 8192],
  "Llama 2, DeepSeek-V3, PaLM-era pre-training; Llama 3 trains at 8,192",
  "2024",
);
/** Tokens per optimizer step at 15T training tokens. */
const BATCH_AT = { tokens: 15.6e12, batch: 16e6 };
/** The critical batch grows with training tokens to this power. [Zhang 2024, arXiv:2410.21676] */
const BATCH_EXPONENT = 0.47;
const LEAST_BATCH = 0.25e6;

/** Tokens per optimizer step: Llama 3's 16M at 15.6T tokens, scaled by the critical batch. [Llama 3 2024, section 3.4.1] */
export function defaultBatchTokens(tokens: number): number {
  const scaled = BATCH_AT.batch * (tokens / BATCH_AT.tokens) ** BATCH_EXPONENT;
  return Math.min(BATCH_AT.batch, Math.max(LEAST_BATCH, scaled));
}

/** The software of a run that says nothing of it. */
export const DEFAULT_STACK: Stack = { attention: "tuned", level: "community", overlap: true, year: 2026 };
