import { describe, expect, it } from "vitest";
import { chipOf } from "../../../src/catalog/chip.ts";
import { loadChips } from "../../../src/catalog/chips.ts";
import { loadModels } from "../../../src/catalog/models.ts";
import { shapeOf } from "../../../src/catalog/shape.ts";
import { SERVING_CONSTANTS, type ServingConstants } from "../../../src/core/serving/constants.ts";
import { prepare } from "../../../src/core/serving/prepare.ts";
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
      "vllm-sync": { ...vllm, layer: 25e-6, step: 1e-3, request: 50e-6, eagerLayer: 0 },
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

  it("adds launches and the engine's own time", () => {
    expect(t.step.launch).toBeCloseTo(32 * 25e-6, 9);
    expect(t.step.engine).toBeCloseTo(1e-3 + 16 * 50e-6, 9);
  });

  it("obeys Little's law", () => {
    expect(t.throughput).toBeCloseTo((16 * 256) / (t.ttft + 256 * t.tpot), 6);
  });
});
