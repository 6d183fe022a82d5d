import { describe, expect, it } from "vitest";
import { planUncertainServing } from "../../../src/study/infer/plan-uncertain.ts";
import { planUncertainTraining } from "../../../src/study/plan/uncertain.ts";
import { distributionOf } from "../../../src/study/sample/distribution.ts";
import { shippedFacts } from "../facts.ts";

const facts = await shippedFacts();
const range = (name: string, low: number, high: number) => ({
  name,
  distribution: distributionOf({ low, high }, false),
});
const MIDDLE = Math.sqrt(6);

describe("a plan where inputs are ranges", () => {
  it("keeps the ranking of the medians, and holds each training layout's time and rent in its interval", () => {
    const asked = { params: 70e9, tokens: 1e12, gpu: ["h100"], gpus: "1024", price: MIDDLE, top: 2 };
    const point = planUncertainTraining(asked, facts, []).result;
    const { best, intervals } = planUncertainTraining(asked, facts, [range("price", 2, 3)]).result;
    expect(best).toEqual(point.best);
    best.forEach((row, index) => {
      for (const figure of ["days", "cost"] as const) {
        const { p05, p95 } = intervals![`best.${index}.${figure}`]!;
        expect(p05).toBeLessThan(row[figure]!);
        expect(p95).toBeGreaterThan(row[figure]!);
      }
      // the price spreads the rent and not the time
      const days = intervals![`best.${index}.days`]!;
      const cost = intervals![`best.${index}.cost`]!;
      expect(cost.p95 / cost.p05).toBeGreaterThan(days.p95 / days.p05);
    });
  });

  it("samples a serving layout under the users that it carries at the medians", () => {
    const asked = {
      model: "llama-3-70b",
      gpu: ["h100"],
      gpus: 8,
      input: 1000,
      output: 200,
      slo: "tpot<40ms",
      price: MIDDLE,
      top: 2,
      samples: 1000,
    };
    const { best, intervals } = planUncertainServing(asked, facts, [range("price", 2, 3)]).result;
    best.forEach((row, index) => {
      const tpot = intervals![`best.${index}.tpotSeconds`]!;
      expect(tpot.p50 / row.tpotSeconds).toBeCloseTo(1, 1);
      const cost = intervals![`best.${index}.usdPerMillionOutputTokens`]!;
      expect(cost.p50 / row.usdPerMillionOutputTokens!).toBeCloseTo(1, 1);
    });
  });
});
