import type { Scored } from "./accuracy.ts";
import { minimise, type Parameter } from "./minimise.ts";

/** Constants of a model to be set from measurements: bounded by physics, drawn weakly to where they start. */
export interface Fit {
  readonly parameters: readonly Parameter[];
  /** Scores the measurements under these constants; the same configurations in the same order each time. */
  readonly score: (constants: Constants, keep?: (s: Keys) => boolean) => readonly Scored[];
  readonly evaluations?: number;
}

export type Constants = Readonly<Record<string, number>>;
type Keys = Pick<Scored, "source" | "chip" | "family">;

/** Errors below this are noise between releases of the same recipe: they count by their square. */
const NOISE = 0.03;
/** An error beyond this is an outlier and counts no more. */
const OUTLIER = 0.8;
/** Weight of the pull towards the starting values, per bound-to-bound width squared. */
const PRIOR = 1e-3;

/** Absolute log error, rounded at the foot, cut at the top. [Huber 1964] */
function robust(log: number): number {
  const d = Math.abs(log);
  return d < NOISE ? (d * d) / (2 * NOISE) : Math.min(d, OUTLIER) - NOISE / 2;
}

/** Robust mean error; a source counts by the square root of its configurations, so that long tables do not rule. */
export function loss(scored: readonly Scored[]): number {
  const sizes = new Map<string, number>();
  const key = (s: Scored) => `${s.source} ${s.family}`;
  for (const s of scored) sizes.set(key(s), (sizes.get(key(s)) ?? 0) + 1);
  let sum = 0;
  let weights = 0;
  for (const s of scored) {
    const weight = 1 / Math.sqrt(sizes.get(key(s))!);
    sum += weight * robust(s.log);
    weights += weight;
  }
  return weights === 0 ? 0 : sum / weights;
}

/** Best constants for the configurations that are kept. */
export function fitConstants(fit: Fit, keep?: (s: Keys) => boolean): Constants {
  const total = (constants: Constants) => {
    let prior = 0;
    for (const { name, start, low, high } of fit.parameters) {
      prior += ((constants[name]! - start) / (high - low)) ** 2;
    }
    return loss(fit.score(constants, keep)) + PRIOR * prior;
  };
  return minimise(fit.parameters, total, fit.evaluations).values;
}

/** Constants fitted without one part of the measurements at a time, by the part's name. */
export function leaveOneOut(
  fit: Fit,
  part: (s: Keys) => string,
  names: readonly string[],
): Record<string, Constants> {
  return Object.fromEntries(names.map((name) => [name, fitConstants(fit, (s) => part(s) !== name)]));
}
