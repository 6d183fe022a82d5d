import { describe, expect, it } from "vitest";
import type { Layout } from "../../../src/core/training/job.ts";
import { matmulTime } from "../../../src/core/training/layer.ts";
import { prepareJob } from "../../../src/core/training/prepare.ts";
import { evaluate, microBatches, newWorkspace, stepTime } from "../../../src/core/training/step.ts";
import { blocks, jobWith, plain, shapeWith } from "./jobs.ts";

const shape = shapeWith(
  4096,
  32_000,
  blocks(32, 4096, { heads: 32, kvHeads: 8, width: 14_336, gated: true }),
);
const job = jobWith(shape, { chips: 64, seq: 4096, globalBatch: 256 });
const layout: Layout = { ...plain, tp: 2, pp: 4, vpp: 2, dp: 8, zero: 1, sequenceParallel: true };

describe("a matmul", () => {
  it("takes its work, its traffic and a launch", () => {
    const p = prepareJob(job, { matmulOverhead: 5e-6, memoryBandwidth: 1 });
    // 2 x 1000 x 2000 x 3000 = 1.2e10 FLOP at 1e12/s = 12 ms;
    // 2 B x (3e6 + 6e6) read + 2 B x 2e6 written = 22 MB at 3.35 TB/s = 6.567 us; 5 us
    expect(matmulTime(p, 1000, 2000, 3000, 1e12, 2)).toBeCloseTo(0.012 + 22e6 / 3.35e12 + 5e-6, 12);
  });
});

describe("the training step", () => {
  it("is the sum of its causes, none of them negative", () => {
    const { total, ...causes } = stepTime(job, layout);
    expect(Object.values(causes).reduce((a, b) => a + b, 0)).toBeCloseTo(total, 9);
    expect(Math.min(...Object.values(causes))).toBeGreaterThanOrEqual(0);
  });

  it("runs matmuls at 6 FLOP per parameter and token over the achieved rate", () => {
    const free = { matmulOverhead: 0, memoryBandwidth: 1e6 };
    const p = prepareJob(job, free);
    const { gemm } = stepTime(job, { ...plain, dp: 64 }, free);
    // per layer: q and o 4096 x 4096, k and v 4096 x 1024, MLP 3 x 4096 x 14336 = 218,103,808 parameters;
    // 6 x 32 layers x 218,103,808 x (256 x 4096 / 64 = 16,384 tokens a chip) FLOP
    expect(gemm).toBeCloseTo((6 * 32 * 218_103_808 * 16_384) / p.linearRate, 3);
  });

  it("has micro-batches of a replica, and a bubble of (p - 1) / v of them", () => {
    expect(microBatches(job, layout)).toBe(32); // 256 / 8
    const none = { stepOverhead: 0, straggler: 0 };
    const s = stepTime(job, { ...layout, vpp: 1 }, { ...none, logitBytes: 0 });
    const interleaved = stepTime(job, layout, { ...none, logitBytes: 0 });
    // half the bubble with two virtual stages, but for the doubled transfers inside it
    expect(interleaved.bubble / s.bubble).toBeGreaterThan(0.5);
    expect(interleaved.bubble / s.bubble).toBeLessThan(0.55);
  });

  it("waits for the stage with the head where layers do not even out", () => {
    const small = jobWith(shapeWith(1024, 256_000, blocks(8, 1024)), { chips: 4, globalBatch: 64 });
    const s = stepTime(small, { ...plain, pp: 4 });
    expect(s.logits).toBeGreaterThan(0);
    const large = jobWith(shapeWith(8192, 1000, blocks(9, 8192)), { chips: 4, globalBatch: 64 });
    // 9 layers over 4 stages: three of 3, the last of 0 and the head
    expect(stepTime(large, { ...plain, pp: 4 }).logits).toBe(0);
  });

  it("skips weight gradients of frozen weights", () => {
    const full = stepTime(job, layout);
    const lora = stepTime({ ...job, method: "lora" }, layout);
    expect(lora.gemm / full.gemm).toBeCloseTo(2 / 3, 6);
    expect(lora.optimizer).toBeLessThan(0.05 * full.optimizer);
    const qlora = stepTime({ ...job, method: "qlora" }, layout);
    expect(qlora.elementwise).toBeGreaterThan(lora.elementwise);
  });

  it("recomputes over a share of the layers", () => {
    const full = stepTime(job, { ...layout, recompute: "full" }).recompute;
    const quarter = stepTime(job, { ...layout, recompute: "full", recomputeShare: 0.25 }).recompute;
    expect(quarter).toBeCloseTo(full / 4, 9);
  });

  it("gives the same answer whatever was evaluated before it", () => {
    const work = newWorkspace();
    const p = prepareJob(job);
    const other = { ...layout, recompute: "full" as const, microBatch: 2 };
    const alone = evaluate(p, layout, newWorkspace());
    evaluate(p, other, work);
    expect(evaluate(p, layout, work)).toBe(alone);
    const slower = prepareJob({ ...job, seq: 8192 });
    evaluate(slower, layout, work);
    expect(evaluate(p, { ...layout, dp: 8 }, work)).toBe(alone);
  });
});
