import { describe, expect, it } from "vitest";
import { chipOf } from "../../../src/catalog/chip.ts";
import { loadChips } from "../../../src/catalog/chips.ts";
import { loadModels } from "../../../src/catalog/models.ts";
import { shapeOf } from "../../../src/catalog/shape.ts";
import { weightBytesPerChip } from "../../../src/core/serving/capacity.ts";
import type { EngineClassId } from "../../../src/core/serving/constants.ts";
import { SERVING_CONSTANTS } from "../../../src/core/serving/constants.ts";
import { prepare } from "../../../src/core/serving/prepare.ts";
import type { WeightPrecision } from "../../../src/core/serving/setup.ts";
import { decodeStep } from "../../../src/core/serving/step.ts";

const chips = await loadChips();
const models = await loadModels();

const prepared = (
  model: string,
  chip: string,
  weights: WeightPrecision,
  engine: EngineClassId = "vllm-async",
) =>
  prepare({
    shape: shapeOf(models.find((row) => row.id === model)!)!,
    chip: chipOf(chips.find((row) => row.id === chip)!),
    weights,
    engine,
    layout: { tp: 1, pp: 1, dp: 1 },
  });

describe("formats of weights", () => {
  it("mxfp4 holds all weights of a dense model, and of a mixture its experts alone", () => {
    // Llama 3 70B: 68.45e9 in the blocks x 0.53125 B + head and embedding, 2 x 1.051e9 x 2 B
    expect(weightBytesPerChip(prepared("llama-3-70b", "b200", "mxfp4"))).toBeCloseTo(40.57e9, -8);
    // gpt-oss-120b: 114.66e9 in experts x 0.53125 B, the rest in 16 bits
    const { denseBytes, expertBytes } = prepared("gpt-oss-120b", "h100-sxm", "mxfp4");
    expect(denseBytes).toBe(2);
    expect(expertBytes).toBe(0.53125);
  });

  it("mxfp4 multiplies in 4 bits where all weights are stored so and the chip has the units, else in 16", () => {
    const dense = (chip: string, weights: WeightPrecision) =>
      prepared("llama-3-70b", chip, weights).denseRate;
    expect(dense("b200", "mxfp4")).toBeCloseTo(dense("b200", "nvfp4"), -9);
    expect(dense("h100-sxm", "mxfp4")).toBe(dense("h100-sxm", "bf16"));
  });

  it("vLLM narrows activations for experts of 8 bits by kernels of their own", () => {
    const launch = (weights: WeightPrecision, engine?: EngineClassId) =>
      prepared("qwen3-30b-a3b", "h100-sxm", weights, engine).launch;
    // 48 MoE layers
    expect(launch("fp8") - launch("bf16")).toBeCloseTo(48 * SERVING_CONSTANTS.narrowExperts, 12);
    expect(launch("fp8", "trtllm-torch")).toBe(launch("bf16", "trtllm-torch"));
  });
});

describe("llama.cpp on chips without matrix units", () => {
  it("takes one token's experts as vectors, without the rows that tiles are padded with", () => {
    const p = prepared("qwen3-30b-a3b", "apple-m3-max", "q4_k_m", "llamacpp");
    const { experts } = decodeStep(p, 1, 100);
    // 8 of 128 experts, 4.719e6 weights each in 48 layers: 0.606 B a weight over the bandwidth, 2 FLOP over the rate
    const weights = 8 * 4.718592e6 * 48;
    const [memory, compute] = [(weights * 0.606) / p.weightBandwidth, (2 * weights) / p.expertRate];
    expect(experts).toBeLessThanOrEqual(memory + compute);
    expect(experts).toBeGreaterThanOrEqual(Math.max(memory, compute) * (1 - 1e-9));
  });

  it("multiplies at three quarters of the vector rate, and dispatches layers by Metal", () => {
    // M2 Ultra: 27.2 TFLOP/s at 32 bits
    const { denseRate, launch } = prepared("llama-2-7b", "apple-m2-ultra", "fp16", "llamacpp");
    expect(denseRate).toBeCloseTo(0.75 * 27.2e12, -9);
    expect(launch).toBeCloseTo(32 * 90e-6, 9);
  });
});
