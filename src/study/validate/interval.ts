import type { ErrorBand } from "../../core/training/uncertainty.ts";
import { type Scored, weightedQuantile } from "./accuracy.ts";

const LOW = 0.05;
const HIGH = 0.95;

/** Band of measured over predicted that holds the middle 90 % of these configurations, each source with equal weight. */
export function errorBand(scored: readonly Scored[]): ErrorBand {
  const sizes = new Map<string, number>();
  for (const s of scored) sizes.set(s.source, (sizes.get(s.source) ?? 0) + 1);
  const ratios = scored.map((s) => ({ value: Math.exp(-s.log), weight: 1 / sizes.get(s.source)! }));
  return {
    low: weightedQuantile(ratios, LOW),
    high: weightedQuantile(ratios, HIGH),
    n: scored.length,
    sources: sizes.size,
  };
}

/** Share of measurements that a symmetric interval is to hold. */
const HELD = 0.9;

/** Factor either way that holds 90 % of these configurations, groups of one source and chip weighing as the root of their rows. */
export function errorFactor(scored: readonly Scored[]): number {
  const groupOf = ({ source, chip }: Scored) => `${source} ${chip}`;
  const sizes = new Map<string, number>();
  for (const s of scored) sizes.set(groupOf(s), (sizes.get(groupOf(s)) ?? 0) + 1);
  const sized = scored.map((s) => ({ value: Math.abs(s.log), weight: sizes.get(groupOf(s))! ** -0.5 }));
  return Math.exp(weightedQuantile(sized, HELD));
}

/** Whether a band of measured over predicted holds the logarithm of predicted over measured. */
export const covers = (band: Pick<ErrorBand, "low" | "high">, log: number): boolean =>
  Math.exp(-log) >= band.low && Math.exp(-log) <= band.high;

/** Share of the configurations inside the band that the other sources alone would give: the harshest test of it. */
export function coverageByOthers(scored: readonly Scored[]): number {
  const bands = new Map<string, ErrorBand>();
  const bandWithout = (source: string): ErrorBand => {
    const band = bands.get(source) ?? errorBand(scored.filter((s) => s.source !== source));
    bands.set(source, band);
    return band;
  };
  const judged = scored.filter((s) => scored.some((o) => o.source !== s.source));
  return judged.filter((s) => covers(bandWithout(s.source), s.log)).length / judged.length;
}
