import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chipOf } from "../../../src/catalog/chip.ts";
import { loadChips } from "../../../src/catalog/chips.ts";
import { loadModels } from "../../../src/catalog/models.ts";
import { shapeOf } from "../../../src/catalog/shape.ts";
import {
  boardWatts,
  computeUse,
  POWER_WAITING,
  serverWattsServing,
} from "../../../src/core/serving/power.ts";
import { prepare } from "../../../src/core/serving/prepare.ts";
import { type Spread, spreadOf, spreads } from "../../../src/core/serving/queueing.ts";
import { serve } from "../../../src/core/serving/service.ts";
import type { Load } from "../../../src/core/serving/setup.ts";

const chips = await loadChips();
const models = await loadModels();
const chip = (id: string) => chipOf(chips.find((row) => row.id === id)!);
const shape = (id: string) => shapeOf(models.find((row) => row.id === id)!)!;
const replica = (model: string, id: string, tp: number) =>
  prepare({
    shape: shape(model),
    chip: chip(id),
    weights: "bf16",
    engine: "vllm-async",
    layout: { tp, pp: 1, dp: 1 },
  });

const cases = fc.record({
  model: fc.constantFrom("llama-3.1-8b", "qwen3-32b", "gpt-oss-120b"),
  gpu: fc.constantFrom("h100-sxm", "a100-sxm-80gb", "b200", "mi300x"),
  load: fc.oneof(
    fc.integer({ min: 1, max: 500 }).map((concurrency) => ({ kind: "closed" as const, concurrency })),
    fc.double({ min: 0.001, max: 20, noNaN: true }).map((rate) => ({ kind: "open" as const, rate })),
  ),
  input: fc.integer({ min: 1, max: 4000 }),
  output: fc.integer({ min: 1, max: 1000 }),
});

describe("power", () => {
  it("stays between idle and the limit", () => {
    fc.assert(
      fc.property(cases, ({ model, gpu, load, input, output }) => {
        const p = replica(model, gpu, 4);
        const asked: Load = { ...load, input, output };
        const t = serve(p, asked)!;
        const watts = boardWatts(p, asked, t)!;
        expect(computeUse(p, asked, t)).toBeLessThanOrEqual(1);
        expect(watts / p.setup.chip.tdp!).toBeGreaterThanOrEqual(POWER_WAITING.value * 0.999);
        expect(watts / p.setup.chip.tdp!).toBeLessThanOrEqual(1);
      }),
      { numRuns: 200 },
    );
  });

  it("of one board streaming weights for one user: a little over 0.52 of 700 W", () => {
    const p = replica("llama-3.1-8b", "h100-sxm", 1);
    const load: Load = { kind: "closed", concurrency: 1, input: 16, output: 512 };
    expect(boardWatts(p, load, serve(p, load)!)! / 700).toBeCloseTo(0.58, 1);
  });

  it("of a server: 230 W and 1.097 of each board's; 8 x 700 W make 7,984 W, 8,000 in the model it is from", () => {
    expect(8 * serverWattsServing(chip("h100-sxm"), 700)).toBeCloseTo(7983, 0);
  });
});

const ordered = ({ p50, p90, p99 }: Spread) => p50 <= p90 && p90 <= p99;

describe("percentiles", () => {
  it("a lognormal above its floor keeps its mean: floor 1, mean 3, deviation 2 -> sigma^2 = ln 2", () => {
    const s = spreadOf(3, 1, 2);
    const sigma = Math.sqrt(Math.LN2);
    expect(s.p50).toBeCloseTo(1 + 2 / Math.sqrt(2), 12);
    expect(s.p90).toBeCloseTo(1 + (2 * Math.exp(1.2816 * sigma)) / Math.sqrt(2), 12);
    expect(s.mean).toBe(3);
  });

  it("come in order, the mean among them", () => {
    fc.assert(
      fc.property(cases, ({ model, gpu, load, input, output }) => {
        const p = replica(model, gpu, 4);
        const asked: Load = { ...load, input, output };
        const t = serve(p, asked)!;
        const { ttft, tpot, e2e } = spreads(p, asked, t);
        expect([ttft, tpot, e2e].every(ordered)).toBe(true);
        for (const s of [ttft, tpot, e2e]) expect(s.mean).toBeLessThanOrEqual(s.p99 * 1.0001);
        expect([ttft.mean, tpot.mean, e2e.mean]).toEqual([t.ttft, t.tpot, t.e2e]);
      }),
      { numRuns: 200 },
    );
  });

  it("busier replicas have longer tails", () => {
    const p = replica("llama-3.1-8b", "h100-sxm", 1);
    const tail = (rate: number) => {
      const load: Load = { kind: "open", rate, input: 2000, output: 200 };
      return spreads(p, load, serve(p, load)!).ttft.p99;
    };
    expect(tail(1)).toBeLessThan(tail(4));
    expect(tail(4)).toBeLessThan(tail(8));
  });
});
