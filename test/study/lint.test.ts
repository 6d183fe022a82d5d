import { describe, expect, it } from "vitest";
import {
  LINTS,
  lintAge,
  lintEmpty,
  lintExperts,
  lintExtrapolation,
  lintFlopRate,
  lintStock,
  lintTokens,
  lintUtilisation,
} from "../../src/study/lint.ts";

/** Each mistake beside its right form: the first warns, the second is silent. */
const PAIRS = [
  ["W-FLOP-RATE", lintFlopRate(1e20, 8.64e24), lintFlopRate(1e20, 2e20)],
  ["W-TOKENS-FROZEN", lintTokens(2, 1), lintTokens(2, 2)],
  ["W-FULL-UTILISATION", lintUtilisation("mfu", 1), lintUtilisation("mfu", 0.5)],
  ["W-TOTAL-FOR-ACTIVE", lintExperts(671e9, 671e9, 37e9), lintExperts(37e9, 671e9, 37e9)],
  ["W-DATED", lintAge("The rent", "2026-05", 2023), lintAge("The rent", "2026-05", 2025)],
  ["W-STOCK", lintStock(3e7, 1.7, "2025-12-31"), lintStock(1e5, 0.01, "2025-12-31")],
  ["W-NO-MARKET", lintEmpty(0), lintEmpty(1e20)],
  [
    "W-EXTRAPOLATED",
    lintExtrapolation("besiroglu", 1e4, "above"),
    lintExtrapolation("besiroglu", 1, "above"),
  ],
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
});
