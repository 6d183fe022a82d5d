import { describe, expect, it } from "vitest";
import { chipOf } from "../../src/catalog/chip.ts";
import { findChip, loadChips } from "../../src/catalog/chips.ts";
import {
  LINTS,
  lintAge,
  lintConcurrency,
  lintEmpty,
  lintExperts,
  lintExtrapolation,
  lintFlopRate,
  lintInterval,
  lintPeak,
  lintProduct,
  lintStock,
  lintTokens,
  lintUtilisation,
} from "../../src/study/lint.ts";

const h100 = chipOf(findChip(await loadChips(), "h100").found!);
const product = {
  constant: 1,
  factors: [
    { range: [2, 8], power: 1 },
    { range: [0.5, 2], power: -1 },
  ],
} as const;

/** Each mistake beside its right form: the first warns, the second is silent. */
const PAIRS = [
  ["W-SPARSE-PEAK", lintPeak(3958e12, h100), lintPeak(989.4e12, h100)],
  ["W-FLOP-RATE", lintFlopRate(1e20, 8.64e24), lintFlopRate(1e20, 2e20)],
  ["W-TOKENS-FROZEN", lintTokens(2, 1), lintTokens(2, 2)],
  ["W-CONCURRENCY-RATE", lintConcurrency(200, undefined), lintConcurrency(200, 2.5)],
  ["W-FULL-UTILISATION", lintUtilisation("mfu", 1), lintUtilisation("mfu", 0.5)],
  ["W-TOTAL-FOR-ACTIVE", lintExperts(671e9, 671e9, 37e9), lintExperts(37e9, 671e9, 37e9)],
  // CITIC 2023: five firms of $339M are $1.695bn, printed as $2.0bn
  ["W-PRODUCT", lintProduct([339e6, 5], 2.0e9), lintProduct([2669, 5], 13_345)],
  ["W-CORNERS", lintInterval(product, [1, 16]), lintInterval(product, [1.5, 10])],
  ["W-DATED", lintAge("The rent", "2026-05", 2023), lintAge("The rent", "2026-05", 2025)],
  ["W-STOCK", lintStock(3e7, 1.7, "2025-12-31"), lintStock(1e5, 0.01, "2025-12-31")],
  ["W-NO-MARKET", lintEmpty(0), lintEmpty(1e20)],
  ["W-EXTRAPOLATED", lintExtrapolation("besiroglu", 1e4), lintExtrapolation("besiroglu", 1)],
] as const;

describe("lint", () => {
  it.each(PAIRS)("%s", (code, wrong, right) => {
    expect(wrong.map((warning) => warning.code)).toEqual([code]);
    expect(wrong[0]?.message).toContain(LINTS[code]);
    expect(right).toEqual([]);
  });

  it("has a check for every code", () => {
    expect(PAIRS.map(([code]) => code).toSorted()).toEqual(Object.keys(LINTS).toSorted());
  });

  it("takes twice a dense rate that is itself a dense rate for what it is: FP8 of an H100", () => {
    expect(lintPeak(1979e12, h100)).toEqual([]);
  });
});
