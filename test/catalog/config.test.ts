import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { modelOfConfig, modelOfJson } from "../../src/catalog/config.ts";
import { loadModels } from "../../src/catalog/models.ts";
import { shapeOf } from "../../src/catalog/shape.ts";
import {
  kvAllocatedBytesPerToken,
  kvBytesPerToken,
  kvFixedBytes,
  parameters,
} from "../../src/core/architecture.ts";

const models = await loadModels();
const folder = new URL("./configs/", import.meta.url);
const config = (id: string) => JSON.parse(readFileSync(new URL(`${id}.json`, folder), "utf8"));
const ids = readdirSync(folder).map((file) => file.replace(/\.json$/, ""));
const problems = (json: Record<string, unknown>) => modelOfConfig(json, "x").problems;

describe("a Hugging Face config gives the parameters and the cache of the catalogue's row", () => {
  test.each(ids)("%s", (id) => {
    const row = models.find((model) => model.id === id)!;
    const read = modelOfJson(config(id), id);
    expect(read.problems).toBeUndefined();
    const [ours, theirs] = [shapeOf(row)!, shapeOf(read.row!)!];
    expect(parameters(theirs)).toEqual(parameters(ours));
    expect(kvBytesPerToken(theirs, 2)).toBe(kvBytesPerToken(ours, 2));
    expect(kvFixedBytes(theirs, 2)).toBe(kvFixedBytes(ours, 2));
    expect(kvAllocatedBytesPerToken(theirs, 2)).toBe(kvAllocatedBytesPerToken(ours, 2));
    expect(theirs.mtpLayers).toBe(ours.mtpLayers);
    expect(read.row?.unread).toBeUndefined();
  });

  test.each(ids)("%s, its activation left to the default of its class", (id) => {
    const { hidden_act, activation_function, hidden_activation, ...rest } = config(id);
    expect(modelOfJson(rest, id).row).toEqual(modelOfJson(config(id), id).row);
  });

  test("Gemma 3 as published: what the file leaves out is its class's, and said so", () => {
    // google/gemma-3-4b-it: the text model's sizes, and no vocabulary, heads or norm
    const published = {
      architectures: ["Gemma3ForConditionalGeneration"],
      model_type: "gemma3",
      text_config: {
        hidden_size: 2560,
        intermediate_size: 10240,
        model_type: "gemma3_text",
        num_hidden_layers: 34,
        rope_scaling: { factor: 8.0, rope_type: "linear" },
        sliding_window: 1024,
      },
      vision_config: { hidden_size: 1152, num_hidden_layers: 27 },
    };
    const { row, problems } = modelOfConfig(published, "gemma-3-4b");
    expect(problems).toBeUndefined();
    expect(row!.defaulted!.of).toBe("Gemma3TextConfig");
    expect(row!.defaulted!.fields).toContain("vocab_size 262208");
    expect(row!.defaulted!.fields).not.toContain("sliding_window 4096");
    // 64 rows of 2,560 more than the catalogue's, which counts the tokenizer's 262,144
    const ours = shapeOf(models.find(({ id }) => id === "gemma-3-4b")!)!;
    expect(parameters(shapeOf(row!)!).total - parameters(ours).total).toBe(64 * 2560);
    expect(kvBytesPerToken(shapeOf(row!)!, 2)).toBe(kvBytesPerToken(ours, 2));
    // other families state theirs, or are refused
    const llama = { ...config("llama-3-8b"), vocab_size: undefined };
    expect(modelOfConfig(llama, "x").problems?.join()).toMatch(/vocabulary missing/);
  });

  test("windows are those of the family's class where the file leaves them out", () => {
    const window = (model_type: string, more: object = {}) =>
      modelOfConfig({ ...config("llama-3-8b"), model_type, sliding_window: 4096, ...more }, "x").row
        ?.sliding_window;
    expect(window("mistral")).toBe(4096);
    expect(window("gpt_oss")).toEqual({ window: 4096, pattern: "1 local : 1 global" });
    expect(window("cohere2")).toEqual({ window: 4096, pattern: "3 local : 1 global" });
    expect(window("cohere2", { layer_switch: 8 })).toEqual({ window: 4096, pattern: "7 local : 1 global" });
    expect(window("qwen3")).toBeUndefined();
    expect(window("qwen3", { use_sliding_window: true })).toBe(4096);
  });

  test("a size may be written for every layer, where all are alike", () => {
    const read = (experts: unknown) =>
      modelOfConfig(
        { ...config("qwen3-30b-a3b"), model_type: "hunyuan_v1_moe", num_experts_per_tok: experts },
        "x",
      );
    expect(read([8, 8, 8]).row?.moe?.n_active).toBe(8);
    expect(read([8, 4]).problems).toEqual(["num_experts_per_tok must be a positive integer, not [8,4]"]);
  });

  test("the first Qwen's MLP is half as wide as its file says", () => {
    const qwen = {
      model_type: "qwen",
      hidden_size: 4096,
      intermediate_size: 22016,
      num_hidden_layers: 32,
      num_attention_heads: 32,
      kv_channels: 128,
      vocab_size: 151936,
      layer_norm_epsilon: 1e-6,
      no_bias: true,
    };
    // Qwen-7B as its checkpoint counts
    expect(parameters(shapeOf(modelOfConfig(qwen, "x").row!)!).total).toBe(7_721_324_544);
  });

  test("a pattern of windows may be letters", () => {
    const window = (pattern: unknown) =>
      modelOfConfig({ ...config("llama-3-8b"), sliding_window: 4096, sliding_window_pattern: pattern }, "x")
        .row?.sliding_window;
    expect(window("LLLG")).toEqual({ window: 4096, pattern: "3 local : 1 global" });
    expect(window("LLLG")).toEqual(window(4));
  });

  test("a family not known is gated where its activation only ever comes so", () => {
    const novel = { ...config("llama-3-8b"), model_type: "novel" };
    expect(modelOfConfig(novel, "x").row).toEqual(modelOfConfig(config("llama-3-8b"), "x").row);
  });
});

