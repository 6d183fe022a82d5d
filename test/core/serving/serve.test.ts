import { describe, expect, it } from "vitest";
import { chipOf } from "../../../src/catalog/chip.ts";
import { loadChips } from "../../../src/catalog/chips.ts";
import { loadModels } from "../../../src/catalog/models.ts";
import { shapeOf } from "../../../src/catalog/shape.ts";
import { SERVING_CONSTANTS, type ServingConstants } from "../../../src/core/serving/constants.ts";
import { prepare } from "../../../src/core/serving/prepare.ts";
import { spreads } from "../../../src/core/serving/queueing.ts";
import { serve } from "../../../src/core/serving/service.ts";

const chips = await loadChips();
const models = await loadModels();
const chip = (id: string) => chipOf(chips.find((row) => row.id === id)!);
const shape = (id: string) => shapeOf(models.find((row) => row.id === id)!)!;

describe("a decode step, worked by hand", () => {
  // round constants, so that the arithmetic fits in a comment
  const vllm = SERVING_CONSTANTS.engines["vllm-sync"];
  const k: ServingConstants = {
    ...SERVING_CONSTANTS,
    weightBandwidth: 0.8,
    kvBandwidth: 0.9,
    matmul: 0.8,
    ridge: 20,
    engines: {
      ...SERVING_CONSTANTS.engines,
      "vllm-sync": { ...vllm, layer: 25e-6, step: 1e-3, request: 50e-6, sampler: 200, eagerLayer: 0 },
    },
  };
  const p = prepare(
    {
      shape: shape("llama-3.1-8b"),
      chip: chip("h100-sxm"),
      weights: "bf16",
      engine: "vllm-sync",
      layout: { tp: 1, pp: 1, dp: 1 },
    },
    k,
  );
  const t = serve(p, { kind: "closed", input: 1024, output: 256, concurrency: 16 })!;

  it("streams the weights", () => {
    // (6.9793e9 in the blocks + 0.5253e9 in the head) x 2 B / (0.8 x 3.35e12 B/s)
    expect(t.step.weights).toBeCloseTo(5.6e-3, 5);
  });

  it("reads the cache of every request at its mean length", () => {
    // 16 x (1024 + 128) tokens x 32 layers x 2 x 8 x 128 x 2 B = 2.416e9 B / (0.9 x 3.35e12 B/s)
    expect(t.step.kv).toBeCloseTo(0.801e-3, 6);
  });

  it("adds launches and the engine's own time, sampling from 128,256 entries at 200 B each included", () => {
    expect(t.step.launch).toBeCloseTo(32 * 25e-6, 9);
    expect(t.step.engine).toBeCloseTo(1e-3 + 16 * (50e-6 + (200 * 128_256) / 3.35e12), 9);
  });

  it("obeys Little's law", () => {
    expect(t.throughput).toBeCloseTo((16 * 256) / (t.ttft + 255 * t.tpot), 6);
  });

  it("ends with the first token where only one is asked for", () => {
    const one = { input: 1024, output: 1 };
    for (const load of [
      { ...one, kind: "closed", concurrency: 16 },
      { ...one, kind: "open", rate: 5 },
      { ...one, kind: "static", batch: 16 },
      { ...one, kind: "saturated" },
    ] as const) {
      const { ttft, e2e } = serve(p, load)!;
      expect(e2e).toBeCloseTo(ttft, 9);
    }
  });

  it("makes later waves of one batch wait for those before them", () => {
    const batch = { kind: "static", input: 1024, output: 256 } as const;
    const { fitting } = serve(p, { ...batch, batch: 1 })!;
    const once = serve(p, { ...batch, batch: fitting })!;
    const thrice = serve(p, { ...batch, batch: 3 * fitting })!;
    // waves of equal length: the second waits for one, the third for two
    expect(thrice.e2e).toBeCloseTo(3 * once.e2e, 6);
    expect(thrice.ttft).toBeCloseTo(once.ttft + once.e2e, 6);
    const { ttft } = spreads(p, { ...batch, batch: 3 * fitting }, thrice);
    expect(ttft.p50).toBeCloseTo(thrice.ttft, 6);
    expect(ttft.p99).toBeGreaterThan(once.ttft + 1.9 * once.e2e);
  });
});
