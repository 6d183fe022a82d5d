import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chipOf } from "../../../src/catalog/chip.ts";
import { loadChips } from "../../../src/catalog/chips.ts";
import type { Layout, TrainingJob } from "../../../src/core/training/job.ts";
import { microBatches, stepTime } from "../../../src/core/training/step.ts";
import { utilisation } from "../../../src/core/training/utilisation.ts";
import { anyJob, anyLayout, blocks, chip, jobWith, modes, plain, shapeWith, withExperts } from "./jobs.ts";

const RUNS = { numRuns: 150 };
/** Sums in another order differ in the last digits. */
const SLACK = 1 + 1e-9;
const time = (job: TrainingJob, layout: Layout): number => stepTime(job, layout).total;
/** The job on the chips its layout takes. */
const on = (job: TrainingJob, l: Layout): TrainingJob => ({ ...job, chips: l.tp * l.pp * l.cp * l.dp });

const law = (check: (job: TrainingJob, layout: Layout) => void) =>
  fc.assert(
    fc.property(anyJob, anyLayout, (job, layout) => {
      check(on(job, layout), layout);
    }),
    RUNS,
  );

describe("no training step", () => {
  it("beats the peak of its matmul units", () =>
    law((job, layout) => {
      // a matmul of fewer tokens than micro-batches are whole still counts as one
      fc.pre(microBatches(job, layout) * layout.microBatch * layout.dp <= job.globalBatch);
      const use = utilisation(job, layout, time(job, layout));
      // attention stays in 16 bits whatever the linear layers take
      expect(use.hfu).toBeLessThan(job.precision === "fp32" ? 2 : 1);
    }));

  it("reads the weights it holds faster than memory gives them", () =>
    law((job, layout) => {
      const weights = job.shape.groups.reduce(
        (n, g) => n + (g.mlp.kind === "dense" ? g.count * g.mlp.width * job.shape.hidden * 2 : 0),
        0,
      );
      const held = weights / layout.tp / layout.pp;
      const bytes = 0.5 * held * microBatches(job, layout);
      expect(time(job, layout)).toBeGreaterThan(bytes / job.chip.bandwidth!);
    }));
});

describe("a training step is never slower", () => {
  const better: readonly [string, (job: TrainingJob) => TrainingJob][] = [
    ["with faster memory", (j) => ({ ...j, chip: { ...chip, bandwidth: 2 * chip.bandwidth! } })],
    ["with faster links", (j) => ({ ...j, chip: { ...chip, scaleUp: { ...chip.scaleUp!, oneWay: 900e9 } } })],
    ["with a faster network", (j) => ({ ...j, chip: { ...chip, nic: 100e9 } })],
    ["in a larger domain", (j) => ({ ...j, chip: { ...chip, scaleUp: { ...chip.scaleUp!, domain: 64 } } })],
    [
      "with faster matmul units and the power for them",
      (j) => ({
        ...j,
        chip: { ...chip, peak: { bf16: 2e15, fp8: 4e15 }, measuredMatmul: { bf16: 1.6e15 }, tdp: 1400 },
      }),
    ],
    ["on newer software", (j) => ({ ...j, stack: { ...j.stack, year: 2026 } })],
  ];
  it.each(better)("%s", (_, improve) =>
    law((job, layout) => expect(time(improve(job), layout)).toBeLessThanOrEqual(time(job, layout) * SLACK)),
  );

  it("with overlap than without", () =>
    law((job, layout) => {
      const blocking = { ...job, stack: { ...job.stack, overlap: false } };
      expect(time(job, layout)).toBeLessThanOrEqual(time(blocking, layout) * SLACK);
    }));
});

describe("a training step", () => {
  it("is never faster for recomputing, and full recomputation costs most", () =>
    law((job, layout) => {
      const times = modes.map((recompute) => time(job, { ...layout, recompute }));
      const none = times[0]!;
      const full = times.at(-1)!;
      for (const t of times) {
        expect(t).toBeGreaterThanOrEqual(none);
        expect(t).toBeLessThanOrEqual(full * 1.05);
      }
    }));

  it("costs no less per token with a longer context", () =>
    law((job, layout) => {
      const longer = { ...job, seq: 2 * job.seq, globalBatch: job.globalBatch / 2 };
      const shorter = { ...layout, microBatch: 2 * layout.microBatch };
      expect(time(longer, layout)).toBeGreaterThanOrEqual(time(job, shorter) / SLACK);
    }));

  it("scales over replicas at most in proportion", () =>
    law((job, layout) => {
      const twice = { ...layout, dp: 2 * layout.dp };
      fc.pre(microBatches(job, twice) > 1);
      expect(2 * time(on(job, twice), twice)).toBeGreaterThanOrEqual(time(job, layout) / SLACK);
    }));

  it("loses its bubble as micro-batches grow", () =>
    law((job, layout) => {
      const m = 4096 * layout.pp;
      const many = { ...job, globalBatch: m * layout.dp * layout.microBatch };
      const s = stepTime(many, layout);
      expect(s.bubble / s.total).toBeLessThan(0.001);
    }));

  it("scatters gradients that stay cut after every micro-batch, gathers weights once", () => {
    const stack = { attention: "flash", level: "community", overlap: false, year: 2022 } as const;
    const job = (globalBatch: number) =>
      jobWith(shapeWith(4096, 1, blocks(8, 4096)), { chips: 8, globalBatch, stack, gradientBytes: 2 });
    const traffic = (zero: 1 | 2 | 3, globalBatch: number) =>
      stepTime(job(globalBatch), { ...plain, dp: 8, zero }).dataParallel;
    // bytes a parameter over m micro-batches: 2 + 2, 2 m + 2, and (2 + 2 + 2) m, with a few latencies
    expect(traffic(2, 8 * 16) / traffic(1, 8 * 16) / (34 / 4)).toBeCloseTo(1, 1);
    expect(traffic(3, 8 * 16) / traffic(1, 8 * 16) / (96 / 4)).toBeCloseTo(1, 1);
    expect(traffic(2, 8) / traffic(1, 8)).toBeCloseTo(1, 1);
  });

  it("does the matmuls of its dense twin where there is one expert", () => {
    const dense = blocks(4, 2048, { gated: true });
    const job = (group: typeof dense) => jobWith(shapeWith(2048, 1000, group), { globalBatch: 64 });
    const same = { expertOverhead: 0 };
    expect(stepTime(job(withExperts(dense, 1, 1)), plain, same).gemm).toBeCloseTo(
      stepTime(job(dense), plain, same).gemm,
      9,
    );
  });
});

describe("every accelerator of the catalogue", async () => {
  const chips = (await loadChips()).map(chipOf);
  const shape = shapeWith(
    4096,
    128_256,
    blocks(32, 4096, { heads: 32, kvHeads: 8, width: 14_336, gated: true }),
  );
  const layouts: readonly Layout[] = [
    { ...plain, dp: 8, zero: 3 },
    { ...plain, tp: 8, dp: 4, pp: 2, sequenceParallel: true },
    { ...plain, tp: 16, cp: 4, dp: 2, zero: 1 },
  ];
  it.each(chips.map((c) => [c.id, c] as const))("%s trains, below its peak", (_, c) => {
    for (const layout of layouts) {
      for (const seq of [128, 8192, 1_048_576]) {
        const job = on(jobWith(shape, { chip: c, seq, globalBatch: 64 }), layout);
        const step = time(job, layout);
        expect(Number.isFinite(step) && step > 0).toBe(true);
        expect(utilisation(job, layout, step).hfu).toBeLessThan(1);
      }
    }
  });
});