describe("what is missing is listed", () => {
  test("all of it at once, with the names a field may have", () => {
    expect(problems({ model_type: "llama", hidden_size: 4096, rms_norm_eps: 1e-5 })).toEqual([
      "attention heads missing (num_attention_heads, n_head, n_heads)",
      "layers missing (num_hidden_layers, n_layer, n_layers, num_layers)",
      "vocabulary missing (vocab_size, padded_vocab_size)",
      "MLP width missing (intermediate_size, n_inner, ffn_dim, ffn_hidden_size)",
    ]);
    expect(problems({})).toContain("hidden width missing (hidden_size, n_embd, d_model)");
  });

  const llama = config("llama-3-8b");
  test.each([
    [{ hidden_size: "4096" }, 'hidden_size must be a positive integer, not "4096"'],
    [{ num_hidden_layers: -1 }, "num_hidden_layers must be a positive integer, not -1"],
    [{ vocab_size: 1e300 }, "vocab_size must be a positive integer, not 1e+300"],
    [{ num_key_value_heads: 3 }, "3 key-value heads do not divide 32 attention heads"],
    [
      { num_attention_heads: 30, num_key_value_heads: 30 },
      "head_dim is missing, and 30 heads do not divide 4096",
    ],
    [{ num_hidden_layers: 1e8 }, "100000000 layers are more than 10000"],
    [{ num_experts: 8, num_experts_per_tok: 9 }, "9 active experts of 8"],
    [{ kv_lora_rank: 512 }, "MLA head missing (qk_nope_head_dim)"],
    [{ num_experts: 64, intermediate_size: 1 }, /^experts per token missing/],
    [
      { layer_types: ["full_attention", "conv", "linear_attention"] },
      "layer_types has layers that are not understood: conv, linear_attention",
    ],
    [{ is_encoder_decoder: true }, "encoder-decoder models are not supported"],
    [
      { mamba_d_state: 128 },
      'state-space layers (mamba_d_state) are not supported in a model of model_type "llama"',
    ],
    [
      { model_type: "bert" },
      'model_type "bert" is an encoder, and only models that generate text are supported',
    ],
    [{ architectures: ["EsmForMaskedLM"] }, /is an encoder/],
    [{ use_cla: true }, "keys and values that layers share (use_cla) are not supported"],
    [
      { model_type: "zamba2" },
      'model_type "zamba2" has blocks whose weights several layers share, which is not supported',
    ],
    [
      { model_type: "novel", hidden_act: undefined },
      'model_type "novel" is not known, and hidden_act is missing: whether its MLP is gated does not show',
    ],
    [{ model_type: "novel", hidden_act: "relu2" }, /hidden_act "relu2": whether its MLP is gated/],
  ])("%j", (change, sentence) => {
    expect(problems({ ...llama, ...change })?.[0]).toMatch(sentence);
  });

  test("fields that may change the shape and are not understood are listed, others ignored", () => {
    const read = (more: object) => modelOfConfig({ ...llama, ...more }, "x").row;
    expect(read({ future_field: { a: 1 }, rope_scaling: [] })).toEqual(read({}));
    expect(read({ altup_sizes: [0, 4, 128], index_share_rate: 2, mlp_only_layers: [0, 1] })?.unread).toEqual([
      "altup_sizes",
      "index_share_rate",
      "mlp_only_layers",
    ]);
    expect(read({ index_share_rate: 0, mlp_only_layers: [] })?.unread).toBeUndefined();
  });
});

