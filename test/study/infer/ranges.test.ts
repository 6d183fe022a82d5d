import { describe, expect, it } from "vitest";
import { servingError } from "../../../src/core/serving/accuracy.ts";
import { estimateServing } from "../../../src/study/infer/estimate.ts";
import type { InferRequest } from "../../../src/study/infer/request.ts";
import { estimateUncertainServing } from "../../../src/study/infer/uncertain.ts";
import { chipNamed } from "../../../src/study/machine.ts";
import { distributionOf } from "../../../src/study/sample/distribution.ts";
import { shippedFacts } from "../facts.ts";

const facts = await shippedFacts();
const chipOf = (name: string) => {
  const { row } = chipNamed(name, facts, "--gpu");
  return facts.priced(row).chip;
};
const base: InferRequest = {
  model: "llama-3-70b",
  gpu: ["h100"],
  input: 2000,
  output: 300,
  concurrency: 100,
  pue: 1.2,
  price: Math.sqrt(6),
};
const range = (name: string, low: number, high: number) => ({
  name,
  distribution: distributionOf({ low, high }, false),
});

describe("ranges of a serving question", () => {
  it("spreads a cost as the product of two lognormals does: the price, and the error of the throughput", () => {
    const { result } = estimateUncertainServing(base, facts, [range("price", 2, 3)]);
    const [, factor] = servingError("throughput", chipOf("h100"), true).interval;
    // by hand: ln of the 95 % point over the median is the root of the squares of ln(3/sqrt 6) and ln(factor)
    const spread = Math.exp(Math.hypot(Math.log(3 / Math.sqrt(6)), Math.log(factor)));
    const cost = result.cost!.usdPerMillionOutputTokens;
    const found = result.intervals!["cost.usdPerMillionOutputTokens"]!;
    expect(found.p50 / cost).toBeCloseTo(1, 2);
    expect(found.p95 / cost / spread).toBeCloseTo(1, 2);
    expect((found.p05 / cost) * spread).toBeCloseTo(1, 2);
  });

  it("orders the ends of every interval, and holds the point in that of the throughput", () => {
    const { result } = estimateUncertainServing(base, facts, [range("concurrency", 60, 160)]);
    for (const { p05, p50, p95 } of Object.values(result.intervals!)) {
      expect(p05).toBeLessThanOrEqual(p50);
      expect(p50).toBeLessThanOrEqual(p95);
    }
    const gpus = result.intervals!["throughput.outputTokensPerSecond"]!;
    expect(gpus.p05).toBeLessThan(result.throughput.outputTokensPerSecond);
    expect(gpus.p95).toBeGreaterThan(result.throughput.outputTokensPerSecond);
  });

  it("never narrows an output for a wider input", () => {
    const width = (low: number, high: number) => {
      const { result } = estimateUncertainServing(base, facts, [range("price", low, high)]);
      const { p05, p95 } = result.intervals!["cost.usdPerMillionOutputTokens"]!;
      return p95 / p05;
    };
    expect(width(1, 6)).toBeGreaterThan(width(2, 3));
  });

  it("says how many of the draws a fixed fleet cannot serve", () => {
    const request: InferRequest = { ...base, gpus: 4, slo: "tpot<50ms" };
    const { result } = estimateUncertainServing({ ...request, concurrency: 20 }, facts, [
      { ...range("concurrency", 2, 200), whole: true },
    ]);
    expect(result.answered!["latency.tpotSeconds"]).toBeGreaterThan(0.3);
    expect(result.answered!["latency.tpotSeconds"]).toBeLessThan(0.99);
  });

  it("leaves out draws whose prompt is shorter than what is cached of it, and says how many are left", () => {
    const { result } = estimateUncertainServing({ ...base, input: 900, cached: 500 }, facts, [
      { ...range("input", 400, 2000), whole: true },
    ]);
    // ln(500/894) over ln(2000/400)/2/1.645 = -1.19: 88 % of the prompts are longer
    expect(result.answered!["latency.ttftSeconds"]).toBeCloseTo(0.88, 2);
  });

  it("ranks the inputs, and their shares sum to 1", () => {
    const request: InferRequest = { ...base, sensitivity: "usdPerMillionOutputTokens" };
    const { result } = estimateUncertainServing(request, facts, [range("price", 1, 6)]);
    const { inputs } = result.sensitivity!;
    expect(inputs[0]!.input).toBe("price");
    expect(inputs.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
    // fewer tokens a second than predicted make each dearer
    const slow = inputs.find(({ input }) => input.startsWith("throughput"))!;
    expect(slow.low).toBeGreaterThan(slow.high!);
  });

  it("leaves a point answer as it was", () => {
    expect(estimateUncertainServing(base, facts, [])).toEqual(estimateServing(base, facts));
  });
});
