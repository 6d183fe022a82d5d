import type { Range } from "../../units/index.ts";

/** What is believed of one input. */
export type Distribution =
  | { readonly kind: "lognormal"; readonly mu: number; readonly sigma: number }
  /** The log-odds are normal: for shares, which stay between 0 and 1. */
  | { readonly kind: "logit"; readonly mu: number; readonly sigma: number }
  /** Samples handed over by the user, drawn from with equal weight; sorted. */
  | { readonly kind: "samples"; readonly values: readonly number[] };

/** Standard deviations from the median to the 95 % point. */
export const Z95 = 1.6448536269514722;

const logit = (share: number): number => Math.log(share / (1 - share));

/**
 * "a to b" as a distribution whose 5 and 95 % points are a and b: lognormal, or logit-normal for a share below 1.
 * [Squiggle's reading of "a to b"]
 */
export function distributionOf({ low, high }: Range, bounded: boolean): Distribution {
  const [a, b] = bounded && high < 1 ? [logit(low), logit(high)] : [Math.log(low), Math.log(high)];
  return { kind: bounded && high < 1 ? "logit" : "lognormal", mu: (a + b) / 2, sigma: (b - a) / (2 * Z95) };
}

export const samplesOf = (values: readonly number[]): Distribution => ({
  kind: "samples",
  values: [...values].sort((a, b) => a - b),
});

/** The value at a normal score: 0 is the median, Z95 the 95 % point. */
export function valueAt(distribution: Distribution, z: number): number {
  if (distribution.kind === "samples") return sampleAt(distribution.values, normalShare(z));
  const x = distribution.mu + distribution.sigma * z;
  return distribution.kind === "lognormal" ? Math.exp(x) : 1 / (1 + Math.exp(-x));
}

/** Standard normal quantile, to 16 digits. [Wichura 1988, algorithm AS 241] */
export function normalScore(share: number): number {
  const q = share - 0.5;
  if (Math.abs(q) <= 0.425) return q * ratio(CENTRE, 0.180625 - q * q);
  const r = Math.sqrt(-Math.log(q < 0 ? share : 1 - share));
  const size = r <= 5 ? ratio(MIDDLE, r - 1.6) : ratio(TAIL, r - 5);
  return q < 0 ? -size : size;
}

type Rational = readonly [numerator: readonly number[], denominator: readonly number[]];

/** Coefficients of AS 241, highest power first. */
const CENTRE: Rational = [
  [
    2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946,
    1971.5909503065513, 133.14166789178438, 3.3871328727963665,
  ],
  [
    5226.495278852546, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751,
    687.1870074920579, 42.31333070160091, 1,
  ],
];
const MIDDLE: Rational = [
  [
    0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045,
    5.769497221460691, 4.630337846156546, 1.4234371107496835,
  ],
  [
    1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851,
    1.6763848301838038, 2.053191626637759, 1,
  ],
];
const TAIL: Rational = [
  [
    2.0103343992922881e-7, 2.7115555687434876e-5, 0.0012426609473880784, 0.026532189526576124,
    0.29656057182850487, 1.7848265399172913, 5.463784911164114, 6.657904643501103,
  ],
  [
    2.0442631033899397e-15, 1.421511758316446e-7, 1.8463183175100548e-5, 0.0007868691311456133,
    0.014875361290850615, 0.1369298809227358, 0.599832206555888, 1,
  ],
];

function ratio([numerator, denominator]: Rational, x: number): number {
  let top = 0;
  let bottom = 0;
  for (let power = 0; power < numerator.length; power++) {
    top = top * x + numerator[power]!;
    bottom = bottom * x + denominator[power]!;
  }
  return top / bottom;
}

/** Standard normal distribution function by its continued fraction and series. [Abramowitz and Stegun 26.2.10, 26.2.14] */
export function normalShare(z: number): number {
  const size = Math.abs(z);
  const density = Math.exp((-size * size) / 2) / Math.sqrt(2 * Math.PI);
  let tail: number;
  if (size > 3) {
    let fraction = 0;
    for (let k = 40; k > 0; k--) fraction = k / (size + fraction);
    tail = density / (size + fraction);
  } else {
    let term = size;
    let sum = size;
    for (let k = 1; k < 60; k++) {
      term *= (size * size) / (2 * k + 1);
      sum += term;
    }
    tail = 0.5 - density * sum;
  }
  return z > 0 ? 1 - tail : tail;
}

function sampleAt(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
}
