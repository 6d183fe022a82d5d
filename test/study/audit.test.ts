import { beforeAll, describe, expect, it } from "vitest";
import claims from "../../data/claims.json" with { type: "json" };
import { roundingOf } from "../../src/study/audit/audit.ts";
import { readClaim } from "../../src/study/audit/claim.ts";
import { auditClaim, auditUncertainClaim } from "../../src/study/audit/estimate.ts";
import { loadClaims } from "../../src/study/audit/published.ts";
import type { AuditRequest } from "../../src/study/audit/request.ts";
import type { Facts } from "../../src/study/facts.ts";
import { distributionOf } from "../../src/study/sample/distribution.ts";
import { ProblemError } from "../../src/units/problem.ts";
import { shippedFacts } from "./facts.ts";

let facts: Facts;
beforeAll(async () => {
  facts = await shippedFacts();
});
const audited = (request: AuditRequest) => auditClaim(request, facts).result;

describe("published claims", () => {
  it.each(claims.map((claim) => [claim.id, claim] as const))("%s", async (id) => {
    const claim = (await loadClaims()).find((entry) => entry.id === id)!;
    const found = audited(claim.request);
    expect(found.verdict).toBe(claim.verdict);
    expect(found.explanations[0]?.assumptions.map((assumption) => assumption.id)).toEqual(claim.because);
  });

  it("GPT-4's 31,271 PFLOP/s-days: the sentence", () => {
    expect(audited({ claim: "31271 PFLOP/s-day", params: 1.5e12 }).sentence).toBe(
      "True if tokens stay at GPT-3's 300B and its published 3,640 PFLOP/s-days scale linearly with the parameters; " +
        "100 x low for 20 tokens a parameter.",
    );
  });

  it("with its tokens stated, the same figure holds without a hidden assumption", () => {
    const { verdict, recomputed } = audited({ claim: "31250 PFLOP/s-day", params: 1.5e12, tokens: 3e11 });
    expect(verdict).toBe("holds");
    expect(recomputed).toBeCloseTo(2.7e24, -20); // 6 x 1.5e12 x 3e11
  });
});

describe("a claim held against ranges", () => {
  const range = (name: string, low: number, high: number) => ({
    name,
    distribution: distributionOf({ low, high }, false),
  });
  const against = (claim: string, ...inputs: ReturnType<typeof range>[]) =>
    auditUncertainClaim({ claim, params: 1e12, tokens: 1e12 }, facts, inputs).result;

  it("recomputes the product of two lognormals", () => {
    const { intervals } = against("1e25 FLOP", range("params", 5e11, 2e12), range("tokens", 5e11, 2e12));
    // 6 x 1e12 x 1e12, and e^(sqrt 2 ln 2) either way
    expect(intervals!.recomputed!.p50 / 6e24).toBeCloseTo(1, 2);
    expect(intervals!.recomputed!.p95 / (6e24 * 2 ** Math.SQRT2)).toBeCloseTo(1, 2);
  });

  it("warns of a figure that only the corners of the ranges reach", () => {
    const both = [range("params", 5e11, 2e12), range("tokens", 5e11, 2e12)] as const;
    const codes = (claim: string) =>
      auditUncertainClaim({ claim, params: 1e12, tokens: 1e12 }, facts, both).warnings.map(
        ({ code }) => code,
      );
    // 90 % of the draws: 6e24 x 2^(+-sqrt 2) = 2.25e24 to 1.6e25; corners: 6e24 x 4^(+-1) = 1.5e24 to 2.4e25
    expect(codes("2.2e25 FLOP")).toContain("W-CORNERS");
    expect(codes("1.5e25 FLOP")).not.toContain("W-CORNERS");
    expect(codes("2.6e25 FLOP")).not.toContain("W-CORNERS");
  });

  it("holds within them, and not beyond", () => {
    expect(against("1e25 FLOP", range("params", 5e11, 2e12)).verdict).toBe("holds");
    expect(against("1e25 FLOP", range("params", 9e11, 1.1e12)).verdict).not.toBe("holds");
  });
});

