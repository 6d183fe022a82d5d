import { describe, expect, it } from "vitest";
import type { Chip } from "../../../src/core/chip.ts";
import type { ModelShape } from "../../../src/core/shape.ts";
import type { Layout, TrainingJob } from "../../../src/core/training/job.ts";
import { stepTime } from "../../../src/core/training/step.ts";

const chip: Chip = {
  id: "x",
  name: "X",
  vendor: "V",
  architecture: "A",
  year: 2022,
  kind: "datacenter",
  peak: { bf16: 1e15, fp8: 2e15 },
  measuredMatmul: { bf16: 0.8e15 },
  memory: 80e9,
  bandwidth: 3.35e12,
  scaleUp: { technology: "link", oneWay: 450e9, domain: 8 },
  nic: 50e9,
  tdp: 700,
};
const shape: ModelShape = {
  hidden: 4096,
  vocab: 128_256,
  tiedEmbeddings: false,
  learnedPositions: 0,
  finalNormParams: 4096,
  mtpLayers: 0,
  groups: [
    {
      count: 32,
      normParams: 8192,
      attention: { kind: "grouped", heads: 32, kvHeads: 8, headDim: 128, extraParams: 0 },
      mlp: { kind: "dense", width: 14_336, gated: true, extraParams: 0 },
    },
  ],
};
const job: TrainingJob = {
  shape,
  chip,
  chips: 64,
  seq: 8192,
  globalBatch: 128,
  precision: "bf16",
  method: "full",
  stack: { attention: "tuned", level: "vendor", overlap: true, year: 2025 },
};
const layout: Layout = {
  tp: 2,
  pp: 4,
  vpp: 2,
  cp: 1,
  ep: 1,
  dp: 8,
  zero: 1,
  microBatch: 1,
  sequenceParallel: true,
  recompute: "selective",
};

describe("the training step", () => {
  it("is the sum of its causes", () => {
    const { total, ...causes } = stepTime(job, layout);
    expect(Object.values(causes).reduce((a, b) => a + b, 0)).toBeCloseTo(total, 9);
    expect(Math.min(...Object.values(causes))).toBeGreaterThanOrEqual(0);
  });
});
