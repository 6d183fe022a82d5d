import { format } from "../units/index.ts";
import { SECONDS_PER_DAY, SECONDS_PER_YEAR } from "../units/quantity.ts";
import type { Warning } from "./document.ts";

/** The classic mistakes of compute estimates, by code; each check below finds one of them. */
export const LINTS = {
  "W-FLOP-RATE": "FLOP and FLOP/s differ by a time: one is work, the other speed.",
  "W-TOKENS-FROZEN": "Compute-optimal training grows tokens with parameters.",
  "W-FULL-UTILISATION": "No fleet runs at its peak: training reaches 0.3 to 0.5 of it, serving 0.05 to 0.25.",
  "W-TOTAL-FOR-ACTIVE": "A token of a mixture of experts uses its active parameters alone.",
  "W-SPARSE-PEAK": "Data sheets print it, and language models are trained and served dense.",
  "W-CONCURRENCY-RATE":
    "Concurrency is requests in the air, not requests a second: it is the rate times the latency (Little's law).",
  "W-DATED": "Prices and rules change: give one of the question's own time.",
  "W-STOCK": "The rest would have to be made first.",
  "W-NO-MARKET": "Every figure of it is zero.",
  "W-STATED": "A headline that its own inputs do not give rests on something unsaid.",
  "W-CORNERS":
    "All inputs at their ends at once is no 90 % interval: ranges of a product spread as the root of their squares' sum.",
  "W-EXTRAPOLATED": "Beyond its fit a law only lengthens a line: read the laws side by side, not one figure.",
} as const;

export type LintCode = keyof typeof LINTS;

/** What was found, with the sentence of its lint. */
export const warning = (code: LintCode, found: string): Warning => ({
  code,
  message: `${found} ${LINTS[code]}`,
});

/** Relative slack in which two figures count as one. */
const SAME = 0.02;
const same = (a: number, b: number): boolean => Math.abs(a / b - 1) <= SAME;

/** A utilisation that nobody reaches. */
const NEARLY_FULL = 0.9;
/** Warns of a utilisation that no system reaches. */
export function lintUtilisation(name: string, value: number): readonly Warning[] {
  return value < NEARLY_FULL ? [] : [warning("W-FULL-UTILISATION", `${name} is ${value}.`)];
}

/** Warns of models that grow on tokens that do not. */
export function lintTokens(paramsGrowth: number, tokensGrowth: number): readonly Warning[] {
  if (!(paramsGrowth > 1) || tokensGrowth !== 1) return [];
  return [warning("W-TOKENS-FROZEN", `Parameters grow ${paramsGrowth}x a year while tokens stand still.`)];
}

/** Years after which a price or a rule is told to be of another time. */
const STALE_YEARS = 2;
/** Warns of a figure years away from the question. */
export function lintAge(what: string, date: string, year: number): readonly Warning[] {
  const apart = Math.abs(Number(date.slice(0, 4)) - year);
  return apart <= STALE_YEARS ? [] : [warning("W-DATED", `${what} is of ${date}, the question of ${year}.`)];
}

/** A work read as a rate, or a rate as work: the two stand apart by a day or a year of seconds. */
const TIMES = [SECONDS_PER_DAY, SECONDS_PER_YEAR];
/** Warns where FLOP and FLOP/s were taken for each other: a day or a year of seconds between claim and inputs. */
export function lintFlopRate(claimed: number, computed: number): readonly Warning[] {
  if (!TIMES.some((time) => same(claimed * time, computed) || same(claimed, computed * time))) return [];
  return [
    warning("W-FLOP-RATE", "The figure and what its inputs give are a day or a year of seconds apart."),
  ];
}

/** Warns of a need of more chips than are known to exist. */
export function lintStock(
  h100e: number | undefined,
  share: number | undefined,
  through: string,
): readonly Warning[] {
  if (h100e === undefined || share === undefined || share <= 1) return [];
  return [
    warning(
      "W-STOCK",
      `${format("count", h100e)} H100 equivalents are ${format("multiple", share)}x all chips shipped to ${through}.`,
    ),
  ];
}

/** Warns of a market without training and use. */
export const lintEmpty = (flop: number): readonly Warning[] =>
  flop > 0 ? [] : [warning("W-NO-MARKET", "There is neither training nor use in this market.")];

/** Sources round to one digit, so a tenth is no contradiction. */
const ROUNDED = 0.1;
/** A source's headline against its own inputs: a product that does not match, of users or of firms. */
export function lintStated(what: string, printed: number, computed: number): readonly Warning[] {
  if (Math.abs(printed / computed - 1) <= ROUNDED) return [];
  const [a, b] = [printed, computed].map((value) => format("count", value));
  return [warning("W-STATED", `The source prints ${a} ${what}, its inputs give ${b}.`)];
}

/** A figure that the draws hardly reach, and only the corners of the ranges do. */
export function lintCorners(
  claimed: number,
  corners: readonly [least: number, greatest: number] | undefined,
): readonly Warning[] {
  if (corners === undefined || claimed < corners[0] || claimed > corners[1]) return [];
  return [
    warning("W-CORNERS", "The claim lies within the corners of the ranges, but outside nine draws in ten."),
  ];
}

/** How far outside its fitted range a law may be asked without a word. */
const FAR = 1.001;
/** Warns of a law asked outside the compute that it was fitted on. */
export function lintExtrapolation(
  law: string,
  [low, high]: readonly [number, number],
  flop: number,
): readonly Warning[] {
  const work = (value: number) => format("work", value);
  const times = (value: number) => `${format("multiple", value)}x`;
  if (flop > FAR * high)
    return [
      warning(
        "W-EXTRAPOLATED",
        `${law} is fitted up to ${work(high)}; this is ${times(flop / high)} as much.`,
      ),
    ];
  if (flop * FAR < low)
    return [
      warning("W-EXTRAPOLATED", `${law} is fitted from ${work(low)}; this is ${times(low / flop)} less.`),
    ];
  return [];
}