describe("hidden assumptions, each alone", () => {
  const run = { params: 70e9, tokens: 2e12, gpu: "h100", gpus: 1000, mfu: 0.4, goodput: 1 } as const;
  // 6 x 70e9 x 2e12 = 8.4e23 FLOP; at 0.4 x 989.5e12 x 1000: 24.56 days
  const because = (request: AuditRequest) =>
    audited(request).explanations[0]?.assumptions.map(({ id }) => id);

  it("none where the claim is right", () => {
    expect(audited({ ...run, claim: "24.6 days" }).verdict).toBe("holds");
  });

  it("full utilisation: 24.56 x 0.4 = 9.83 days, where the source leaves its MFU open", () => {
    const { mfu: _mfu, goodput: _goodput, ...open } = run;
    expect(because({ ...open, claim: "9.83 days" })).toEqual(["full-utilisation"]);
  });

  it("the sparse peak: 12.28 days", () => {
    expect(because({ ...run, claim: "12.28 days" })).toEqual(["sparse-peak"]);
  });

  it("a recomputed forward pass: 8 FLOP a parameter and token, 1.12e24 FLOP", () => {
    expect(because({ claim: "1.12e24 FLOP", params: 70e9, tokens: 2e12 })).toEqual(["hardware-flop"]);
  });

  it("the forward pass alone: 2.8e23 FLOP", () => {
    expect(because({ claim: "2.8e23 FLOP", params: 70e9, tokens: 2e12 })).toEqual(["forward-only"]);
  });

  it("all experts for the active ones", () => {
    const { result, warnings } = auditClaim(
      { claim: "1.5e25 FLOP", params: 500e9, active: 50e9, tokens: 5e12 },
      facts,
    );
    expect(result.explanations[0]?.assumptions.map(({ id }) => id)).toEqual(["total-for-active"]);
    expect(warnings.map(({ code }) => code)).toEqual(["W-TOTAL-FOR-ACTIVE"]);
  });

  it("the chip's own power: no server, no cooling", () => {
    // 2 x 1e11 x 500 / (0.1 x 989.5e12) = 1.0106 s x 700 W = 707.4 J = 0.1965 Wh
    const query = { params: 1e11, output: 500, gpu: "h100", utilisation: 0.1 };
    expect(because({ ...query, claim: "0.1965 Wh" })).toEqual(["chip-only"]);
  });

  it("an amount written as a speed", () => {
    const { warnings } = auditClaim({ claim: "8.4e23 FLOP/s", params: 70e9, tokens: 2e12 }, facts);
    expect(warnings.map(({ code }) => code)).toContain("W-FLOP-RATE");
  });

  it("a query rests on what is stated, not on tokens of training", () => {
    // 2 x 2e11 x 500 / (0.1 x 989.4e12) = 2.0214 s x 700 W x 1.8214 x 0.75 x 1.2 = 2,320 J
    const { sentence, ratio } = audited({ claim: "0.34 Wh", params: 200e9, output: 500, gpu: "h100" });
    expect(ratio).toBeCloseTo(0.34 / 0.6443, 3);
    expect(sentence).toContain("1.9 x low under what is stated");
  });

  it("none is found for a figure that is simply wrong", () => {
    const found = audited({ claim: "5.55e23 FLOP", params: 70e9, tokens: 2e12 });
    expect(found.verdict).toBe("unexplained");
    expect(found.sentence).toMatch(
      /^No usual hidden assumption makes it true; it is 1\.51 x low under what is stated\./,
    );
  });
});

describe("reading a claim", () => {
  it.each([
    ["31271 PFLOP/s-day", "training-compute", 31_271 * 8.64e19],
    ["2.5e25 FLOP", "training-compute", 2.5e25],
    ["30,000 A100 GPUs", "gpu-count", 30_000],
    ["2.788M H800 GPU-hours", "gpu-hours", 2.788e6 * 3600],
    ["104 GPU-days", "gpu-hours", 104 * 86_400],
    ["$5.6M", "cost", 5.6e6],
    ["0.3 Wh", "energy-per-query", 1080],
    ["54 days", "days", 54 * 86_400],
  ] as const)("%s", (text, kind, value) => {
    const claim = readClaim(text);
    expect(claim.kind).toBe(kind);
    expect(claim.value / value).toBeCloseTo(1, 12);
  });

  it("takes a figure to be as exact as it is printed", () => {
    expect(roundingOf("31271")).toBeCloseTo(0.5 / 31_271, 12);
    expect(roundingOf("1.7e22")).toBeCloseTo(0.5 / 17, 12);
    expect(roundingOf("30,000")).toBeCloseTo(0.5 / 3, 12);
    expect(roundingOf("0.30")).toBeCloseTo(0.5 / 30, 12);
  });

  it("refuses a bare number, which says nothing of what it counts: also what a shell leaves of $5.6M", () => {
    for (const text of [".6M", "94,444", "1e25"])
      expect(() => readClaim(text)).toThrow("is not a claim that can be audited");
    expect(() => readClaim(".6M")).toThrow(ProblemError);
  });

  it("refuses what is no amount, and says what a claim lacks", () => {
    expect(() => readClaim("a lot of compute")).toThrow("is not a claim that can be audited");
    expect(() => audited({ claim: "54 days", params: 70e9 })).toThrow("Give --gpu, and --gpus.");
    expect(() => audited({ claim: "0.3 Wh", params: 70e9, gpu: "h100" })).toThrow("Give --output.");
    expect(() => audited({ claim: "1e25 FLOP" })).toThrow("Give --params or --model.");
  });
});
