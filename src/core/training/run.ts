import type { Count, Flop, FlopPerSecond, Ratio, Seconds } from "../../units/quantity.ts";

/** Two FLOP forward and four backward for each active parameter and token. [Kaplan 2020, section 2.1] */
export const flop6ND = (active: Count, tokens: Count): Flop => 6 * active * tokens;

/** Useful FLOP/s of one chip over the whole run: dense peak x MFU x goodput. [PaLM 2022, section 4.1, for MFU] */
export const usefulRate = (peak: FlopPerSecond, mfu: Ratio, goodput: Ratio): FlopPerSecond =>
  peak * mfu * goodput;

/** Chip-seconds a run takes: work over the useful rate of one chip. */
export const chipSeconds = (work: Flop, rate: FlopPerSecond): Seconds => work / rate;

/** Largest dense model for a compute budget at a fixed ratio of tokens to parameters: C = 6 N (rN). */
export const paramsForFlop = (work: Flop, tokensPerParam: Ratio): Count =>
  Math.sqrt(work / (6 * tokensPerParam));
