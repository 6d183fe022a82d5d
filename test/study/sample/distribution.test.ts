import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { distributionOf, samplesOf, valueAt, valuesAt } from "../../../src/study/sample/distribution.ts";
import { normalScore, normalShare, Z95 } from "../../../src/study/sample/normal.ts";

describe("the normal distribution", () => {
  it.each([
    [0.5, 0],
    [0.95, Z95],
    [0.975, 1.959963984540054],
    [1e-6, -4.753424308822899],
    [1e-12, -7.034483825301131],
    [0.2, -0.8416212335729143],
  ])("quantile of %d", (share, score) => {
    expect(normalScore(share)).toBeCloseTo(score, 12);
    expect(normalShare(score)).toBeCloseTo(share, 12);
  });
});

describe("what a range stands for", () => {
  it("60B to 80B has the median, sigma and mean of its lognormal", () => {
    // mu = ln sqrt(60e9 x 80e9), sigma = ln(80/60) / 3.28971, mean = exp(mu + sigma^2 / 2)
    const params = distributionOf({ low: 60e9, high: 80e9 }, false);
    const { mu, sigma } = params as { mu: number; sigma: number };
    expect(valueAt(params, 0) / 69_282_032_302.755).toBeCloseTo(1, 9);
    expect(sigma).toBeCloseTo(0.08744914068, 9);
    expect(Math.exp(mu + sigma ** 2 / 2) / 69_547_455_000).toBeCloseTo(1, 6);
  });

  it("its ends are its 5 and 95 % points, whatever its shape", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-3, max: 0.9, noNaN: true }),
        fc.double({ min: 1.01, max: 1.1, noNaN: true }),
        fc.boolean(),
        (low, factor, bounded) => {
          const distribution = distributionOf({ low, high: low * factor }, bounded);
          expect(valueAt(distribution, -Z95)).toBeCloseTo(low, 9);
          expect(valueAt(distribution, Z95)).toBeCloseTo(low * factor, 9);
        },
      ),
    );
  });

  it.each([
    [0.3, 0.9],
    [0.5, 1],
    [0, 0.56],
    [0, 1],
  ])("a share from %d to %d stays between 0 and 1, however far out, and keeps its ends", (low, high) => {
    const share = distributionOf({ low, high }, true);
    expect(valueAt(share, -Z95)).toBeCloseTo(low, 12);
    expect(valueAt(share, Z95)).toBeCloseTo(high, 12);
    for (let z = -8; z <= 8; z += 0.25) {
      expect(valueAt(share, z)).toBeGreaterThanOrEqual(0);
      expect(valueAt(share, z)).toBeLessThanOrEqual(1);
    }
  });

  it("what may be 0 never falls below it", () => {
    expect(valueAt(distributionOf({ low: 0, high: 10 }, false), -3)).toBe(0);
  });

  it("samples are drawn from with equal weight", () => {
    const die = samplesOf([6, 1, 4, 3, 2, 5]);
    const shares = [0.05, 0.25, 0.45, 0.6, 0.8, 0.95];
    expect(shares.map((share) => valueAt(die, normalScore(share)))).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("many scores at once are the same values", () => {
    const scores = Float64Array.of(-2, -0.5, 0, 1, 3);
    for (const distribution of [
      distributionOf({ low: 2, high: 5 }, false),
      distributionOf({ low: 0.2, high: 0.5 }, true),
      distributionOf({ low: 0, high: 0.5 }, true),
      samplesOf([1, 2, 3]),
    ])
      expect([...valuesAt(distribution, scores)]).toEqual([...scores].map((z) => valueAt(distribution, z)));
  });
});
