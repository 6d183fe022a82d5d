import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { drawsOf, type Kernel } from "../../../src/study/sample/kernel.ts";
import { keepNear, nearOf, quantileOf } from "../../../src/study/sample/near.ts";
import { quantiles, rankOf } from "../../../src/study/sample/quantiles.ts";
import { sample } from "../../../src/study/sample/sample.ts";
import { spreadOf } from "../../../src/study/sample/spread.ts";
import { daysOfRun, input } from "./run.ts";

const SHARES = [0.05, 0.5, 0.95];

/** A product of lognormal ranges: median prod sqrt(a b), 5 and 95 % points a factor exp(sqrt(sum ln(b/a)^2) / 2) away. */
function productOf(ranges: readonly (readonly [low: number, factor: number])[]) {
  const kernel: Kernel = {
    inputs: ranges.map(([low, factor], index) => input(`range ${index}`, low, low * factor)),
    outputs: ["product"],
    run(values, out) {
      out[0] = values.reduce((product, value) => product * value, 1);
    },
  };
  const median = ranges.reduce((product, [low, factor]) => product * low * Math.sqrt(factor), 1);
  const swing = Math.exp(Math.hypot(...ranges.map(([, factor]) => Math.log(factor))) / 2);
  return { kernel, exact: { p05: median / swing, p50: median, p95: median * swing } };
}

describe("sampling", () => {
  // medians and sigma 0.199064 of ln days; see run.ts
  const days = { p05: 19.4036, p50: 26.92055, p95: 37.34956 };

  it.each([
    [10_000, 0.004],
    [100_000, 0.001],
    [300_000, 0.003],
  ])("agrees with the closed form at %d samples", (count, tolerance) => {
    const found = sample(daysOfRun, count, 1).intervals.days!;
    for (const point of ["p05", "p50", "p95"] as const)
      expect(Math.abs(found[point] / days[point] - 1), point).toBeLessThan(tolerance);
  });

  it("agrees within 0.5 % at 100,000 samples for any five ranges and seed", () => {
    const range = fc.tuple(
      fc.double({ min: 0.01, max: 100, noNaN: true }),
      fc.double({ min: 1.01, max: 4, noNaN: true }),
    );
    fc.assert(
      fc.property(fc.array(range, { minLength: 5, maxLength: 5 }), fc.nat(), (ranges, seed) => {
        const { kernel, exact } = productOf(ranges);
        const found = sample(kernel, 100_000, seed).intervals.product!;
        for (const point of ["p05", "p50", "p95"] as const)
          expect(Math.abs(found[point] / exact[point] - 1), point).toBeLessThan(0.005);
      }),
      { numRuns: 8 },
    );
  });

  it("the same seed gives the same bytes; another seed others", () => {
    expect(sample(daysOfRun, 10_000, 7)).toEqual(sample(daysOfRun, 10_000, 7));
    expect(sample(daysOfRun, 10_000, 7)).not.toEqual(sample(daysOfRun, 10_000, 8));
  });

  it("wider inputs never narrow outputs, and the median lies inside", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 3 }),
        fc.double({ min: 1.05, max: 3, noNaN: true }),
        (which, factor) => {
          const wider: Kernel = {
            ...daysOfRun,
            inputs: daysOfRun.inputs.map((one, index) =>
              index !== which || one.distribution.kind === "samples"
                ? one
                : { ...one, distribution: { ...one.distribution, sigma: one.distribution.sigma * factor } },
            ),
          };
          const [a, b] = [daysOfRun, wider].map((kernel) => sample(kernel, 10_000, 1).intervals.days!);
          expect(b!.p95 / b!.p05).toBeGreaterThanOrEqual((a!.p95 / a!.p05) * 0.999);
          expect(b!.p05).toBeLessThan(days.p50);
          expect(b!.p95).toBeGreaterThan(days.p50);
        },
      ),
      { numRuns: 30 },
    );
  });

  it("counts the draws that have an answer, and takes the points of those", () => {
    const crossover: Kernel = {
      inputs: [input("growth", 0.5, 2)],
      outputs: ["years", "never"],
      run(values, out) {
        out[0] = values[0]! > 1 ? values[0]! : Number.NaN;
        out[1] = Number.NaN;
      },
    };
    for (const count of [10_000, 200_000]) {
      const { intervals, answered } = sample(crossover, count, 1);
      expect(answered.years).toBeCloseTo(0.5, 3);
      expect(intervals.years!.p05).toBeGreaterThan(1);
      expect(intervals).not.toHaveProperty("never");
    }
  });

  it("a figure that does not vary has no width, and a count stays a whole number", () => {
    const fixed: Kernel = {
      inputs: [input("gpus", 100, 200)],
      outputs: ["constant", "whole"],
      run(values, out) {
        out[0] = 42;
        out[1] = Math.round(values[0]!);
      },
    };
    for (const count of [1000, 200_000]) {
      const { constant, whole } = sample(fixed, count, 1).intervals;
      expect(constant).toEqual({ p05: 42, p50: 42, p95: 42 });
      for (const point of Object.values(whole!)) expect(Number.isInteger(point)).toBe(true);
    }
  });
});

describe("quantiles", () => {
  const column = (most: number) => fc.float64Array({ minLength: 1, maxLength: most, noNaN: true });

  it("are those of the sorted column", () => {
    fc.assert(
      fc.property(column(300), (values) => {
        const sorted = values.slice().sort();
        const at = (share: number) => sorted[rankOf(share, sorted.length)];
        expect(quantiles(values.slice(), SHARES)).toEqual(SHARES.map(at));
      }),
    );
  });

  it("of a long column too", () => {
    const [values] = drawsOf(daysOfRun, { count: 50_000, seed: 1 }).figures;
    const sorted = values!.slice().sort();
    expect(quantiles(values!.slice(), SHARES)).toEqual(
      SHARES.map((share) => sorted[rankOf(share, sorted.length)]),
    );
  });

  it("from a stream are exact, or known to be missed", () => {
    fc.assert(
      fc.property(column(60), column(200), fc.constantFrom(...SHARES), (pilot, values, share) => {
        const near = nearOf(pilot.slice().sort(), share, values.length);
        keepNear(near, values, values.length);
        const found = quantileOf(near);
        if (found !== undefined) expect(found).toBe(values.slice().sort()[rankOf(share, values.length)]);
        else expect(near.low > Number.NEGATIVE_INFINITY || near.high < Number.POSITIVE_INFINITY).toBe(true);
      }),
    );
  });

  it("of a streamed sampling are those of all its draws", () => {
    const [values] = drawsOf(daysOfRun, { count: 150_000, seed: 5 }).figures;
    const sorted = values!.slice().sort();
    const { p05, p50, p95 } = sample(daysOfRun, 150_000, 5).intervals.days!;
    expect([p05, p50, p95]).toEqual(SHARES.map((share) => sorted[rankOf(share, sorted.length)]));
  });
});

describe("the spread without sampling", () => {
  it("is exact for a product of lognormals", () => {
    const { kernel, exact } = productOf([
      [2, 3],
      [0.5, 1.2],
      [7, 2],
    ]);
    const found = spreadOf(kernel).product!;
    for (const point of ["p05", "p50", "p95"] as const)
      expect(found[point] / exact[point]).toBeCloseTo(1, 12);
  });

  it("leaves out what does not vary", () => {
    const still: Kernel = {
      inputs: [input("x", 1, 2)],
      outputs: ["y"],
      run(_, out) {
        out[0] = 1;
      },
    };
    expect(spreadOf(still)).toEqual({});
  });
});
