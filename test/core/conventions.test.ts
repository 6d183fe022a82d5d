import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadModels } from "../../src/catalog/models.ts";
import { shapeOf } from "../../src/catalog/shape.ts";
import {
  causalFlop,
  causalWithMtpFlop,
  foundryFlop,
  fullAttentionFlop,
  fullRecomputeFlop,
  maxTextFlop,
  megatron2021HardwareFlop,
  megatron2021ModelFlop,
  nonEmbeddingParams,
  palmFlop,
  parameters,
  sixN,
  trainingFlop,
  typicalShape,
} from "../../src/core/architecture.ts";

const models = await loadModels();
const shape = (id: string) => shapeOf(models.find((row) => row.id === id)!)!;

describe("FLOP conventions", () => {
  test("Megatron's 2021 formulas are the exact counts of a plain transformer", () => {
    // 96 L h^2 (1 + s/6h + V/16Lh) = 72 L h^2 + 24 L h^2 recomputed + 16 L s h + 6 h V
    for (const id of ["gpt3-175b", "mt-nlg-530b", "megatron-1t"]) {
      expect(megatron2021HardwareFlop(shape(id), 2048) / fullRecomputeFlop(shape(id), 2048)).toBeCloseTo(
        1,
        12,
      );
      expect(megatron2021ModelFlop(shape(id), 2048) / fullAttentionFlop(shape(id), 2048)).toBeCloseTo(1, 12);
    }
  });

  test("GPT-3 at 2,048: 6ND of 3.14e23 for 300B tokens, the exact causal count 2 % above it without the embedding", () => {
    const gpt3 = shape("gpt3-175b");
    expect(sixN(parameters(gpt3).total) * 300e9).toBeCloseTo(3.143e23, -20);
    // 3 x 4 x 96 x 12,288 x 1,024 of attention = 1.4496e10 on 6 x 174.6e9
    expect(trainingFlop(gpt3, 2048) / sixN(parameters(gpt3).activeMatmul)).toBeCloseTo(
      1 + 1.4496e10 / 1.0476e12,
      3,
    );
  });

  test("full attention against causal, as published comparisons have it", () => {
    const excess = (id: string, seq: number) =>
      fullAttentionFlop(shape(id), seq) / causalFlop(shape(id), seq) - 1;
    expect(excess("llama-3-8b", 8192)).toBeCloseTo(0.125, 3);
    expect(excess("llama-3-70b", 8192)).toBeCloseTo(0.072, 3);
    expect(excess("llama-3.1-405b", 8192)).toBeCloseTo(0.04, 3);
    expect(excess("qwen3-30b-a3b", 4096)).toBeCloseTo(0.21, 2);
  });

  test("torchtitan's count of Llama 3 8B is 5.4 % over the full one: the input embedding", () => {
    expect(palmFlop(shape("llama-3-8b"), 8192) / fullAttentionFlop(shape("llama-3-8b"), 8192)).toBeCloseTo(
      1.054,
      3,
    );
  });

  test("DeepSeek-V3 with its MTP module is 4 % dearer", () => {
    const v3 = shape("deepseek-v3");
    expect(causalWithMtpFlop(v3, 4096) / causalFlop(v3, 4096)).toBeCloseTo(1.041, 3);
  });

  test("llm-foundry and PaLM agree where heads fill the width; MaxText counts one embedding and half the square", () => {
    const llama = shape("llama-2-7b");
    expect(foundryFlop(llama, 4096)).toBe(palmFlop(llama, 4096));
    const table = 32_000 * 4096;
    expect(palmFlop(llama, 4096) - maxTextFlop(llama, 4096)).toBe(6 * table + 6 * 32 * 4096 * 4096);
    expect(nonEmbeddingParams(llama)).toBe(6_738_415_616 - 2 * table);
  });
});

describe("published training compute under its own convention, within 5 %", () => {
  test.each([
    // Gopher, table A26: attention counted, and the forward pass recomputed; 300B tokens
    ["gopher-280b", fullRecomputeFlop, 2048, 300e9, 6.31e23],
    // MT-NLG as Epoch summarises it: hardware FLOP; 270B tokens
    ["mt-nlg-530b", fullRecomputeFlop, 2048, 270e9, 1.17e24],
    // OPT logbook: hardware FLOP; 300B tokens
    ["opt-175b", fullRecomputeFlop, 2048, 300e9, 4.3e23],
    // Chinchilla was given Gopher's budget in model FLOP; 1.4T tokens
    ["chinchilla-70b", fullAttentionFlop, 2048, 1.4e12, 5.76e23],
  ] as const)("%s", (id, count, seq, tokens, published) => {
    expect(Math.abs((count(shape(id), seq) * tokens) / published - 1)).toBeLessThan(0.05);
  });
});

describe("a typical shape", () => {
  test("has the parameters asked for within 1 %, dense or with experts", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 6, max: 14, noNaN: true }),
        fc.double({ min: 0.02, max: 1, noNaN: true }),
        (digits, share) => {
          const params = 10 ** digits;
          expect(parameters(typicalShape(params)).total / params).toBeCloseTo(1, 1.7);
          const large = 1e8 * params ** 0.4;
          const counted = parameters(typicalShape(large, large * share));
          expect(Math.abs(counted.total / large - 1)).toBeLessThan(0.01);
          expect(Math.abs(counted.active / (large * share) - 1)).toBeLessThan(0.02);
        },
      ),
    );
  });

  test("is as wide and deep as the catalogue's dense models of its size", () => {
    const dense = models.filter(
      (row) => row.arch === "dense" && row.gated_mlp && row.params_total_computed! > 4.2e9,
    );
    const off = dense
      .map((row) => typicalShape(row.params_total_computed!).hidden / row.d_model!)
      .sort((a, b) => a - b);
    expect(off.at(Math.floor(off.length / 2))).toBeCloseTo(1, 1);
    expect(off[0]).toBeGreaterThan(0.6);
    expect(off.at(-1)).toBeLessThan(1.45);
    // Llama 3 8B itself
    expect(typicalShape(8.03e9)).toMatchObject({ hidden: 4096, vocab: 128_256, groups: [{ count: 32 }] });
  });

  test("keeps its heads divisible by its KV heads", () => {
    for (let params = 1e6; params < 1e14; params *= 1.37) {
      const attention = typicalShape(params).groups[0]!.attention;
      if (attention.kind !== "grouped") throw new Error("not grouped");
      expect(attention.heads % attention.kvHeads).toBe(0);
    }
  });
});
