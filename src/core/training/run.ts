import type { Count, Flop, FlopPerSecond, Ratio, Seconds } from "../../units/quantity.ts";
import { isFrozen, type Method } from "./job.ts";

/** Two FLOP forward and four backward for each active parameter and token. [Kaplan 2020, section 2.1] */
export const flop6ND = (active: Count, tokens: Count): Flop => FLOP_PER_ACTIVE * active * tokens;

const FLOP_PER_ACTIVE = 6;
/** A frozen weight takes no gradient of its own: two FLOP forward and two back to its input. [Hu 2021, section 4] */
const FLOP_PER_FROZEN = 4;

/** FLOP for each active parameter and token, by what is trained. */
export const flopPerActive = (method: Method | undefined): Count =>
  isFrozen(method) ? FLOP_PER_FROZEN : FLOP_PER_ACTIVE;

/** Useful FLOP/s of one chip over the whole run: dense peak x MFU x goodput. [PaLM 2022, section 4.1, for MFU] */
export const usefulRate = (peak: FlopPerSecond, mfu: Ratio, goodput: Ratio): FlopPerSecond =>
  peak * mfu * goodput;

/** Chip-seconds a run takes: work over the useful rate of one chip. */
export const chipSeconds = (work: Flop, rate: FlopPerSecond): Seconds => work / rate;

/** Largest dense model for a compute budget at a fixed ratio of tokens to parameters: C = 6 N (rN). */
export const paramsForFlop = (work: Flop, tokensPerParam: Ratio, perActive: Count): Count =>
  Math.sqrt(work / (perActive * tokensPerParam));
