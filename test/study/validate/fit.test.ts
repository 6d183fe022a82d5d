import { describe, expect, it } from "vitest";
import type { Scored } from "../../../src/study/validate/accuracy.ts";
import { type Fit, fitConstants, leaveOneOut, loss } from "../../../src/study/validate/fit.ts";
import { minimise } from "../../../src/study/validate/minimise.ts";

describe("the minimiser", () => {
  it("finds the foot of Rosenbrock's valley", () => {
    const { values } = minimise(
      [
        { name: "x", start: -1, low: -2, high: 2 },
        { name: "y", start: 1, low: -2, high: 2 },
      ],
      ({ x, y }) => (1 - x!) ** 2 + 100 * (y! - x! ** 2) ** 2,
      3000,
    );
    expect(values.x).toBeCloseTo(1, 2);
    expect(values.y).toBeCloseTo(1, 2);
  });

  it("stays inside its bounds", () => {
    const { values } = minimise([{ name: "x", start: 0.5, low: 0, high: 1 }], ({ x }) => -x!);
    expect(values.x).toBeLessThanOrEqual(1);
    expect(values.x).toBeCloseTo(1, 3);
  });
});

/** Measurements y = rate x work by sources, one of them off by a factor. */
const points = [1, 2, 3, 4, 5, 6].flatMap((work) =>
  (["a", "b", "odd"] as const).map((source) => ({
    work,
    source,
    y: 0.6 * work * (source === "odd" ? 1.5 : 1),
  })),
);
const fit: Fit = {
  parameters: [{ name: "rate", start: 0.9, low: 0.1, high: 1 }],
  score: ({ rate }, keep) =>
    points
      .map(
        ({ work, source, y }): Scored => ({
          group: `${source}${work}`,
          source,
          chip: "c",
          family: "dense",
          metric: "m",
          log: Math.log((rate! * work) / y),
        }),
      )
      .filter((s) => keep?.(s) ?? true),
};

describe("a fit", () => {
  it("finds the constant most sources share, not the mean", () => {
    expect(fitConstants(fit).rate).toBeCloseTo(0.6, 1);
  });

  it("does not look at the part left out", () => {
    const folds = leaveOneOut(fit, (s) => s.source, ["a", "odd"]);
    expect(folds.odd!.rate).toBeCloseTo(0.6, 2);
    // without `a` the two that remain pull alike
    expect(folds.a!.rate).toBeGreaterThan(0.59);
  });

  it("counts a long table by the root of its length", () => {
    const one = fit.score({ rate: 0.6 });
    const odd = one.filter((s) => s.source === "odd");
    const right = one.filter((s) => s.source === "a").slice(0, 1);
    // weights: 6 / sqrt(6) = 2.449 of error ln 1.5, 1 of none
    const error = Math.log(1.5) - 0.015;
    expect(loss([...odd, ...right])).toBeCloseTo((Math.sqrt(6) * error) / (Math.sqrt(6) + 1), 9);
  });
});
