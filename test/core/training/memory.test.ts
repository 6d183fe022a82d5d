import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadModels } from "../../../src/catalog/models.ts";
import { shapeOf } from "../../../src/catalog/shape.ts";
import { parameters } from "../../../src/core/architecture.ts";
import type { Layout, TrainingJob } from "../../../src/core/training/job.ts";
import { memoryRange, memoryVerdict, trainingMemory } from "../../../src/core/training/memory.ts";
import { anyJob, anyLayout, blocks, jobWith, modes, plain, shapeWith, withExperts } from "./jobs.ts";

const GB = 1e9;
const allocated = (job: TrainingJob, layout: Layout) => trainingMemory(job, layout).allocated;

describe("memory of a training step, by hand", () => {
  // 10 layers of 12 x 4096^2 = 201,326,592 and 2 norms of 4096 (tp 1); two tables of 32,000 x 4096 = 131,072,000; a final norm
  const job = jobWith(shapeWith(4096, 32_000, blocks(10, 4096)));
  const params = 10 * (201_326_592 + 8192) + 2 * 131_072_000 + 4096;

  it("keeps 18 bytes a parameter: 2 of weights, 4 of gradient, 12 of optimizer", () => {
    const m = trainingMemory(job, plain);
    expect(m.weights).toBe(2 * params);
    expect(m.gradients).toBe(4 * params);
    expect(m.optimizer).toBe(12 * params);
  });

  it("shards as the ZeRO paper has it: 16, 4 + 12/64, 2 + 14/64 and 16/64 bytes, 120, 31.4, 16.6 and 1.9 GB for 7.5e9", () => {
    const shape = shapeWith(4096, 32_000, blocks(200, 4096));
    const zeroJob = { ...jobWith(shape, { gradientBytes: 2 }), states: "megatron" as const };
    const states = (zero: 0 | 1 | 2 | 3) => {
      const m = trainingMemory(zeroJob, { ...plain, dp: 64, zero });
      return (m.weights + m.gradients + m.optimizer) / (200 * (201_326_592 + 8192) + 262_148_096);
    };
    expect(states(0) * 7.5).toBeCloseTo(120, 1);
    expect(states(1) * 7.5).toBeCloseTo(31.4, 1);
    expect(states(2) * 7.5).toBeCloseTo(16.6, 1);
    // and what is gathered: two tables and two layers of 200, 2 bytes each
    const gathered = (2 * (2 * 131_072_000 + 2 * (201_326_592 + 8192))) / GB;
    expect((trainingMemory(zeroJob, { ...plain, dp: 64, zero: 3 }).weights - gathered * GB) / GB).toBeCloseTo(
      ((2 / 64) * (200 * (201_326_592 + 8192) + 262_148_096)) / GB,
      2,
    );
  });

  it("keeps 34 + 5as/h bytes per token and hidden unit with dropout and unfused attention [Korthikanti 2022]", () => {
    const unfused = {
      ...job,
      stack: { attention: "unfused", level: "research", overlap: false, year: 2022 },
    } as const;
    const m = trainingMemory(unfused, plain);
    // 2048 x 4096 x (34 + 5 x 64 x 2048 / 4096) = 1.62739e9 a layer, 64 heads
    expect(m.activations).toBeCloseTo(10 * 2048 * 4096 * (34 + (5 * 64 * 2048) / 4096), -1);
    const full = trainingMemory(unfused, { ...plain, recompute: "full" });
    // ten inputs of 2 bytes, and one layer built up again beside the loss of 12 bytes x 2048 x 32,000 + 2 x 2048 x 4096
    const loss = 2048 * (12 * 32_000 + 2 * 4096);
    expect(full.logits).toBe(loss);
    expect(full.activations).toBeCloseTo(
      10 * 2 * 2048 * 4096 + 2048 * 4096 * (32 + (5 * 64 * 2048) / 4096) - loss,
      -1,
    );
  });

  it("holds pp micro-batches on the first stage, and L (1 + (p - 1) / pv) layers where interleaved", () => {
    const deep = { ...jobWith(shapeWith(4096, 1, blocks(16, 4096))), globalBatch: 64 };
    const layer = 2048 * 4096 * 32;
    const of = (pp: number, vpp: number) => trainingMemory(deep, { ...plain, pp, vpp }).activations / layer;
    expect(of(4, 1)).toBeCloseTo(16, 9);
    expect(of(4, 2)).toBeCloseTo(16 * (1 + 3 / 8), 9);
    // two micro-batches cannot fill four stages
    expect(trainingMemory({ ...deep, globalBatch: 2 }, { ...plain, pp: 4 }).activations / layer).toBeCloseTo(
      8,
      9,
    );
  });

  it("freezes weights under LoRA, in 16 bits or 4, and trains only adapters", () => {
    const lora = trainingMemory({ ...job, method: "lora" }, plain);
    // rank 16: q, k, v, o at 2 x 4096 in and out, two MLP matrices at 4096 + 16,384
    const adapters = 10 * 16 * (4 * 8192 + 2 * 20_480);
    expect(lora.weights).toBe(2 * params + 2 * adapters);
    expect(lora.optimizer).toBe(12 * adapters);
    const qlora = trainingMemory({ ...job, method: "qlora" }, plain);
    // 4.127 bits on the blocks' matrices; tables, norms and the matrix at work, 4096 x 16,384, stand in 16
    const matrices = 10 * 201_326_592;
    const wide = params - matrices + adapters + 4096 * 16_384;
    expect(qlora.weights).toBeCloseTo((4.127 / 8) * matrices + 2 * wide, 0);
  });
});

