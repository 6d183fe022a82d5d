import { describe, expect, it } from "vitest";
import { layoutFault, layoutRules } from "../../../src/core/training/layout.ts";
import { trainingMemory } from "../../../src/core/training/memory.ts";
import { nearestFit } from "../../../src/study/plan/nearest-fit.ts";
import { blocks, chip, jobWith, plain, shapeWith } from "../../core/training/jobs.ts";

// 24 layers of 12 x 4096^2: 4.8e9 parameters, 87 GB of states on one chip at 18 bytes each
const shape = shapeWith(4096, 32_000, blocks(24, 4096, { heads: 32 }));
const job = (chips: number, memory: number) =>
  jobWith(shape, { chips, globalBatch: 256, chip: { ...chip, memory } });

describe("the nearest change that fits", () => {
  it("is one change where one will do, and fits", () => {
    const j = job(8, 60e9);
    const layout = { ...plain, dp: 8, zero: 1 as const, microBatch: 4 };
    expect(trainingMemory(j, layout).reserved).toBeGreaterThan(60e9);
    const near = nearestFit(j, layout)!;
    expect(near.changes).toHaveLength(1);
    expect(near.job.chips).toBe(8);
    expect(near.memory).toBeLessThan(60e9);
    expect(layoutFault(layoutRules(near.job), near.layout)).toBeUndefined();
  });

  it("is two where it takes two", () => {
    const layout = { ...plain, dp: 8, zero: 1 as const, microBatch: 16 };
    const near = nearestFit(job(8, 24e9), layout)!;
    expect(near.changes.length).toBe(2);
    expect(near.memory).toBeLessThan(24e9);
  });

  it("asks for more chips where these can never hold the job, in whole servers and not far more than needed", () => {
    const near = nearestFit(job(8, 8e9), { ...plain, dp: 8, zero: 3 })!;
    expect(near.changes[0]!.axis).toBe("chips");
    expect(near.job.chips).toBeGreaterThan(8);
    expect(near.job.chips).toBeLessThanOrEqual(64);
    expect(near.memory).toBeLessThan(8e9);
  });

  it("asks for part of a server where that will do", () => {
    // 87 GB of states at 18 bytes, half of them on each of two chips
    const near = nearestFit(job(1, 80e9), plain)!;
    expect(near.job.chips).toBe(2);
    expect(near.changes[0]).toEqual({ axis: "chips", from: 1, to: 2 });
  });

  it("knows when nothing helps", () => {
    expect(nearestFit(job(8, 1e9), { ...plain, dp: 8 })).toBeUndefined();
  });
});
