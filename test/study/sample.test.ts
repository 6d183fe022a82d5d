import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  distributionOf,
  normalScore,
  normalShare,
  samplesOf,
  valueAt,
  Z95,
} from "../../src/study/sample/distribution.ts";
import type { Input } from "../../src/study/sample/draws.ts";
import { quantiles } from "../../src/study/sample/quantiles.ts";
import { type Kernel, sample, tornado } from "../../src/study/sample/sample.ts";

const input = (name: string, low: number, high: number, bounded = false): Input => ({
  name,
  distribution: distributionOf({ low, high }, bounded),
});

/** days = 6 N D / (gpus x peak x mfu) / 86400: the product of lognormals whose exact answer is known. */
const run: Kernel = {
  inputs: [
    input("N", 60e9, 80e9),
    input("D", 1.2e12, 1.6e12),
    input("mfu", 0.3, 0.5),
    input("gpus", 2000, 2100),
  ],
  outputs: ["days"],
  run(v, out) {
    out[0] = (6 * v[0]! * v[1]!) / (v[3]! * 312e12 * v[2]!) / 86_400;
  },
};

describe("distributions", () => {
  it.each([
    [0.5, 0],
    [0.95, Z95],
    [0.975, 1.959963984540054],
    [1e-6, -4.753424308822899],
    [0.2, -0.8416212335729143],
  ])("normal quantile of %d", (share, score) => {
    expect(normalScore(share)).toBeCloseTo(score, 12);
    expect(normalShare(score)).toBeCloseTo(share, 12);
  });

  it("a range's ends are its 5 and 95 % points, lognormal or logit-normal", () => {
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

  it("a share never exceeds 1, however far out", () => {
    const mfu = distributionOf({ low: 0.3, high: 0.9 }, true);
    for (let z = -8; z <= 8; z++) expect(valueAt(mfu, z)).toBeLessThanOrEqual(1);
  });

  it("samples are drawn from with equal weight", () => {
    const die = samplesOf([6, 1, 4, 3, 2, 5]);
    expect([0.05, 0.25, 0.45, 0.6, 0.8, 0.95].map((share) => valueAt(die, normalScore(share)))).toEqual([
      1, 2, 3, 4, 5, 6,
    ]);
  });
});

/** Spread of an interval between seeds at 20,000 samples: below this. */
const NOISE = 0.005;

describe("sampling", () => {
  // sigma of ln days: ranges ln(8/6), ln(16/12), ln(5/3), ln(2100/2000) over 2 x 1.645, added in squares: 0.199064 (golden unc-6nd-days, lognormal MFU)
  const lognormal: Kernel = { ...run, inputs: run.inputs };

  it("agrees with the closed form of a product of lognormals within 0.5 % at 100,000 samples", () => {
    const { days } = sample(lognormal, 100_000, 1).intervals;
    expect(Math.abs(days!.p05 / 19.4036 - 1)).toBeLessThan(0.005);
    expect(Math.abs(days!.p50 / 26.92055 - 1)).toBeLessThan(0.005);
    expect(Math.abs(days!.p95 / 37.34956 - 1)).toBeLessThan(0.005);
  });

  it("shares of log-variance are the exact ones, and sum to 1", () => {
    const { days } = sample(lognormal, 100_000, 1).shares;
    const exact = { N: 0.19299, D: 0.19299, mfu: 0.60848, gpus: 0.00555 };
    for (const [name, share] of Object.entries(exact))
      expect(Math.abs(days![name]! - share)).toBeLessThan(0.01);
    expect(Object.values(days!).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  });

  it("the tornado has each input's swing with the others at their medians, widest first", () => {
    const swings = tornado(lognormal, "days", {});
    expect(swings.map((swing) => swing.input)[0]).toBe("mfu");
    expect(swings[0]!.high).toBeCloseTo(20.8526, 3);
    expect(swings[0]!.low).toBeCloseTo(34.7543, 3);
  });

  it("the same seed gives the same bytes; a further input leaves the others' draws alone", () => {
    expect(sample(run, 10_000, 7)).toEqual(sample(run, 10_000, 7));
    expect(sample(run, 10_000, 7)).not.toEqual(sample(run, 10_000, 8));
    const more: Kernel = {
      ...run,
      inputs: [input("price", 1, 3), ...run.inputs],
      run: (v, out) => run.run(v.subarray(1), out),
    };
    expect(sample(more, 10_000, 7).intervals).toEqual(sample(run, 10_000, 7).intervals);
  });

  it("wider inputs never narrow outputs", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 3 }),
        fc.double({ min: 1.05, max: 3, noNaN: true }),
        (which, factor) => {
          const wider: Kernel = {
            ...run,
            inputs: run.inputs.map((one, index) =>
              index !== which || one.distribution.kind === "samples"
                ? one
                : { ...one, distribution: { ...one.distribution, sigma: one.distribution.sigma * factor } },
            ),
          };
          const [a, b] = [sample(run, 20_000, 1).intervals.days!, sample(wider, 20_000, 1).intervals.days!];
          expect(b.p95 / b.p05).toBeGreaterThanOrEqual((a.p95 / a.p05) * (1 - NOISE));
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe("quantiles", () => {
  it("are those of the sorted column", () => {
    fc.assert(
      fc.property(fc.float64Array({ minLength: 1, maxLength: 300, noNaN: true }), (column) => {
        const sorted = column.slice().sort();
        const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))];
        expect(quantiles(column.slice(), [0.05, 0.5, 0.95])).toEqual([at(0.05), at(0.5), at(0.95)]);
      }),
    );
  });
});
