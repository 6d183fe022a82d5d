import { type Scored, weightedQuantile } from "./accuracy.ts";

/** Measured over predicted: the band that held the middle 90 % of the configurations. */
export interface RatioInterval {
  readonly low: number;
  readonly high: number;
  readonly n: number;
}

const LOW = 0.05;
const HIGH = 0.95;

/** Quantiles of measured over predicted; a source counts by the square root of its configurations, as in the fit. */
export function ratioInterval(scored: readonly Scored[]): RatioInterval {
  const sizes = new Map<string, number>();
  for (const s of scored) sizes.set(s.source, (sizes.get(s.source) ?? 0) + 1);
  const ratios = scored.map((s) => ({ value: Math.exp(-s.log), weight: sizes.get(s.source)! ** -WEIGHT }));
  return { low: weightedQuantile(ratios, LOW), high: weightedQuantile(ratios, HIGH), n: scored.length };
}

const WEIGHT = 1;

export const covers = (interval: RatioInterval, log: number): boolean =>
  Math.exp(-log) >= interval.low && Math.exp(-log) <= interval.high;
