import { describe, expect, it } from "vitest";
import { chipOf } from "../../../src/catalog/chip.ts";
import { loadChips } from "../../../src/catalog/chips.ts";
import { loadModels } from "../../../src/catalog/models.ts";
import { shapeOf } from "../../../src/catalog/shape.ts";
import { prepare } from "../../../src/core/serving/prepare.ts";
import { serve } from "../../../src/core/serving/service.ts";
import type { ServingSetup } from "../../../src/core/serving/setup.ts";

const chips = await loadChips();
const models = await loadModels();
const chip = (id: string) => chipOf(chips.find((row) => row.id === id)!);
const shape = (id: string) => shapeOf(models.find((row) => row.id === id)!)!;

function setup(model: string, gpu: string, rest: Omit<ServingSetup, "shape" | "chip">): ServingSetup {
  return { shape: shape(model), chip: chip(gpu), ...rest };
}

const tp = (n: number) => ({ tp: n, pp: 1, dp: 1 });

describe("means under load, worked by hand from the formulas", () => {
  const dense = prepare(
    setup("llama-3.1-8b", "h100-sxm", { weights: "bf16", engine: "vllm-sync", layout: tp(1) }),
  );

  it("closed loop of a dense model", () => {
    const t = serve(dense, { kind: "closed", input: 1024, output: 256, concurrency: 16 })!;
    // 6.979e9 x 2 B + 0.525e9 x 2 B over 0.819 x 3.35e12 B/s
    expect(t.step.weights).toBeCloseTo(5.471e-3, 5);
    // + KV 0.1 GiB x 16 ... + 32 x 24.6 us + 0.779 ms + 16 x 55.7 us
    expect(t.step.total).toBeCloseTo(8.729e-3, 5);
    expect(t.tpot).toBeCloseTo(9.68e-3, 5);
  });
});
