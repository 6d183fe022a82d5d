import { describe, expect, it } from "vitest";
import type { Layout } from "../../../src/core/training/job.ts";
import { FAULT_TEXT, type LayoutFault, layoutFault, layoutRules } from "../../../src/core/training/layout.ts";
import { blocks, jobWith, plain, shapeWith, withExperts } from "./jobs.ts";

// 126 layers, 128 heads, 8 groups of keys and values: Llama 3.1 405B
const llama = jobWith(
  shapeWith(16_384, 128_256, blocks(126, 16_384, { heads: 128, kvHeads: 8, width: 53_248, gated: true })),
  { chips: 16_384, seq: 8192, globalBatch: 2048 },
);
const published: Layout = { ...plain, tp: 8, pp: 16, cp: 1, dp: 128, zero: 1, sequenceParallel: true };

describe("validity of a layout", () => {
  const faultOf = (change: Partial<Layout>, job = llama): LayoutFault | undefined =>
    layoutFault(layoutRules(job), { ...published, ...change });

  it("takes the published layout of Llama 3.1 405B, plain and interleaved over 128 places", () => {
    expect(faultOf({})).toBeUndefined();
    expect(faultOf({ vpp: 8 })).toBeUndefined();
  });

  it.each<[LayoutFault, Partial<Layout>]>([
    ["chips", { dp: 64 }],
    ["tp-heads", { tp: 256, dp: 4 }],
    ["tp-kv-heads", { tp: 4 }],
    ["cp-seq", { cp: 128, dp: 1 }],
    ["ep-dense", { ep: 2 }],
    // 126 layers over 48 places take three rounds, 144 places: 18 would stand empty
    ["vpp-layers", { vpp: 3 }],
    ["vpp-without-pp", { pp: 1, vpp: 2, dp: 2048 }],
    ["batch", { microBatch: 32 }],
    ["vpp-batch", { vpp: 8, microBatch: 2 }],
    ["shard-without-zero3", { shardGroup: 8 }],
    ["shard-group", { zero: 3, shardGroup: 3 }],
  ])("says %s", (fault, change) => {
    const job =
      fault === "tp-kv-heads"
        ? {
            ...llama,
            chips: 8192,
            shape: shapeWith(16_384, 1000, blocks(126, 16_384, { heads: 128, kvHeads: 6, width: 53_248 })),
          }
        : fault === "cp-seq"
          ? { ...llama, seq: 8192 + 128 }
          : llama;
    expect(faultOf(change, job)).toBe(fault);
    expect(FAULT_TEXT[fault].length).toBeGreaterThan(10);
  });

  it("counts layers against stages", () => {
    const job = jobWith(shapeWith(1024, 1000, blocks(10, 1024)), { chips: 7 });
    // ten layers over seven stages would be five stages of two and two empty ones
    expect(layoutFault(layoutRules(job), { ...plain, pp: 7 })).toBe("pp-layers");
    expect(layoutFault(layoutRules({ ...job, chips: 16 }), { ...plain, pp: 16 })).toBe("pp-layers");
    expect(layoutFault(layoutRules({ ...job, chips: 2 }), { ...plain, tp: 2, sequenceParallel: true })).toBe(
      undefined,
    );
    expect(layoutFault(layoutRules({ ...job, chips: 1 }), { ...plain, sequenceParallel: true })).toBe(
      "sp-without-tp",
    );
  });

  it("lets experts spread over tensor, context and data ranks together", () => {
    const job = jobWith(shapeWith(1024, 1000, withExperts(blocks(8, 1024), 64, 4)), { chips: 16 });
    const of = (ep: number) => layoutFault(layoutRules(job), { ...plain, tp: 2, dp: 8, ep });
    expect(of(16)).toBeUndefined();
    expect(of(32)).toBe("ep-replicas");
    expect(of(128)).toBe("ep-experts");
  });
});
