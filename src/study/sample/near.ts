import { BLOCK } from "./draws.ts";
import { rankOf, valueOfRank } from "./quantiles.ts";

/** Half a neighbourhood in standard errors of a rank: one quantile in a billion lies outside. */
const ERRORS = 6;

/**
 * What is kept of a stream of values to find one quantile of it exactly: the values near it, and how many lie elsewhere.
 * NaN, a draw without an answer, is in none of them.
 */
export interface Near {
  readonly share: number;
  readonly low: number;
  readonly high: number;
  below: number;
  atLow: number;
  /** Strictly between low and high; the first `size` count. */
  between: Float64Array;
  size: number;
  atHigh: number;
  above: number;
}

/** The neighbourhood of a quantile of `count` values as the first of them, sorted, tell it. */
export function nearOf(pilot: Float64Array, share: number, count: number): Near {
  const middle = share * pilot.length;
  const reach = ERRORS * Math.sqrt(share * (1 - share) * pilot.length);
  const [from, to] = [Math.floor(middle - reach), Math.ceil(middle + reach)];
  return {
    share,
    low: from < 0 ? Number.NEGATIVE_INFINITY : pilot[from]!,
    high: to >= pilot.length ? Number.POSITIVE_INFINITY : pilot[to]!,
    below: 0,
    atLow: 0,
    between: new Float64Array(BLOCK + Math.ceil((2.2 * reach * count) / Math.max(1, pilot.length))),
    size: 0,
    atHigh: 0,
    above: 0,
  };
}

/** Takes values in: kept where they lie in the neighbourhood, counted where they lie beside it. */
export function keepNear(near: Near, values: Float64Array, count: number): void {
  const { low, high } = near;
  if (near.size + count > near.between.length) grow(near, count);
  const { between } = near;
  let { size, below, above } = near;
  for (let k = 0; k < count; k++) {
    const value = values[k]!;
    if (value > low) {
      if (value < high) between[size++] = value;
      else if (value > high) above++;
      else near.atHigh++;
    } else if (value < low) below++;
    else if (value === low) near.atLow++;
  }
  near.size = size;
  near.below = below;
  near.above = above;
}

function grow(near: Near, count: number): void {
  const larger = new Float64Array(2 * near.between.length + count);
  larger.set(near.between.subarray(0, near.size));
  near.between = larger;
}

/** Values taken in so far. */
export const answeredOf = ({ below, atLow, size, atHigh, above }: Near): number =>
  below + atLow + size + atHigh + above;

/** The quantile; undefined where it lies outside the neighbourhood. */
export function quantileOf(near: Near): number | undefined {
  let rank = rankOf(near.share, answeredOf(near)) - near.below;
  if (rank < 0) return undefined;
  if (rank < near.atLow) return near.low;
  rank -= near.atLow;
  if (rank < near.size) return valueOfRank(near.between.subarray(0, near.size), rank);
  return rank < near.size + near.atHigh ? near.high : undefined;
}
