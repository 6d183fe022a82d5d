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
