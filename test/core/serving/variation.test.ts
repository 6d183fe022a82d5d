import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chipOf } from "../../../src/catalog/chip.ts";
import { loadChips } from "../../../src/catalog/chips.ts";
import { loadModels } from "../../../src/catalog/models.ts";
import { shapeOf } from "../../../src/catalog/shape.ts";
import { prepare } from "../../../src/core/serving/prepare.ts";
import { spreads } from "../../../src/core/serving/queueing.ts";
import { serve } from "../../../src/core/serving/service.ts";
import { loadOf } from "../../../src/study/infer/search.ts";

const chips = await loadChips();
const models = await loadModels();
const replica = prepare({
  shape: shapeOf(models.find(({ id }) => id === "llama-3.1-8b")!)!,
  chip: chipOf(chips.find(({ id }) => id === "h100-sxm")!),
  weights: "bf16",
  engine: "vllm-async",
  layout: { tp: 1, pp: 1, dp: 1 },
});
const mean = { input: 2048, output: 256 };
const answered = (more: { burstiness?: number; inputSpread?: number; outputSpread?: number }, rate = 6) => {
  const load = { kind: "open" as const, rate, ...mean, ...more };
  const times = serve(replica, load)!;
  return { times, spread: spreads(replica, load, times) };
};
const ratio = fc.double({ min: 0, max: 5, noNaN: true });

describe("arrivals in bursts and lengths that vary", () => {
  it("said to be at random and alike are what stands where nothing is said", () => {
    expect(answered({ burstiness: 1, inputSpread: 0, outputSpread: 0 })).toEqual(answered({}));
  });

  it("wait as the sum of both variations: twice as long at three times the burst as at one with prompts as varied", () => {
    const wait = (more: Parameters<typeof answered>[0]) =>
      answered(more).times.ttft - answered({ ...more, burstiness: 0, inputSpread: 0 }).times.ttft;
    // ca2 + cs2: 4 + 0 against 1 + 1; the batch moves a little with the wait
    expect(wait({ burstiness: 4 }) / wait({ burstiness: 1, inputSpread: 1 })).toBeCloseTo(2, 1);
  });

  it("never wait less for more bursts, and keep to Little's law", () => {
    fc.assert(
      fc.property(ratio, ratio, fc.double({ min: 0, max: 2, noNaN: true }), (a, b, outputSpread) => {
        const [calm, wild] = [Math.min(a, b), Math.max(a, b)].map(
          (burstiness) => answered({ burstiness, outputSpread }).times,
        );
        expect(wild!.ttft).toBeGreaterThanOrEqual(calm!.ttft * (1 - 1e-6));
        expect((6 * wild!.e2e) / wild!.batch).toBeCloseTo(1, 5);
      }),
    );
  });

  it("spread the end of answers far and their mean little", () => {
    const [alike, varied] = [answered({}), answered({ outputSpread: 1 })];
    expect(varied.spread.e2e.p99 / alike.spread.e2e.p99).toBeGreaterThan(3);
    expect(varied.spread.e2e.p50).toBeLessThan(alike.spread.e2e.p50);
    expect(varied.times.e2e / alike.times.e2e).toBeCloseTo(1, 1);
  });

  it("dealt to many replicas leave each nearly at random", () => {
    const goal = { demand: { kind: "open", amount: 60, burstiness: 5 }, tokens: mean, bounds: [] } as never;
    expect(loadOf(goal, 1)).toMatchObject({ rate: 60, burstiness: 5 });
    expect(loadOf(goal, 10)).toMatchObject({ rate: 6, burstiness: 1.4 }); // 1 + (5 - 1) / 10
  });
});
