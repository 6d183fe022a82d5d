import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadModels } from "../../src/catalog/models.ts";
import { shapeOf } from "../../src/catalog/shape.ts";
import {
  forwardFlop,
  frozenTrainingFlop,
  keysPerQuery,
  kvAllocatedBytesPerToken,
  kvBytes,
  kvBytesPerToken,
  kvFixedBytes,
  mtpFlop,
  parameters,
  trainingFlop,
  weightBytes,
} from "../../src/core/architecture.ts";

const models = await loadModels();
const shape = (id: string) => shapeOf(models.find((row) => row.id === id)!)!;
const shapes = models.flatMap((row) => shapeOf(row) ?? []);

describe("KV cache", () => {
  test.each([
    // 80 layers x 2 x 8 heads x 128 x 2 bytes
    ["llama-3-70b", 327_680, 0, 327_680],
    // 61 layers x (512 + 64) x 2 bytes
    ["deepseek-v3", 70_272, 0, 70_272],
    // 18 full layers x 2 x 8 x 64 x 2 bytes grow; 18 windows of 128 stay; an engine with uniform pages gives all 36 layers
    ["gpt-oss-120b", 36_864, 18 * 128 * 2048, 73_728],
    // 32 windowed layers of 4096 tokens x 2 x 8 x 128 x 2 bytes
    ["mistral-7b", 0, 32 * 4096 * 4096, 131_072],
    // 15 full layers x 2 x 2 x 256 x 2 bytes; 45 states of 64 x 128 x 128 in fp32
    ["qwen3.5-397b-a17b", 30_720, 45 * 64 * 128 * 128 * 4, 30_720],
    // DeepSeek-V3 plus one indexer key of 128 a layer
    ["deepseek-v3.2", 61 * (576 + 128) * 2, 0, 61 * (576 + 128) * 2],
  ])("%s", (id, growing, fixed, allocated) => {
    expect(kvBytesPerToken(shape(id), 2)).toBe(growing);
    expect(kvFixedBytes(shape(id), 2)).toBe(fixed);
    expect(kvAllocatedBytesPerToken(shape(id), 2)).toBe(allocated);
  });

  test("a long sequence holds what grows plus what is fixed; a short one has its windows part filled", () => {
    const oss = shape("gpt-oss-120b");
    expect(kvBytes(oss, 10_000, 2)).toBe(10_000 * kvBytesPerToken(oss, 2) + kvFixedBytes(oss, 2));
    expect(kvBytes(oss, 64, 2)).toBe(64 * kvAllocatedBytesPerToken(oss, 2));
  });

  test("more tokens never need fewer bytes, and the engine never allocates less than is needed", () => {
    fc.assert(
      fc.property(fc.constantFrom(...shapes), fc.integer({ min: 1, max: 1e6 }), (s, tokens) => {
        expect(kvBytes(s, tokens + 1, 2)).toBeGreaterThanOrEqual(kvBytes(s, tokens, 2));
        const states = kvFixedBytes(s, 0);
        expect(kvBytes(s, tokens, 2)).toBeLessThanOrEqual(
          tokens * kvAllocatedBytesPerToken(s, 2) + states + Math.max(0, kvFixedBytes(s, 2) - states),
        );
      }),
    );
  });
});

