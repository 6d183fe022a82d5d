import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chipOf } from "../../../src/catalog/chip.ts";
import { loadChips } from "../../../src/catalog/chips.ts";
import { loadModels } from "../../../src/catalog/models.ts";
import { shapeOf } from "../../../src/catalog/shape.ts";
import { disaggregatedLoop, transferTime, workersFor } from "../../../src/core/serving/disaggregated.ts";
import { prepare } from "../../../src/core/serving/prepare.ts";

const shape = shapeOf((await loadModels()).find((row) => row.id === "llama-3.3-70b")!)!;
const chip = chipOf((await loadChips()).find((row) => row.id === "h100-sxm")!);
const worker = (tp: number) =>
  prepare({ shape, chip, weights: "fp8", kv: "fp8", engine: "vllm-async", layout: { tp, pp: 1, dp: 1 } });
const pools = { prefill: worker(2), prefillWorkers: 3, decode: worker(4), decodeWorkers: 2 };

describe("prompts and decodes on workers of their own", () => {
  it("never write more than full decode workers do, and obey Little's law", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 2, max: 3000 }), (users, output) => {
        const t = disaggregatedLoop(pools, { input: 4096, output }, users);
        // a slot is held for the tokens after the first
        expect(t.throughput).toBeLessThanOrEqual(((2 * t.batch * output) / ((output - 1) * t.tpot)) * 1.001);
        expect((t.throughput / output) * t.e2e).toBeCloseTo(users, 6);
      }),
    );
  });

  it("hands over the cache of a prompt at half of the fabric", () => {
    // 4096 tokens x 80 layers x 2 x 8 x 128 x 1 B / 2 ranks = 335.5 MB, over half of 450 GB/s
    expect(transferTime(pools, 4096)).toBeCloseTo(335.5e6 / 225e9, 5);
  });

  it("take as many workers as the rate needs, and none meet an impossible bound", () => {
    const request = { input: 2000, output: 500 };
    const few = workersFor(worker(2), worker(4), request, 10, 0.03, 0.7)!;
    const many = workersFor(worker(2), worker(4), request, 20, 0.03, 0.7)!;
    expect(many.decodeWorkers).toBeCloseTo(2 * few.decodeWorkers, 9);
    expect(many.prefillWorkers).toBeCloseTo(2 * few.prefillWorkers, 9);
    expect(few.step.total).toBeLessThanOrEqual(0.03 * (1 + 1e-9));
    expect(workersFor(worker(2), worker(4), request, 10, 0.001, 0.7)).toBeUndefined();
  });
});
