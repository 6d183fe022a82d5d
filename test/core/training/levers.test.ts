import { describe, expect, it } from "vitest";
import type { Layout } from "../../../src/core/training/job.ts";
import { whatHelpsMost } from "../../../src/core/training/levers.ts";
import { blocks, jobWith, plain, shapeWith } from "./jobs.ts";

const shape = shapeWith(
  8192,
  128_256,
  blocks(80, 8192, { heads: 64, kvHeads: 8, width: 28_672, gated: true }),
);
const job = jobWith(shape, {
  chips: 64,
  seq: 8192,
  globalBatch: 16,
  stack: { attention: "flash", level: "community", overlap: false, year: 2024 },
});
const layout: Layout = { ...plain, tp: 4, pp: 8, dp: 2, zero: 1, sequenceParallel: true, recompute: "full" };

describe("what helps most", () => {
  const levers = whatHelpsMost(job, layout);
  const saved = (change: string) => levers.find((l) => l.change === change)?.saved;

  it("ranks by time saved per token", () => {
    const order = levers.map((l) => l.saved);
    expect(order).toEqual(order.toSorted((a, b) => b - a));
    expect(levers.length).toBeGreaterThan(10);
  });

  it("names only what can change", () => {
    expect(saved("half the context parallelism (needs memory)")).toBeUndefined();
    const tuned = whatHelpsMost({ ...job, stack: { ...job.stack, attention: "tuned" } }, layout);
    expect(tuned.some((l) => l.change.startsWith("attention kernels"))).toBe(false);
  });

  it("finds the bubble of 8 stages and 8 micro-batches", () => {
    // (8 - 1) / (8 + 7) of the body waits; twice the batch cuts it to 7 / 23
    expect(saved("twice the batch")).toBeGreaterThan(0.15);
    expect(saved("overlap communication")).toBeGreaterThan(0);
    expect(saved("no recomputation (needs memory)")).toBeGreaterThan(0.15);
  });

  it("never saves more from a tenth faster part than a tenth", () => {
    for (const l of levers.filter((x) => x.kind === "hardware")) {
      expect(l.saved).toBeGreaterThanOrEqual(0);
      expect(l.saved).toBeLessThan(0.1);
    }
  });
});
