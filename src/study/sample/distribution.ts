import type { Range } from "../../units/index.ts";
import { normalShare, Z95 } from "./normal.ts";

/** What is believed of one input. */
export type Distribution =
  | { readonly kind: "lognormal"; readonly mu: number; readonly sigma: number }
  /** The log-odds are normal: for shares, which stay between 0 and 1. */
  | { readonly kind: "logit"; readonly mu: number; readonly sigma: number }
  /** Normal, and no further than its bounds: for shares believed to reach 0 or 1, and for scores of jointly fitted constants. */
  | {
      readonly kind: "normal";
      readonly mu: number;
      readonly sigma: number;
      readonly least: number;
      readonly most: number;
    }
  /** Samples handed over by the user, drawn from with equal weight; sorted. */
  | { readonly kind: "samples"; readonly values: readonly number[] };

export const STANDARD_NORMAL: Distribution = {
  kind: "normal",
  mu: 0,
  sigma: 1,
  least: Number.NEGATIVE_INFINITY,
  most: Number.POSITIVE_INFINITY,
};

const logit = (share: number): number => Math.log(share / (1 - share));

/**
 * "a to b" as a distribution whose 5 and 95 % points are a and b: lognormal, or logit-normal for a share [Squiggle's reading of
 * "a to b"]. A share whose range ends at 0 or 1 is normal and held there: neither logarithm reaches its bound.
 */
export function distributionOf({ low, high }: Range, bounded: boolean): Distribution {
  const reachesBound = low <= 0 || (bounded && high >= 1);
  if (reachesBound) {
    const most = bounded ? 1 : Number.POSITIVE_INFINITY;
    return { kind: "normal", ...between(low, high), least: 0, most };
  }
  return bounded
    ? { kind: "logit", ...between(logit(low), logit(high)) }
    : { kind: "lognormal", ...between(Math.log(low), Math.log(high)) };
}

const between = (a: number, b: number) => ({ mu: (a + b) / 2, sigma: (b - a) / (2 * Z95) });

/** The distribution that draws one of the values, each as likely. */
export const samplesOf = (values: readonly number[]): Distribution => ({
  kind: "samples",
  values: [...values].sort((a, b) => a - b),
});

/** The value at a normal score: 0 is the median, Z95 the 95 % point. */
export function valueAt(distribution: Distribution, z: number): number {
  switch (distribution.kind) {
    case "lognormal":
      return Math.exp(distribution.mu + distribution.sigma * z);
    case "logit":
      return 1 / (1 + Math.exp(-distribution.mu - distribution.sigma * z));
    case "normal":
      return Math.min(
        distribution.most,
        Math.max(distribution.least, distribution.mu + distribution.sigma * z),
      );
    case "samples":
      return sampleAt(distribution.values, normalShare(z));
  }
}

/** The same for many scores: the loop is inside the choice of the kind. */
export function valuesAt(distribution: Distribution, scores: Float64Array): Float64Array {
  const values = new Float64Array(scores.length);
  if (distribution.kind === "lognormal") exponentials(distribution.mu, distribution.sigma, scores, values);
  else for (let k = 0; k < scores.length; k++) values[k] = valueAt(distribution, scores[k]!);
  return values;
}

function exponentials(mu: number, sigma: number, scores: Float64Array, values: Float64Array): void {
  for (let k = 0; k < scores.length; k++) values[k] = Math.exp(mu + sigma * scores[k]!);
}

function sampleAt(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
}
