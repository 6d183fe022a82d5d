import { describe, expect, it } from "vitest";
import { auditClaim } from "../../src/study/audit/estimate.ts";
import type { AuditRequest } from "../../src/study/audit/request.ts";
import {
  LINTS,
  lintAge,
  lintCorners,
  lintEmpty,
  lintExtrapolation,
  lintFlopRate,
  lintStated,
  lintStock,
  lintTokens,
  lintUtilisation,
} from "../../src/study/lint.ts";
import { shippedFacts } from "./facts.ts";

const facts = await shippedFacts();
const audited = (request: AuditRequest) => auditClaim(request, facts).warnings;
const run = { params: 70e9, tokens: 2e12, gpu: "h100", gpus: 1000, mfu: 0.4, goodput: 1 } as const;
const experts = { params: 500e9, active: 50e9, tokens: 5e12 } as const;
const traffic = { params: 175e9, users: 25e6, requests: 10, output: 30, gpu: "a100" } as const;

/** Each mistake beside its right form: the first warns, the second is silent. */
const PAIRS = [
  ["W-FLOP-RATE", lintFlopRate(1e20, 8.64e24), lintFlopRate(1e20, 2e20)],
  ["W-TOKENS-FROZEN", lintTokens(2, 1), lintTokens(2, 2)],
  ["W-FULL-UTILISATION", lintUtilisation("mfu", 1), lintUtilisation("mfu", 0.5)],
  // 24.56 days dense
  ["W-SPARSE-PEAK", audited({ ...run, claim: "12.28 days" }), audited({ ...run, claim: "24.56 days" })],
  [
    "W-TOTAL-FOR-ACTIVE",
    audited({ ...experts, claim: "1.5e25 FLOP" }),
    audited({ ...experts, claim: "1.5e24 FLOP" }),
  ],
  [
    "W-CONCURRENCY-RATE",
    audited({ ...traffic, claim: "30,000 GPUs" }),
    audited({ ...traffic, claim: "1460 GPUs" }),
  ],
  ["W-DATED", lintAge("The rent", "2026-05", 2023), lintAge("The rent", "2026-05", 2025)],
  ["W-STOCK", lintStock(3e7, 1.7, "2025-12-31"), lintStock(1e5, 0.01, "2025-12-31")],
  ["W-STATED", lintStated("chips", 21_300, 2164), lintStated("servers", 4000, 3798)],
  ["W-CORNERS", lintCorners(4e25, [1e24, 5e25]), lintCorners(6e25, [1e24, 5e25])],
  ["W-NO-MARKET", lintEmpty(0), lintEmpty(1e20)],
  [
    "W-EXTRAPOLATED",
    lintExtrapolation("besiroglu", [6e18, 3e21], 3e25),
    lintExtrapolation("besiroglu", [6e18, 3e21], 1e20),
  ],
] as const;

describe("lint", () => {
  it.each(PAIRS)("%s", (code, wrong, right) => {
    expect(wrong.map((warning) => warning.code)).toEqual([code]);
    expect(wrong[0]?.message).toContain(LINTS[code]);
    expect(right).toEqual([]);
  });

  it("tells by which end, and how far, a law is asked outside its fit", () => {
    const told = (flop: number) => lintExtrapolation("kaplan", [6e18, 3e21], flop)[0]?.message;
    expect(told(3e25)).toMatch(/^kaplan is fitted up to 3\.00e21 FLOP; this is 10,000x as much\. /);
    expect(told(6e15)).toMatch(/^kaplan is fitted from 6\.00e18 FLOP; this is 1,000x less\. /);
  });

  it("has a check for every code", () => {
    expect(PAIRS.map(([code]) => code).toSorted()).toEqual(Object.keys(LINTS).toSorted());
  });
});
