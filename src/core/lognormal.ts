/** Closed forms for products and quotients of ranges: exact where everything is a lognormal, and the oracle of the sampler. */

/** Standard deviations from the middle to the 95th percentile. */
export const Z95 = 1.6448536269514722;
/** To the 90th percentile. */
export const Z90 = 1.2815515655446004;

export type Range = readonly [low: number, high: number];

/** ln x is normal with this mean and standard deviation. */
export interface Lognormal {
  readonly mu: number;
  readonly sigma: number;
}

/** "a to b": the lognormal whose 5th and 95th percentiles are a and b. */
export const lognormalOf = ([low, high]: Range): Lognormal => ({
  mu: (Math.log(low) + Math.log(high)) / 2,
  sigma: Math.log(high / low) / (2 * Z95),
});

/** The value at so many standard deviations of the logarithm from the median. */
export const quantileOf = ({ mu, sigma }: Lognormal, z: number): number => Math.exp(mu + z * sigma);
/** The mean, which lies above the median. */
export const meanOf = ({ mu, sigma }: Lognormal): number => Math.exp(mu + sigma ** 2 / 2);

/** One uncertain factor of a product: its 90 % range and the power it stands in. */
export interface Factor {
  readonly range: Range;
  readonly power: number;
}

/** constant x product of factor^power; the factors are independent. */
export interface Product {
  readonly constant: number;
  readonly factors: readonly Factor[];
}

/** The lognormal that a product of powers of lognormal factors is. */
export function productOf({ constant, factors }: Product): Lognormal {
  let mu = Math.log(constant);
  let variance = 0;
  for (const { range, power } of factors) {
    const factor = lognormalOf(range);
    mu += power * factor.mu;
    variance += (power * factor.sigma) ** 2;
  }
  return { mu, sigma: Math.sqrt(variance) };
}

/** Each factor's share of the variance of the logarithm: its first-order Sobol index. Empty where nothing varies. */
export function varianceShares(product: Product): readonly number[] {
  const total = productOf(product).sigma ** 2;
  if (total === 0) return [];
  return product.factors.map(({ range, power }) => (power * lognormalOf(range).sigma) ** 2 / total);
}

/** The result with one factor at the ends of its range and the others at their medians, low result first. */
export function oneAtATime(product: Product): readonly Range[] {
  const middle = quantileOf(productOf(product), 0);
  return product.factors.map(({ range, power }) => {
    const swing = Math.exp(Z95 * Math.abs(power) * lognormalOf(range).sigma);
    return [middle / swing, middle * swing];
  });
}

/** Extremes with every factor at its worst end at once: bounds, not a confidence interval. */
export function corners({ constant, factors }: Product): Range {
  let low = constant;
  let high = constant;
  for (const { range, power } of factors) {
    low *= range[power > 0 ? 0 : 1] ** power;
    high *= range[power > 0 ? 1 : 0] ** power;
  }
  return [low, high];
}
