import { expect, it } from "vitest";
import { chipOf } from "../../../src/catalog/chip.ts";
import { loadChips } from "../../../src/catalog/chips.ts";
import { loadModels } from "../../../src/catalog/models.ts";
import { shapeOf } from "../../../src/catalog/shape.ts";
import { prepare } from "../../../src/core/serving/prepare.ts";
import { spreads } from "../../../src/core/serving/queueing.ts";
import { serve } from "../../../src/core/serving/service.ts";
import type { Load } from "../../../src/core/serving/setup.ts";

/**
 * vLLM 0.15.1 on H100 under request rates: model, weights, tp, requests a second, tokens in and out; p90 and p99 of TTFT and of E2E,
 * seconds. [inference-sim/sim-to-real-accuracy-validation, dcec3fd4711c; about 120 tokens of each prompt are a cached system prompt]
 */
const MEASURED = [
  ["llama-4-scout", "fp8", 2, 2.5, 547, 246, 0.06392, 0.1386, 4.837, 5.643],
  ["llama-4-scout", "fp8", 2, 6, 547, 246, 0.07458, 0.07984, 5.863, 6.018],
  ["llama-4-scout", "fp8", 2, 5, 566, 245, 0.07326, 0.1368, 5.626, 6.664],
  ["llama-4-scout", "fp8", 2, 10, 566, 245, 0.08815, 0.1051, 6.91, 7.035],
  ["llama-4-scout", "fp8", 2, 6, 750, 249, 0.07605, 0.1161, 6.097, 7.366],
  ["llama-4-scout", "fp8", 2, 1, 1034, 1419, 0.1757, 0.2046, 44.55, 47.01],
  ["llama-3.1-70b", "bf16", 4, 2.5, 547, 243, 0.05813, 0.0881, 4.286, 4.567],
  ["llama-3.1-70b", "bf16", 4, 6, 547, 243, 0.06224, 0.06588, 4.807, 4.936],
  ["llama-3.1-70b", "bf16", 4, 5, 566, 243, 0.06111, 0.1069, 4.607, 5.617],
  ["llama-3.1-70b", "bf16", 4, 10, 566, 242, 0.06801, 0.07214, 5.11, 5.234],
  ["mistral-nemo-12b", "bf16", 2, 2.5, 547, 246, 0.02415, 0.03641, 1.521, 1.599],
  ["mistral-nemo-12b", "bf16", 2, 6, 547, 246, 0.0241, 0.02562, 1.582, 1.607],
  ["mistral-nemo-12b", "bf16", 1, 5, 566, 245, 0.03577, 0.04556, 2.513, 2.641],
  ["mistral-nemo-12b", "bf16", 1, 10, 566, 245, 0.03806, 0.04074, 2.703, 2.774],
  ["qwen2.5-7b", "bf16", 1, 6, 750, 248, 0.03542, 0.04472, 1.822, 1.882],
  ["yi-34b", "bf16", 2, 2.5, 547, 248, 0.05214, 0.07581, 3.833, 4.117],
  ["yi-34b", "bf16", 2, 6, 547, 247, 0.05343, 0.05583, 3.971, 4.083],
  ["qwen2.5-7b", "bf16", 1, 1, 1034, 1428, 0.04053, 0.06396, 11.14, 12.19],
  ["llama-2-7b", "bf16", 1, 1, 1034, 1119, 0.06376, 0.07992, 19.89, 21.68],
  ["llama-2-7b", "bf16", 1, 5, 566, 193, 0.02837, 0.04597, 1.94, 2.189],
  ["llama-2-7b", "bf16", 1, 10, 566, 195, 0.03409, 0.05075, 2.426, 2.58],
] as const;

const chips = await loadChips();
const models = await loadModels();

it("p90 and p99 of TTFT and E2E are within 25 % of 84 measured, at the median", () => {
  const chip = chipOf(chips.find((row) => row.id === "h100-sxm")!);
  const errors = MEASURED.flatMap(([model, weights, tp, rate, input, output, ...measured]) => {
    const shape = shapeOf(models.find((row) => row.id === model)!)!;
    const p = prepare({
      shape,
      chip,
      weights,
      engine: "vllm-async",
      layout: { tp, pp: 1, dp: 1 },
      options: { maxBatch: 128 },
    });
    const load: Load = { kind: "open", rate, input, output, cached: 120 };
    const { ttft, e2e } = spreads(p, load, serve(p, load)!);
    const predicted = [ttft.p90, ttft.p99, e2e.p90, e2e.p99];
    return measured.map((seconds, index) => Math.abs(predicted[index]! / seconds - 1));
  });
  expect(errors).toHaveLength(84);
  expect(errors.toSorted((a, b) => a - b)[42]!).toBeLessThan(0.25);
});
