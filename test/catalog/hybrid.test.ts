import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { modelOfConfig, modelOfJson } from "../../src/catalog/config.ts";
import { shapeOf } from "../../src/catalog/shape.ts";
import {
  forwardFlop,
  kvBytesPerToken,
  kvFixedBytes,
  layerCount,
  parameters,
} from "../../src/core/architecture.ts";
import { adapterCount } from "../../src/core/training/adapters.ts";

/** Configurations abridged to what gives the shape. */
const folder = new URL("./hybrids/", import.meta.url);
const config = (id: string) => JSON.parse(readFileSync(new URL(`${id}.json`, folder), "utf8"));
const rowOf = (id: string) => modelOfConfig(config(id), id).row!;
const shaped = (id: string) => shapeOf(rowOf(id))!;

/**
 * Parameters in 1e9, all and active, that the model cards and technical reports give, to the digits they give; none active where they leave
 * embeddings out.
 */
const PUBLISHED: Readonly<Record<string, readonly [total: string, active?: string]>> = {
  "bamba-9b": ["9.78"],
  "deepseek-v4-flash": ["284"],
  "falcon-h1-34b": ["33.6"],
  "falcon-h1-7b": ["7.59"],
  "granite-4.0-h-micro": ["3.19"],
  "granite-4.0-h-small": ["32.2", "9"],
  "granite-4.0-h-tiny": ["6.94"],
  "jamba-1.5-large": ["399", "94"],
  "jamba-v0.1": ["51.6", "12"],
  "kimi-linear-48b-a3b": ["49.1", "3"],
  "nemotron-3-nano-30b-a3b": ["31.6", "3.6"],
  "nemotron-h-8b": ["8.10"],
  "nemotron-nano-9b-v2": ["8.89"],
  "qwen3-next-80b-a3b": ["79.67"],
};

describe("a hybrid's configuration gives the published parameters", () => {
  const ids = readdirSync(folder).map((file) => file.replace(/\.json$/, ""));
  test.each(ids)("%s", (id) => {
    const { total, active, routed } = parameters(shaped(id));
    const [whole, used] = PUBLISHED[id]!;
    const digits = (text: string) => text.split(".")[1]?.length ?? 0;
    expect((total / 1e9).toFixed(digits(whole))).toBe(whole);
    if (used !== undefined) expect((active / 1e9).toFixed(digits(used))).toBe(used);
    expect(active < total).toBe(routed > 0);
    expect(rowOf(id).unread).toBeUndefined();
  });

  test("and the row it becomes is read back as itself", () => {
    for (const id of ids)
      expect(modelOfJson(JSON.parse(JSON.stringify(rowOf(id))), id)).toEqual({ row: rowOf(id) });
  });
});

/** DeepSeek-V4's names of layers, by ratio. */
const NAMES: Readonly<Record<number, string>> = {
  0: "sliding_attention",
  4: "compressed_sparse_attention",
  128: "heavily_compressed_attention",
};

describe("what grows with the context, and what does not", () => {
  test("only attention layers cache tokens; state-space layers keep a state", () => {
    // Nemotron-H-8B: 4 attention layers of 8 K/V heads of 128; 24 states of 128 heads x 64 x 128
    expect(kvBytesPerToken(shaped("nemotron-h-8b"), 2)).toBe(4 * 2 * 8 * 128 * 2);
    expect(kvFixedBytes(shaped("nemotron-h-8b"), 2)).toBe(24 * 128 * 64 * 128 * 4);
    // Falcon-H1: both in each of the 44 layers
    expect(kvBytesPerToken(shaped("falcon-h1-7b"), 2)).toBe(44 * 2 * 2 * 128 * 2);
    expect(kvFixedBytes(shaped("falcon-h1-7b"), 2)).toBe(44 * 24 * 128 * 256 * 4);
    // Jamba: one layer in eight is attention, states of 16 in 8,192 channels
    expect(kvBytesPerToken(shaped("jamba-v0.1"), 2)).toBe(4 * 2 * 8 * 128 * 2);
    expect(kvFixedBytes(shaped("jamba-v0.1"), 2)).toBe(28 * 8192 * 16 * 4);
  });

  test("DeepSeek-V4 caches compressed entries, one vector for K and V, and the indexer's keys where entries overlap", () => {
    // 21 layers keep an entry every 4 tokens with a key of 128 beside, 20 one every 128; all 43 the last 128 tokens
    const [fine, coarse] = [(512 + 128) / 4, 512 / 128];
    expect(kvBytesPerToken(shaped("deepseek-v4-flash"), 2)).toBe(2 * (21 * fine + 20 * coarse));
    expect(kvFixedBytes(shaped("deepseek-v4-flash"), 2)).toBe(2 * 128 * (21 * 640 + 22 * 512));
    const { compress_ratios: ratios, ...rest } = config("deepseek-v4-flash");
    const types = (ratios as number[]).slice(0, 43).map((ratio) => NAMES[ratio]);
    expect(modelOfConfig({ ...rest, layer_types: types }, "deepseek-v4-flash").row).toEqual(
      rowOf("deepseek-v4-flash"),
    );
  });

  test("matmul work is twice what multiplies a token: norms, convolutions and decays apart", () => {
    for (const id of Object.keys(PUBLISHED)) {
      const { linear, logits } = forwardFlop(shaped(id), 4096);
      const ratio = (linear + logits) / (2 * parameters(shaped(id)).activeMatmul);
      expect(ratio).toBeGreaterThan(0.995);
      expect(ratio).toBeLessThanOrEqual(1);
    }
  });

  test("a block that lacks a mixer or an MLP has no adapters there", () => {
    const rank = 16;
    const of = (pattern: string) => {
      const row = { ...rowOf("nemotron-h-8b"), layer_pattern: pattern };
      return adapterCount(shapeOf(row)!, rank);
    };
    // two matrices of 4,096 x 21,504
    expect(of("-")).toBe(rank * 2 * (4096 + 21_504));
    expect(of("M-")).toBe(of("M") + of("-"));
    expect(of("*")).toBeGreaterThan(0);
  });

  test("a mixer and the MLP after it are one block", () => {
    // Nemotron-H-8B: 52 layers are 28 mixers and 24 MLPs; each MLP follows a mixer
    expect(layerCount(shaped("nemotron-h-8b"))).toBe(28);
    expect(layerCount(shaped("jamba-v0.1"))).toBe(32);
  });
});

