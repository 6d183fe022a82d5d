import type { Count, Flop, Ratio } from "../../units/quantity.ts";

/** Tokens trained that one served token costs in FLOP: 6ND against 2NT. */
const SERVED_PER_TRAINED = 3;

/** Served tokens whose FLOP equal those of training: 3 r D, whatever the size. */
export const parityTokens = (tokens: Count, rnd: Ratio): Count => SERVED_PER_TRAINED * rnd * tokens;

/** The same in chip-hours: serving uses its chips less well, so fewer tokens do. */
export const chipHourParityTokens = (
  tokens: Count,
  rnd: Ratio,
  servingUtilisation: Ratio,
  mfu: Ratio,
): Count => parityTokens(tokens, rnd) * (servingUtilisation / mfu);

/** Days of traffic until serving has used what training did; undefined without traffic. */
export const parityDays = (parity: Count, tokensPerDay: Count): number | undefined =>
  tokensPerDay > 0 ? parity / tokensPerDay : undefined;

/** Training's share of the moment's compute where one order of magnitude of either is worth as much. [Erdil 2024, Epoch AI] */
export const balancedTrainingShare = (trainingGrowth: Ratio): Ratio => trainingGrowth / (1 + trainingGrowth);

/** When a growing quantity passes another. Years count from the start; `never` says why. */
export type Crossover =
  | { readonly kind: "crosses"; readonly years: number }
  /** Ahead from the start; `years` until it falls behind again, where it does. */
  | { readonly kind: "already"; readonly years?: number }
  | { readonly kind: "never"; readonly reason: NeverReason };

export type NeverReason = "no inference" | "no growth advantage" | "nothing to compare";

export const NEVER: Readonly<Record<NeverReason, string>> = {
  "no inference": "there is no inference to overtake training",
  "no growth advantage": "inference starts below training and grows no faster",
  "nothing to compare": "there is neither training nor inference",
};

/** One growing part of a sum. */
export interface Part {
  readonly amount: number;
  /** Factor a year. */
  readonly growth: Ratio;
}

/** t* = ln(a_T/a_I) / ln(g_I/g_T). */
export function crossover(
  training: Flop,
  trainingGrowth: Ratio,
  inference: Flop,
  inferenceGrowth: Ratio,
): Crossover {
  if (!(inference > 0))
    return { kind: "never", reason: training > 0 ? "no inference" : "nothing to compare" };
  const gap = Math.log(training / inference);
  const lead = Math.log(inferenceGrowth / trainingGrowth);
  if (gap <= 0)
    return lead < 0 && training > 0 ? { kind: "already", years: gap / lead } : { kind: "already" };
  return lead > 0 ? { kind: "crosses", years: gap / lead } : { kind: "never", reason: "no growth advantage" };
}

const HALVINGS = 60;

/**
 * The same where inference is a sum whose parts grow each at its own rate. Its logarithm is convex in time, so from below it
 * crosses once, if its fastest part outgrows training; from above it may fall behind and return, of which the first is told.
 */
export function crossoverOfSum(training: Part, parts: readonly Part[]): Crossover {
  const live = parts.filter(({ amount }) => amount > 0);
  const first = live[0];
  if (live.every(({ growth }) => growth === first?.growth)) {
    const inference = live.reduce((sum, { amount }) => sum + amount, 0);
    return crossover(training.amount, training.growth, inference, first?.growth ?? 1);
  }
  const lead = (years: number): number => leadAfter(training, live, years);
  if (!(training.amount > 0)) return { kind: "already" };
  const fastest = Math.max(...live.map(({ growth }) => growth));
  if (lead(0) >= 0) return fallsBehind(lead);
  if (fastest <= training.growth) return { kind: "never", reason: "no growth advantage" };
  let high = 1;
  while (lead(high) < 0) high *= 2;
  return { kind: "crosses", years: bisect(0, high, (years) => lead(years) < 0) };
}

/** Logarithm of inference over training after so many years, without overflow. */
function leadAfter(training: Part, parts: readonly Part[], years: number): number {
  const logs = parts.map(({ amount, growth }) => Math.log(amount) + years * Math.log(growth));
  const most = Math.max(...logs);
  const sum = logs.reduce((total, log) => total + Math.exp(log - most), 0);
  return most + Math.log(sum) - Math.log(training.amount) - years * Math.log(training.growth);
}

/** A market that ends an age hence ends no forecast. */
const FAR = 1000;

/** Inference is ahead: the year it first falls behind, where it does. */
function fallsBehind(lead: (years: number) => number): Crossover {
  for (let years = 1; years <= FAR; years++) {
    if (lead(years) < 0) return { kind: "already", years: bisect(years - 1, years, (t) => lead(t) >= 0) };
  }
  return { kind: "already" };
}

/** The point where `before` turns false. */
function bisect(from: number, to: number, before: (years: number) => boolean): number {
  let low = from;
  let high = to;
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (before(middle)) low = middle;
    else high = middle;
  }
  return high;
}
