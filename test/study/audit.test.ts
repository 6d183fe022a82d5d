import { beforeAll, describe, expect, it } from "vitest";
import claims from "../../data/claims.json" with { type: "json" };
import { roundingOf } from "../../src/study/audit/audit.ts";
import { readClaim } from "../../src/study/audit/claim.ts";
import { auditClaim, auditUncertainClaim } from "../../src/study/audit/estimate.ts";
import { loadClaims } from "../../src/study/audit/published.ts";
import type { AuditRequest } from "../../src/study/audit/request.ts";
import type { Facts } from "../../src/study/facts.ts";
import { distributionOf } from "../../src/study/sample/distribution.ts";
import { estimateTraining } from "../../src/study/train/estimate.ts";
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

describe("a claim held against what its source leaves open", () => {
  // Llama 2's paper, Llama 3's model cards, LLaMA's paper: published truths
  const PUBLISHED: readonly AuditRequest[] = [
    { claim: "1.7M GPU-hours", model: "llama-2-70b", tokens: 2e12, gpu: "a100" },
    { claim: "1.7M GPU-hours", model: "llama-2-70b", tokens: 2e12, gpu: "a100", gpus: 2048 },
    { claim: "30.84M GPU-hours", model: "llama-3.1-405b", tokens: 15.6e12, gpu: "h100" },
    { claim: "6.4M GPU-hours", model: "llama-3-70b", tokens: 15e12, gpu: "h100" },
    { claim: "1287 MWh", params: 175e9, tokens: 300e9, gpu: "v100", mfu: 0.3 },
  ];
  it.each(PUBLISHED.map((request) => [request.claim, request] as const))("%s holds", (_, request) => {
    const found = audited(request);
    expect(found.verdict).toBe("holds");
    expect(found.explanations).toEqual([]);
    expect(found.sentence).toMatch(/^Holds within what is assumed \(.*goodput 0\.\d+ to 0\.\d+/);
  });

  it("says the interval of the default MFU and goodput: 6 x 65e9 x 1.4e12 FLOP at 0.3 to 0.5 and 0.65 to 0.95", () => {
    const run = { params: 65e9, tokens: 1.4e12, gpu: "a100" };
    const { p05, p95 } = audited({ ...run, claim: "1.5M GPU-hours" }).intervals!.recomputed!;
    // 5.46e23 / 312e12 = 1.75e9 chip-seconds at the peak; its ends together would be 0.475 and 0.195 of it
    expect(p05).toBeGreaterThan(1.75e9 / 0.475);
    expect(p95).toBeLessThan(1.75e9 / 0.195);
    // one of the two at its end and the other at its median is well within
    expect(p05).toBeLessThan(1.75e9 / 0.5 / 0.85);
    expect(p95).toBeGreaterThan(1.75e9 / 0.3 / 0.85);
  });

  it("counts hours without losses where only that brings a claim within the assumed MFU", () => {
    const found = audited({ claim: "1,022,362 GPU-hours", params: 65e9, tokens: 1.4e12, gpu: "a100" });
    expect(found.explanations.map(({ assumptions }) => assumptions.map(({ id }) => id))).toEqual([
      ["no-lost-time"],
    ]);
    expect(found.sentence).toContain("within what is assumed (MFU 0.3 to 0.5)");
  });

  it("takes the prediction of train where the machine is known", () => {
    const run = { model: "llama-2-70b", tokens: 2e12, gpu: "a100", gpus: 2048 };
    const found = audited({ ...run, claim: "2M GPU-hours" });
    const { result } = estimateTraining(run, facts);
    expect(found.recomputed! / 3600 / result.time!.gpuHours).toBeCloseTo(1, 9);
    const trained = result.intervals!["time.gpuHours"]!;
    expect(found.intervals!.recomputed!.p05 / 3600 / trained.p05).toBeCloseTo(1, 6);
    expect(found.intervals!.recomputed!.p95 / 3600 / trained.p95).toBeCloseTo(1, 6);
  });

  it("alleges no mistake of what inputs at their ends explain", () => {
    // 865 MWh, 570 to 1,230; the ends of MFU, goodput, load and PUE together reach 1.7 GWh
    const { explanations } = audited({
      claim: "1287 MWh",
      params: 175e9,
      tokens: 300e9,
      gpu: "v100",
      pue: 1.2,
      load: 0.75,
    });
    expect(explanations.map(({ assumptions }) => assumptions[0]!.id)).toEqual(["assumed-ends"]);
  });

  it("takes the number of chips from the claim where it says it", () => {
    const run = { params: 65e9, tokens: 1.4e12, gpu: "a100" };
    const predicted = audited({ ...run, claim: "21 days", gpus: 2048 });
    const count = audited({ ...run, claim: "2048 GPUs", days: 21 });
    expect(count.verdict).toBe("holds");
    expect(count.basis.utilisation).toBe(predicted.basis.utilisation);
    const hours = audited({ ...run, claim: "1,032,192 GPU-hours", days: 21 });
    expect(hours.basis.utilisation).toBe(predicted.basis.utilisation);
  });

  it("names inputs at their ends before what would be one of them's value", () => {
    const found = audited({ claim: "1287 MWh", params: 175e9, tokens: 300e9, gpu: "v100" });
    expect(found.sentence).toMatch(
      /^True if several of the assumed inputs are near their ends at once \(MFU 0\.3/,
    );
  });

  const STATED = {
    params: 1.8e12,
    active: 280e9,
    tokens: 13e12,
    gpu: "a100",
    gpus: 25_000,
    mfu: 0.34,
    goodput: 0.95,
  };
  it("puts nothing in the place of what is stated, and no two assumptions that cancel out", () => {
    // 6 x 280e9 x 13e12 / (25,000 x 312e12 x 0.34 x 0.95) = 100.3 days
    const found = audited({ ...STATED, claim: "90 days" });
    expect(found.verdict).toBe("unexplained");
    expect(found.nearest).toBeUndefined();
    expect(found.intervals).toBeUndefined();
    expect(found.sentence).toBe(
      "No usual hidden assumption makes it true; it is 1.11 x low under what is stated.",
    );
    for (const days of [20, 45, 70, 140, 200, 300]) {
      const { explanations, nearest } = audited({ ...STATED, claim: `${days} days` });
      const ids = [...explanations, ...(nearest ? [nearest] : [])].flatMap(({ assumptions }) =>
        assumptions.map(({ id }) => id),
      );
      for (const id of ["tokens-20", "tokens-300b", "gpt3-scaled", "full-utilisation", "no-lost-time"])
        expect(ids).not.toContain(id);
      expect(ids).not.toEqual(expect.arrayContaining(["hardware-flop", "sparse-peak"]));
    }
  });

  it("varies what is assumed beside the ranges that are stated", () => {
    const params = { name: "params", distribution: distributionOf({ low: 64e9, high: 66e9 }, false) };
    const request = { params: 65e9, tokens: 1.4e12, gpu: "a100" };
    const found = auditUncertainClaim({ ...request, claim: "1.2M GPU-hours" }, facts, [params]).result;
    expect(found.sentence).toBe(
      "Holds within the ranges that are stated and what is assumed (MFU 0.3 to 0.5, goodput 0.65 to 0.95).",
    );
  });
});

describe("energy of a training run", () => {
  const run = { params: 175e9, tokens: 300e9, gpu: "v100", mfu: 0.25, goodput: 0.9, pue: 1.1, load: 0.75 };
  it("is chip-time times the server's draw and the building's share", () => {
    // 3.15e23 / (125e12 x 0.25 x 0.9) = 1.12e10 chip-seconds
    const { recomputed, basis, claim } = audited({ ...run, claim: "1287 MWh" });
    expect(claim.kind).toBe("energy");
    expect(recomputed! / (1.12e10 * basis.tdp! * basis.serverRatio! * 0.75 * 1.1)).toBeCloseTo(1, 6);
  });

  it("grows with the building's share, and knows the chip's power alone", () => {
    const { load: _load, pue: _pue, ...open } = run;
    const { basis } = audited({ ...run, claim: "1287 MWh" });
    const alone = (1.12e10 * basis.tdp!) / 3.6e9;
    const found = audited({ ...open, claim: `${alone.toFixed(1)} MWh` });
    expect(found.explanations[0]!.assumptions.map(({ id }) => id)).toEqual(["chip-only"]);
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
    const { sentence, ratio } = audited({
      claim: "0.34 Wh",
      params: 200e9,
      output: 500,
      gpu: "h100",
      utilisation: 0.1,
    });
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
    expect(() => audited({ claim: "0.3 Wh", params: 70e9, gpu: "h100" })).toThrow(
      "Give --output for a query, or --tokens for a training run.",
    );
    expect(() => audited({ claim: "1e25 FLOP" })).toThrow("Give --params or --model.");
  });
});