describe("what the families leave to their class", () => {
  const { mamba_dt_rank: _, ...jamba } = config("jamba-v0.1");
  test("the rank of Mamba's step is a sixteenth of the width", () => {
    const rank = (change: object) => modelOfConfig({ ...jamba, ...change }, "x").row?.state_space?.dt_rank;
    expect([rank({}), rank({ mamba_dt_rank: "auto" }), rank({ mamba_dt_rank: 160 })]).toEqual([
      256, 256, 160,
    ]);
  });

  test("a list of layer types says what a pattern says", () => {
    const { hybrid_override_pattern: pattern, ...nemotron } = config("nemotron-3-nano-30b-a3b");
    const names: Readonly<Record<string, string>> = { M: "mamba", "*": "attention", E: "moe", "-": "mlp" };
    const types = [...String(pattern)].map((letter) => names[letter]);
    const { num_hidden_layers: layers, ...listed } = { ...nemotron, layers_block_type: types };
    expect(modelOfConfig(listed, "x").row).toMatchObject({ layer_pattern: pattern, n_layers: layers });
  });

  test("linear attention by the types of layers, as newer files have it", () => {
    const { linear_attn_config: kda, ...kimi } = config("kimi-linear-48b-a3b");
    const full = new Set<number>(kda.full_attn_layers);
    const types = Array.from({ length: 27 }, (_, i) =>
      full.has(i + 1) ? "full_attention" : "linear_attention",
    );
    const sizes = { layer_types: types, linear_num_heads: kda.num_heads, linear_head_dim: kda.head_dim };
    expect(modelOfConfig({ ...kimi, ...sizes }, "kimi-linear-48b-a3b").row).toEqual(
      rowOf("kimi-linear-48b-a3b"),
    );
    const { attn_type_list: flags, ...minimax } = config("../configs/minimax-m1");
    const kinds = (flags as number[]).map((flag) => (flag === 1 ? "full_attention" : "linear_attention"));
    const renamed = { ...minimax, model_type: "minimax", layer_types: kinds };
    expect(modelOfConfig(renamed, "../configs/minimax-m1").row).toEqual(rowOf("../configs/minimax-m1"));
  });

  test("experts work on a latent where there is one", () => {
    const latent = { ...config("nemotron-3-nano-30b-a3b"), moe_latent_size: 1344 };
    const fewer = parameters(shaped("nemotron-3-nano-30b-a3b")).routed / 2;
    expect(parameters(shapeOf(modelOfConfig(latent, "x").row!)!).routed).toBe(fewer);
  });
});

describe("a hybrid that does not add up is refused", () => {
  test.each([
    [
      "nemotron-h-8b",
      { num_hidden_layers: 50 },
      "hybrid_override_pattern has 52 layers, num_hidden_layers 50",
    ],
    [
      "nemotron-h-8b",
      { hybrid_override_pattern: "M-X" },
      "hybrid_override_pattern must say what each layer is (M, *, -, E)",
    ],
    ["nemotron-h-8b", { ssm_state_size: null }, "state missing (ssm_state_size)"],
    ["granite-4.0-h-tiny", { layer_types: ["mamba", "novel"] }, /^layer_types must say what each layer is/],
    [
      "deepseek-v4-flash",
      { compress_ratios: [4, 128] },
      "compress_ratios must have a ratio for each of the 43 layers",
    ],
    [
      "deepseek-v4-flash",
      { compress_ratios: null },
      "compress_ratios must have a ratio for each of the 43 layers",
    ],
    ["deepseek-v4-flash", { o_groups: null }, "groups of the output missing (o_groups)"],
    ["jamba-v0.1", { attn_layer_period: null }, "layers missing (attn_layer_period)"],
    ["bamba-9b", { mamba_n_heads: -1 }, "mamba_n_heads must be a positive integer, not -1"],
    ["bamba-9b", { model_type: "mamba2" }, /^model_type "mamba2" has state-space layers alone/],
  ])("%s with %j", (id, change, sentence) => {
    expect(modelOfConfig({ ...config(id), ...change }, "x").problems?.[0]).toMatch(sentence);
  });

  test("in a row as well", () => {
    const row = { ...rowOf("nemotron-h-8b") } as Record<string, unknown>;
    const problems = (change: object) => modelOfJson({ ...row, ...change }, "x").problems;
    expect(problems({ layer_pattern: "MA" })).toEqual([
      "layer_pattern must say what each layer is, in the letters M, *, P, -, E",
    ]);
    expect(problems({ state_space: null })).toEqual([
      "state_space is missing, and layer_pattern has layers of it",
    ]);
    expect(problems({ state_space: { type: "s4", d_inner: 1, d_conv: 4 } })).toEqual([
      "state_space.d_state is missing",
      "state_space.type must be one of mamba, mamba2",
    ]);
  });
});