describe("FLOP per token", () => {
  test("Llama 3 8B at 8,192, from the matrices", () => {
    const flop = forwardFlop(shape("llama-3-8b"), 8192);
    // per layer q,o 2 x 4096^2, k,v 2 x 4096 x 1024, MLP 3 x 4096 x 14336; two FLOP a weight
    expect(flop.linear).toBe(32 * 2 * (2 * 4096 ** 2 + 2 * 4096 * 1024 + 3 * 4096 * 14336));
    // 4 x 4096 per key, 4,096 keys on average
    expect(flop.attention).toBe(32 * 4 * 4096 * 4096);
    expect(flop.logits).toBe(2 * 4096 * 128_256);
    expect(flop.total).toBe(flop.linear + flop.attention + flop.logits);
    expect(forwardFlop(shape("llama-3-8b"), 8192, "full").attention).toBe(2 * flop.attention);
  });

  test("without attention, training costs six times the matmul parameters, but for norms and biases", () => {
    for (const s of shapes) {
      const flop = forwardFlop(s, 1);
      const sixN = 6 * parameters(s).activeMatmul;
      expect(3 * (flop.linear + flop.logits)).toBeLessThanOrEqual(sixN);
      // the largest rest: the relative-position projections of Gopher and Chinchilla
      expect(3 * (flop.linear + flop.logits)).toBeGreaterThan(0.92 * sixN);
    }
  });

  test("6ND is within a tenth of the exact count for dense models of 1B and more at 2,048 tokens", () => {
    const dense = shapes.filter(
      (s) => parameters(s).active === parameters(s).total && parameters(s).total > 1e9,
    );
    const ratios = dense.map((s) => trainingFlop(s, 2048) / (6 * parameters(s).active));
    expect(ratios.length).toBeGreaterThan(50);
    // Hoffmann 2022, table A4 finds 0.99 to 1.10 from 73M to 6.8B with full attention
    for (const ratio of ratios) expect(Math.abs(ratio - 1)).toBeLessThan(0.1);
  });

  test("a window reads as many keys as its square and triangle hold", () => {
    // s = 4, w = 2: queries see 1, 2, 2, 2 keys; without the half token of the diagonal (4 x 2 - 2 x 2 / 2) / 4
    expect(keysPerQuery({ window: 2 }, 4, "causal")).toBe(1.5);
    expect(keysPerQuery({ window: 8 }, 4, "causal")).toBe(2);
    expect(keysPerQuery({ chunk: 4 }, 10, "causal")).toBe((16 + 16 + 4) / 20);
    expect(keysPerQuery({ topk: 2048 }, 131_072, "full")).toBe(2048);
    expect(keysPerQuery({ compression: 4, window: 128, topk: 512 }, 8192, "full")).toBe(128 + 512);
    expect(keysPerQuery({ compression: 128, window: 128 }, 8192, "full")).toBe(128 + 64);
  });

  test("a longer sequence is never cheaper, causal never dearer than full, frozen weights never dearer than training", () => {
    fc.assert(
      fc.property(fc.constantFrom(...shapes), fc.integer({ min: 1, max: 1e6 }), (s, seq) => {
        const causal = forwardFlop(s, seq).total;
        // per token, chunks make the average dip where a new chunk begins; a whole sequence only grows
        expect((seq + 1) * forwardFlop(s, seq + 1).total).toBeGreaterThan(seq * causal);
        expect(forwardFlop(s, seq, "full").total).toBeGreaterThanOrEqual(causal);
        expect(trainingFlop(s, seq)).toBe(3 * causal);
        expect(frozenTrainingFlop(s, seq)).toBeLessThan(3 * causal);
      }),
    );
  });

  test("the MTP module of DeepSeek-V3 costs one MoE block, a 2d x d join and the head", () => {
    // its parameters: 11.5e9 stored, of which 1.6e9 work on a token beside the 0.9e9 of the head
    const flop = mtpFlop(shape("deepseek-v3"), 4096);
    expect(flop).toBeGreaterThan(2 * 1.4e9);
    expect(flop).toBeLessThan(2 * 2.0e9);
    expect(mtpFlop(shape("llama-3-8b"), 4096)).toBe(0);
  });
});

test("weights at two bytes, and quantised with 16-bit embeddings", () => {
  const llama = shape("llama-3-8b");
  expect(weightBytes(llama, 2)).toBe(2 * 8_030_261_248);
  // embeddings 2 x 128,256 x 4096 stay at two bytes
  expect(weightBytes(llama, 1, 2)).toBe(8_030_261_248 + 2 * 128_256 * 4096);
});
