import { GPT3, scaledFromGpt3 } from "../../core/demand/training.ts";
import { SECONDS_PER_DAY } from "../../units/quantity.ts";
import type { LintCode } from "../lint.ts";
import type { ClaimKind, Setting } from "./setting.ts";

/**
 * A way of counting that published figures often use without saying so. `ordinary` ranks them: 1 is the habit of many
 * sources, 5 a slip. Of one group at most one holds at a time.
 */
export interface HiddenAssumption {
  readonly id: string;
  readonly group: string;
  readonly ordinary: 1 | 2 | 3 | 4 | 5;
  /** Completes "true if ...". */
  readonly sentence: string;
  readonly kinds: readonly ClaimKind[];
  /** Inputs in whose place it stands: where one of them is stated, it is no explanation. A way of counting has none. */
  readonly settles?: readonly string[];
  /** The classic mistake that it is, where it is one. */
  readonly mistake?: LintCode | undefined;
  /** The setting under the assumption; undefined where it changes nothing or does not apply. */
  readonly apply: (setting: Setting) => Setting | undefined;
}

const TRAINING: readonly ClaimKind[] = [
  "training-compute",
  "cost",
  "days",
  "gpu-count",
  "gpu-hours",
  "energy",
];
const ENERGY: readonly ClaimKind[] = ["energy", "energy-per-query"];
const MACHINE: readonly ClaimKind[] = ["cost", "days", "gpu-count", "gpu-hours", ...ENERGY];
const SERVING: readonly ClaimKind[] = ["gpu-count", "energy-per-query"];
const TOKENS_OF_RUN = ["tokens", "tokensPerParam", "flop"] as const;

/** Rules of thumb of their sources. */
const CHINCHILLA_TOKENS = 20;
const RECOMPUTED = 8 / 6;
const SECONDS_PER_WORD = 0.35;
const SPARSE = 2;

const isTraining = (s: Setting): boolean => s.requestsPerDay === undefined && s.outputTokens === 0;
const isServing = (s: Setting): boolean => !isTraining(s);
const unless = (same: boolean, s: Setting): Setting | undefined => (same ? undefined : s);

const TOKENS: readonly HiddenAssumption[] = [
  {
    id: "gpt3-scaled",
    group: "tokens",
    ordinary: 1,
    sentence:
      "tokens stay at GPT-3's 300B and its published 3,640 PFLOP/s-days scale linearly with the parameters",
    kinds: TRAINING,
    settles: TOKENS_OF_RUN,
    mistake: "W-TOKENS-FROZEN",
    apply: (s) =>
      s.params === undefined || !isTraining(s)
        ? undefined
        : { ...s, tokens: GPT3.tokens, work: scaledFromGpt3(s.active ?? s.params) },
  },
  {
    id: "tokens-300b",
    group: "tokens",
    ordinary: 1,
    sentence: "tokens stay at GPT-3's 300B",
    kinds: TRAINING,
    settles: TOKENS_OF_RUN,
    mistake: "W-TOKENS-FROZEN",
    apply: (s) =>
      isTraining(s) ? unless(s.tokens === GPT3.tokens, { ...s, tokens: GPT3.tokens }) : undefined,
  },
  {
    id: "tokens-20",
    group: "tokens",
    ordinary: 2,
    sentence: "there are 20 tokens a parameter",
    kinds: TRAINING,
    settles: TOKENS_OF_RUN,
    apply: (s) => {
      if (s.params === undefined || !isTraining(s)) return undefined;
      const tokens = CHINCHILLA_TOKENS * s.params;
      return unless(tokens === s.tokens, { ...s, tokens });
    },
  },
];

const MODEL: readonly HiddenAssumption[] = [
  {
    id: "total-for-active",
    group: "params",
    ordinary: 2,
    sentence: "all parameters are counted, not the active ones",
    kinds: [...TRAINING, ...SERVING],
    mistake: "W-TOTAL-FOR-ACTIVE",
    apply: ({ active, ...s }) => (active === undefined || active === s.params ? undefined : s),
  },
  {
    id: "forward-only",
    group: "flop",
    ordinary: 3,
    sentence: "training counts 2 FLOP a parameter and token: the forward pass alone",
    kinds: TRAINING,
    apply: (s) => (isTraining(s) ? { ...s, flopPerParamToken: 2 } : undefined),
  },
  {
    id: "hardware-flop",
    group: "flop",
    ordinary: 3,
    sentence: "FLOP are the hardware's, with a recomputed forward pass: 8 a parameter and token",
    kinds: TRAINING,
    apply: (s) => (isTraining(s) ? { ...s, flopPerParamToken: s.flopPerParamToken * RECOMPUTED } : undefined),
  },
  {
    id: "training-flop-served",
    group: "flop",
    ordinary: 3,
    sentence: "serving counts the 6 FLOP a parameter and token of training",
    kinds: SERVING,
    apply: (s) => (isServing(s) ? { ...s, flopPerParamToken: 6 } : undefined),
  },
];

