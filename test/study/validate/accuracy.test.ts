import { describe, expect, it } from "vitest";
import type { Measured } from "../../../src/measured/row.ts";
import {
  accuracyBy,
  accuracyOf,
  quantile,
  rankCorrelation,
  type Scored,
  scoreRows,
  weightedQuantile,
} from "../../../src/study/validate/accuracy.ts";
import { coverageByOthers, errorBand } from "../../../src/study/validate/interval.ts";

const row = (id: string, group: string, measured: number): Measured<object> => ({
  id,
  source: "s",
  where: "w",
  chip: "c",
  family: "dense",
  metric: "rate",
  measured,
  unit: "1/s",
  group,
  trust: "A",
  flags: [],
  inputs: {},
});
const scored = (ratio: number, source = "s"): Scored => ({
  group: String(ratio),
  source,
  chip: "c",
  family: "dense",
  metric: "rate",
  log: Math.log(ratio),
});

describe("accuracy", () => {
  it("scores a repeat group once, by geometric mean", () => {
    const rows = [row("a", "g", 100), row("b", "g", 400), row("c", "h", 100)];
    // predicted 200 over measured 200 (the mean of 100 and 400), and 120 over 100
    const got = scoreRows(rows, (r) => (r.id === "c" ? 120 : 200));
    expect(got.map((s) => Math.exp(s.log))).toEqual([expect.closeTo(1, 12), expect.closeTo(1.2, 12)]);
  });

  it("measures median, mean, share within 20 % and bias", () => {
    const a = accuracyOf([scored(1.1), scored(1.3), scored(0.96)])!;
    expect(a.n).toBe(3);
    expect(a.median).toBeCloseTo(0.1, 12);
    expect(a.mean).toBeCloseTo((0.1 + 0.3 + 0.04) / 3, 12);
    expect(a.within20).toBeCloseTo(2 / 3, 12);
    expect(a.bias).toBeCloseTo(0.1, 12);
    expect(a.coverage).toBeUndefined();
    expect(accuracyOf([])).toBeUndefined();
  });

  it("splits by a key", () => {
    const parts = accuracyBy([scored(1, "a"), scored(1.2, "b"), scored(1.1, "a")], (s) => s.source);
    expect(parts.map((p) => [p.key, p.accuracy.n])).toEqual([
      ["a", 2],
      ["b", 1],
    ]);
  });

  it.each([
    [[1, 2, 3, 4, 5], [2, 4, 6, 8, 10], 1],
    [[1, 2, 3, 4], [4, 3, 2, 1], -1],
    [[1, 2, 3], [5, 5, 5], 0],
    // ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4: 4.5 / sqrt(4.5 x 5)
    [[1, 2, 2, 3], [1, 2, 3, 4], 4.5 / Math.sqrt(22.5)],
  ])("ranks %j against %j", (a, b, rho) => {
    expect(rankCorrelation(a, b)).toBeCloseTo(rho, 12);
  });

  it("takes quantiles, weighted or not", () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
    const values = [1, 2, 3].map((value) => ({ value, weight: value === 3 ? 8 : 1 }));
    expect(weightedQuantile(values, 0.5)).toBe(3);
    expect(weightedQuantile(values, 0.05)).toBe(1);
  });
});

describe("the error band", () => {
  it("gives each source the same weight", () => {
    const many = Array.from({ length: 98 }, (_, i) => scored(1 + i / 1e4, "long"));
    // measured over predicted 0.5 is one source of two: half the weight
    expect(errorBand([...many, scored(2, "short")])).toMatchObject({ low: 0.5, n: 99, sources: 2 });
  });

  it("is tested by what the other sources say", () => {
    const a = [0.9, 1, 1.1].map((r) => scored(r, "a"));
    const b = [0.95, 1, 1.05].map((r) => scored(r, "b"));
    // b lies inside a's band; of a only the middle lies inside b's
    expect(coverageByOthers([...a, ...b])).toBeCloseTo(4 / 6, 12);
  });
});
