import { beforeAll, describe, expect, it } from "vitest";
import { LAW_IDS } from "../../src/core/scaling/laws.ts";
import type { Facts } from "../../src/study/facts.ts";
import { distributionOf } from "../../src/study/sample/distribution.ts";
import { estimateScale, estimateUncertainScale } from "../../src/study/scale/estimate.ts";
import type { ScaleRequest } from "../../src/study/scale/request.ts";
import { estimateTraining } from "../../src/study/train/estimate.ts";
import { shippedFacts } from "./facts.ts";

let facts: Facts;
beforeAll(async () => {
  facts = await shippedFacts();
});
const answer = (request: ScaleRequest) => estimateScale(request, facts);
const scaled = (request: ScaleRequest) => answer(request).result;

describe("scale", () => {
  it("for Chinchilla's compute gives 73B and 1.34T tokens, and every law beside it", () => {
    const { optimum, laws, intervals } = scaled({ flop: 5.88e23 });
    expect(optimum.params / 73.02e9).toBeCloseTo(1, 3);
    expect(optimum.tokens / 1.342e12).toBeCloseTo(1, 3);
    expect(optimum.loss).toBeCloseTo(1.9739, 3);
    expect(laws.map(({ law }) => law).toSorted()).toEqual([...LAW_IDS].toSorted());
    expect(intervals!["optimum.tokensPerParam"]!.p05).toBeLessThan(optimum.tokensPerParam);
    expect(intervals!["optimum.tokensPerParam"]!.p95).toBeGreaterThan(optimum.tokensPerParam);
  });

  it("puts the laws of today's practice in a band, the historical ones outside it", () => {
    const { band, laws, optimum } = scaled({ flop: 1e26 });
    // by their own formulas: DeepSeek 13.6T on 1.22T, Hoffmann's third approach 36.9T on 452B
    expect(band.tokensPerParam.low).toBeCloseTo(11.1, 1);
    expect(band.tokensPerParam.high).toBeCloseTo(81.6, 1);
    expect(band.params.low).toBeLessThan(optimum.params);
    expect(band.params.high).toBeGreaterThan(optimum.params);
    const kaplan = laws.find(({ law }) => law === "kaplan")!;
    expect(kaplan.params).toBeGreaterThan(band.params.high);
  });

  it("spreads the tokens as the size, which together spend the compute", () => {
    const { intervals, compute } = scaled({ flop: 1e26 });
    const { params, tokens } = {
      params: intervals!["optimum.params"]!,
      tokens: intervals!["optimum.tokens"]!,
    };
    expect((6 * params.p05 * tokens.p95) / compute.flop).toBeCloseTo(1, 9);
    expect((6 * params.p95 * tokens.p05) / compute.flop).toBeCloseTo(1, 9);
  });

  it("of a law without a loss names the fit that answers for the loss", () => {
    expect(scaled({ flop: 1e24, law: "kaplan" }).lossLaw).toBe("besiroglu");
    expect(scaled({ flop: 1e24, law: "sardana" }).lossLaw).toBe("sardana");
  });

  it("of a range of compute spreads as its power law does, beside the constants drawn together", () => {
    const flop = Math.sqrt(1e25 * 1e26);
    const range = { name: "flop", distribution: distributionOf({ low: 1e25, high: 1e26 }, false) };
    const { result } = estimateUncertainScale({ flop }, facts, [range]);
    const { p05, p50, p95 } = result.intervals!["optimum.params"]!;
    const alone = scaled({ flop }).intervals!["optimum.params"]!;
    // N* goes as C^(beta / (alpha + beta)), 0.3658 and 0.3478 in Besiroglu's fit: 0.5126
    const power = (0.3658 / (0.3478 + 0.3658)) * Math.log(Math.sqrt(10));
    const spread = Math.exp(Math.hypot(power, Math.log(alone.p95 / alone.p50)));
    expect(p95 / p50 / spread).toBeCloseTo(1, 1);
    expect(p50 / p05 / spread).toBeCloseTo(1, 1);
    expect(result.intervals!["compute.flop"]!.p95 / 1e26).toBeCloseTo(1, 2);
  });

  it("warns outside the compute that a law was fitted on, and only there", () => {
    expect(answer({ flop: 1e26 }).warnings.map(({ code }) => code)).toEqual(["W-EXTRAPOLATED"]);
    expect(answer({ flop: 1e21 }).warnings).toEqual([]);
  });

  it("of a machine agrees with train", () => {
    const machine = { gpu: "h100", gpus: 1024, days: 30, mfu: 0.4, goodput: 0.9 };
    const train = estimateTraining(machine, facts).result.compute.flop;
    expect(scaled(machine).compute.flop).toBe(train);
    // 1024 x 30 x 86,400 x 989e12 x 0.4 x 0.9 = 9.45e23
    expect(train / 9.45e23).toBeCloseTo(1, 2);
  });

  it("of a size alone is that size at its optimum", () => {
    const { optimum, run } = scaled({ params: 70e9 });
    expect(optimum.params / 70e9).toBeCloseTo(1, 6);
    expect(run?.computeRatio).toBeCloseTo(1, 6);
  });

  it("of a run tells how far it is over-trained: Llama 3 8B", () => {
    const { run } = scaled({ params: 8e9, tokens: 15e12 });
    expect(run?.tokensRatio).toBeGreaterThan(50);
    expect(run?.sizeRatio).toBeLessThan(0.5);
  });

  it("over a life of serving names a smaller model, by every fit", () => {
    const { lifetime, optimum } = scaled({ flop: 5.88e23, lifetimeTokens: 1e13 });
    expect(lifetime?.fits.length).toBe(4);
    const ours = lifetime?.fits.find(({ law }) => law === "besiroglu");
    expect(ours?.params).toBeLessThan(optimum.params);
    expect(ours?.saving).toBeGreaterThan(0);
  });

  it("with too few fresh tokens reads them again, for less", () => {
    const { repeated } = scaled({ flop: 5.88e23, uniqueTokens: 1e11 });
    expect(repeated?.epochs).toBeCloseTo(13.42, 1);
    expect(repeated?.lossRatio).toBeGreaterThan(1);
    expect(scaled({ flop: 5.88e23, uniqueTokens: 1e13 }).repeated?.lossRatio).toBe(1);
  });

  it("charges a wrong size, and has no tokens for one that is far too small", () => {
    const { sizes } = scaled({ flop: 1e24 });
    expect(sizes.find(({ ratio }) => ratio === 1)?.computeRatio).toBeCloseTo(1, 9);
    expect(sizes.find(({ ratio }) => ratio === 2)?.computeRatio).toBeGreaterThan(1);
    expect(sizes.find(({ ratio }) => ratio === 0.5)?.kaplanRatio).toBeCloseTo(1.393, 3); // B.16: 0.5 x 0.4591^(-1/0.76)
    expect(sizes.map(({ computeRatio }) => computeRatio ?? 99).every((ratio) => ratio >= 1 - 1e-9)).toBe(
      true,
    );
  });

  it("refuses what fixes the compute twice or not at all", () => {
    expect(() => answer({ flop: 1e24, budget: 1e6 })).toThrow("--flop and --budget both fix the compute.");
    expect(() => answer({})).toThrow("Nothing fixes the compute.");
  });
});