const RATES: readonly HiddenAssumption[] = [
  {
    id: "full-utilisation",
    group: "utilisation",
    ordinary: 1,
    sentence: "every chip runs at its peak",
    kinds: MACHINE,
    settles: ["mfu", "goodput", "utilisation"],
    mistake: "W-FULL-UTILISATION",
    apply: (s) => unless(s.utilisation === 1 && s.goodput === 1, { ...s, utilisation: 1, goodput: 1 }),
  },
  {
    id: "no-lost-time",
    group: "utilisation",
    ordinary: 2,
    sentence: "no time is lost to failures and restarts",
    kinds: TRAINING,
    settles: ["goodput"],
    apply: (s) => unless(s.goodput === 1, { ...s, goodput: 1 }),
  },
  {
    id: "sparse-peak",
    group: "peak",
    ordinary: 1,
    sentence: "the peak is the 2:4-sparse one, twice the dense",
    kinds: MACHINE,
    mistake: "W-SPARSE-PEAK",
    apply: (s) => (s.peak === undefined ? undefined : { ...s, peak: SPARSE * s.peak }),
  },
  {
    id: "eight-bit-peak",
    group: "peak",
    ordinary: 2,
    sentence: "the peak is that of 8-bit formats",
    kinds: MACHINE,
    settles: ["precision"],
    apply: (s) => {
      const peak = s.chip?.peak.fp8 ?? s.chip?.peak.int8;
      return peak === undefined ? undefined : unless(peak === s.peak, { ...s, peak });
    },
  },
  {
    id: "fp32-peak",
    group: "peak",
    ordinary: 3,
    sentence: "the peak is that of FP32",
    kinds: MACHINE,
    settles: ["precision"],
    apply: (s) => {
      const peak = s.chip?.peak.fp32;
      return peak === undefined ? undefined : unless(peak === s.peak, { ...s, peak });
    },
  },
];

const USE: readonly HiddenAssumption[] = [
  {
    id: "flat-traffic",
    group: "traffic",
    ordinary: 1,
    sentence: "traffic is the same at every hour",
    kinds: ["gpu-count"],
    settles: ["peakToAverage"],
    apply: (s) => (isServing(s) ? unless(s.peakToAverage === 1, { ...s, peakToAverage: 1 }) : undefined),
  },
  {
    id: "output-only",
    group: "input",
    ordinary: 1,
    sentence: "reading the prompt costs nothing",
    kinds: SERVING,
    apply: (s) => unless(s.inputTokens === 0 || isTraining(s), { ...s, inputTokens: 0 }),
  },
  {
    id: "one-request-a-chip",
    group: "method",
    ordinary: 2,
    sentence:
      "each request holds a chip of its own for 350 ms a token: concurrency taken for a rate, without batching",
    kinds: SERVING,
    mistake: "W-CONCURRENCY-RATE",
    apply: (s) => (isServing(s) ? { ...s, secondsPerToken: SECONDS_PER_WORD } : undefined),
  },
  {
    id: "no-cache",
    group: "method",
    ordinary: 4,
    sentence: "every token written reads the whole sequence again: no KV cache",
    kinds: SERVING,
    apply: (s) => {
      if (isTraining(s) || !(s.outputTokens > 1)) return undefined;
      const { inputTokens, outputTokens } = s;
      const passes = outputTokens * inputTokens + (outputTokens * (outputTokens + 1)) / 2;
      return { ...s, inputTokens: 0, outputTokens: passes };
    },
  },
  {
    id: "chip-only",
    group: "power",
    ordinary: 1,
    sentence: "power is the chip's TDP alone: no server, no cooling",
    kinds: ENERGY,
    settles: ["load", "pue"],
    apply: (s) => ({ ...s, serverRatio: 1, load: 1, pue: 1 }),
  },
  {
    id: "no-cooling",
    group: "power",
    ordinary: 2,
    sentence: "the building adds nothing: PUE 1",
    kinds: ENERGY,
    settles: ["pue"],
    apply: (s) => unless(s.pue === 1, { ...s, pue: 1 }),
  },
  {
    id: "nameplate",
    group: "power",
    ordinary: 2,
    sentence: "servers draw their nameplate power all the time",
    kinds: ENERGY,
    settles: ["load"],
    apply: (s) => unless(s.load === 1, { ...s, load: 1 }),
  },
];

/** Slips of the figure itself; each explains too much to be believed beside a second one. */
const SLIPS: readonly HiddenAssumption[] = [
  ...[10, 0.1, 1000, 0.001].map((slip) => ({
    id: slip > 1 ? `${slip}x-high` : `${1 / slip}x-low`,
    group: "slip",
    ordinary: 5 as const,
    sentence: `a decimal slipped: the figure is printed ${slip > 1 ? `${slip}x high` : `${1 / slip}x low`}`,
    kinds: TRAINING,
    apply: (s: Setting) => ({ ...s, slip }),
  })),
  {
    id: "rate-for-work",
    group: "slip",
    ordinary: 4,
    sentence: "FLOP/s are taken for FLOP/s-days: a day of seconds is lost",
    kinds: ["training-compute"],
    mistake: "W-FLOP-RATE",
    apply: (s) => ({ ...s, slip: 1 / SECONDS_PER_DAY }),
  },
  {
    id: "work-for-rate",
    group: "slip",
    ordinary: 4,
    sentence: "FLOP are taken for FLOP/s and counted by the day once more",
    kinds: ["training-compute"],
    mistake: "W-FLOP-RATE",
    apply: (s) => ({ ...s, slip: SECONDS_PER_DAY }),
  },
];

export const HIDDEN_ASSUMPTIONS: readonly HiddenAssumption[] = [
  ...TOKENS,
  ...MODEL,
  ...RATES,
  ...USE,
  ...SLIPS,
];