describe("memory of the catalogue's models", async () => {
  const models = (await loadModels()).flatMap((row) => {
    const shape = shapeOf(row);
    return shape === undefined ? [] : [{ id: row.id, shape }];
  });

  it("counts every parameter once on one chip", () => {
    for (const { id, shape } of models) {
      const { weights } = trainingMemory(jobWith({ ...shape, mtpLayers: 0 }), plain);
      expect(weights / 2 / parameters(shape).total, id).toBeCloseTo(1, 6);
    }
  });

  it("is finite and positive for each, on many chips as on one", () => {
    const cut: Layout = { ...plain, tp: 2, pp: 4, vpp: 2, ep: 8, dp: 16, zero: 1, sequenceParallel: true };
    for (const { id, shape } of models)
      for (const recompute of modes)
        for (const part of Object.values(
          trainingMemory(jobWith(shape, { chips: 128 }), { ...cut, recompute }),
        )) {
          expect(Number.isFinite(part), id).toBe(true);
          expect(part, id).toBeGreaterThanOrEqual(0);
        }
  });
});

describe("laws of memory", () => {
  const never = (name: string, grow: (l: Layout, j: TrainingJob) => Layout) =>
    it(name, () =>
      fc.assert(
        fc.property(anyJob, anyLayout, (job, layout) => {
          const before = allocated(job, layout);
          expect(allocated(job, grow(layout, job))).toBeLessThanOrEqual(before * (1 + 1e-9));
        }),
        { numRuns: 500 },
      ),
    );

  never("tensor parallelism never raises it", (l) => ({ ...l, tp: 2 * l.tp }));
  never("sequence parallelism never raises it", (l) => ({ ...l, sequenceParallel: l.tp > 1 }));
  never("expert parallelism never raises it", (l) => ({ ...l, ep: 2 * l.ep }));
  never("context parallelism never raises it", (l) => ({ ...l, cp: 2 * l.cp }));
  never("a higher ZeRO stage never raises it", (l) => ({
    ...l,
    zero: Math.min(3, l.zero + 1) as Layout["zero"],
  }));
  never("more replicas to shard over never raise it", (l) => ({ ...l, dp: 2 * l.dp }));
  never("full recomputation never raises it", (l) => ({ ...l, recompute: "full" }));
  never("a smaller micro-batch never raises it", (l) =>
    l.microBatch === 1 ? l : { ...l, microBatch: l.microBatch / 2 },
  );

  it("no recomputation keeps more than none", () =>
    fc.assert(
      fc.property(anyJob, anyLayout, fc.constantFrom(...modes), (job, layout, recompute) => {
        const none = allocated(job, { ...layout, recompute: "none" });
        expect(allocated(job, { ...layout, recompute })).toBeLessThanOrEqual(none * (1 + 1e-9));
      }),
    ));

  it("longer sequences never need less", () =>
    fc.assert(
      fc.property(anyJob, anyLayout, (job, layout) => {
        expect(allocated({ ...job, seq: 2 * job.seq }, layout)).toBeGreaterThanOrEqual(
          allocated(job, layout),
        );
      }),
    ));

  it("one expert, chosen always, is a dense model", () =>
    fc.assert(
      fc.property(anyLayout, fc.boolean(), (layout, gated) => {
        const dense = blocks(24, 2048, { gated });
        const twin = jobWith(shapeWith(2048, 32_000, withExperts(dense, 1, 1)));
        const job = jobWith(shapeWith(2048, 32_000, dense));
        expect(allocated(twin, { ...layout, ep: 1 })).toBeCloseTo(allocated(job, { ...layout, ep: 1 }), 0);
      }),
    ));

  it("lies within its interval, and its parts sum", () =>
    fc.assert(
      fc.property(anyJob, anyLayout, (job, layout) => {
        const m = trainingMemory(job, layout);
        const { low, high } = memoryRange(job, layout);
        expect(low).toBeLessThanOrEqual(m.reserved);
        expect(high).toBeGreaterThanOrEqual(m.reserved);
        const { weights, gradients, optimizer, activations, logits } = m;
        expect((weights + gradients + optimizer + activations + logits) / m.allocated).toBeCloseTo(1, 9);
        expect((m.allocated + m.fragmentation + m.context) / m.reserved).toBeCloseTo(1, 9);
      }),
    ));

  it("refuses only what even the low end cannot place", () => {
    expect(memoryVerdict({ low: 70, high: 79 }, 80)).toBe("fits");
    expect(memoryVerdict({ low: 70, high: 90 }, 80)).toBe("tight");
    expect(memoryVerdict({ low: 81, high: 90 }, 80)).toBe("over");
    expect(memoryVerdict({ low: 81, high: 90 }, undefined)).toBe("fits");
  });
});