describe("a row in the catalogue's own shape", () => {
  const row = { ...models.find((model) => model.id === "mixtral-8x7b")! } as Record<string, unknown>;

  test("is taken as it is", () => {
    const read = modelOfJson({ ...row, id: "mine", name: undefined }, "file");
    expect(read.row).toMatchObject({ id: "mine", name: "mine", n_layers: 32 });
    expect(parameters(shapeOf(read.row!)!).total).toBe(46_702_792_704);
  });

  test("lists what it lacks", () => {
    const { vocab_size: _, ...rest } = row;
    expect(modelOfJson({ ...rest, n_heads: 2.5, moe: { n_experts: 8 } }, "file").problems).toEqual([
      "n_heads must be a positive integer",
      "vocab_size is missing",
      "moe.n_active is missing",
      "moe.d_ff_expert is missing",
    ]);
    expect(modelOfJson({ ...row, sliding_window: { window: 4096, pattern: 3 } }, "file").problems).toEqual([
      "sliding_window.pattern must be text",
    ]);
  });
});

test("every shipped row with a shape passes as a user's own", () => {
  for (const row of models.filter(shapeOf)) {
    expect([row.id, modelOfJson({ ...row }, "file").problems]).toEqual([row.id, undefined]);
  }
});

test("whatever a file holds, the answer is a shape of finite sizes or a list of problems", () => {
  const hybrids = readdirSync(new URL("./hybrids/", import.meta.url)).map((file) =>
    config(`../hybrids/${file.slice(0, -".json".length)}`),
  );
  const bases = [...ids.map(config), ...hybrids, ...models.filter(shapeOf)] as Record<string, unknown>[];
  const fields = [...new Set(bases.flatMap((base) => Object.keys(base)))];
  const junk = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom(0, -1, 1.5, 1e300, null, "8", [], {}, true, [1, 0], ["full_attention"]),
    fc.integer({ min: 1, max: 64 }),
  );
  const changes = fc.dictionary(fc.constantFrom(...fields), junk, { maxKeys: 3 });
  fc.assert(
    fc.property(fc.constantFrom(...bases), changes, (base, change) => {
      const read = modelOfJson({ ...base, ...change }, "file");
      if (read.problems) return read.problems.length > 0;
      const { total, active, activeMatmul } = parameters(shapeOf(read.row)!);
      return [total, active, activeMatmul, kvBytesPerToken(shapeOf(read.row)!, 2)].every(Number.isFinite);
    }),
    { numRuns: 2000 },
  );
});
