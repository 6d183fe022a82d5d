import type { Fields } from "./config-fields.ts";
import type { LinearAttentionRow, ModelRow } from "./rows.ts";

/** Windows, chunks and sparse attention, by the list of layer types where there is one. */
export function reachOf(c: Fields, layers: number): Partial<ModelRow> {
  const topk = c.size("index_topk");
  if (topk !== undefined) {
    return {
      sparse_attention: {
        type: "dsa",
        index_n_heads: c.size("index_n_heads"),
        index_head_dim: c.size("index_head_dim"),
        topk,
      },
    };
  }
  const chunk = c.type === "llama4_text" ? c.size("attention_chunk_size") : undefined;
  if (chunk !== undefined) return { attention_chunk: chunk };
  // Qwen's classes leave the window off unless told otherwise
  const on = c.json.use_sliding_window ?? !/^(qwen|smollm)/.test(c.type);
  const window = on === false ? undefined : c.size("sliding_window");
  return window === undefined ? {} : { sliding_window: windowOf(c, window, layers) };
}

/** Every how many layers one sees all, by the families whose classes say it where the file does not. [transformers 5.18] */
const PERIODS: readonly (readonly [RegExp, number])[] = [
  [/^(gemma2|gpt_oss|vaultgemma)/, 2],
  [/^(afmoe|cohere2|cwm|exaone4|exaone_moe|granite_swa|granitemoe_swa|olmo3)/, 4],
  [/^gemma3/, 6],
];
/** What files call that number. */
const PERIOD_FIELDS = [
  "sliding_window_pattern",
  "_sliding_window_pattern",
  "layer_switch",
  "global_attn_every_n_layers",
];

function windowOf(c: Fields, window: number, layers: number): ModelRow["sliding_window"] {
  const types = c.list("layer_types");
  const letters = c.text("sliding_window_pattern");
  const usual = PERIODS.find(([family]) => family.test(c.type))?.[1];
  const period = letters?.length ?? c.size(...PERIOD_FIELDS) ?? usual;
  if (types) {
    const locals = types.filter((type) => type === "sliding_attention").length;
    if (locals === 0) return undefined;
    return locals === layers ? window : { window, full_attention_layers: layers - locals };
  }
  if (period !== undefined) return { window, pattern: `${period - 1} local : 1 global` };
  // Qwen2: the first `max_window_layers` see everything
  const first = c.flag("use_sliding_window") ? c.size("max_window_layers") : undefined;
  return first === undefined ? window : { window, full_attention_layers: Math.min(first, layers) };
}

/** The linear-attention layers of a configuration, if it has any; sizes that are missing are among its problems. */
export function linearOf(c: Fields, layers: number): LinearAttentionRow | undefined {
  const valueHeads = c.size("linear_num_value_heads");
  if (valueHeads !== undefined) {
    return {
      type: "gated_deltanet",
      ...layerSplit(layers, fullLayers(c, layers)),
      key_heads: c.required("linear-attention key heads", "linear_num_key_heads"),
      value_heads: valueHeads,
      key_head_dim: c.required("linear-attention key head", "linear_key_head_dim"),
      value_head_dim: c.required("linear-attention value head", "linear_value_head_dim"),
    };
  }
  const kda = c.part("linear_attn_config");
  const full = kda?.list("full_attn_layers");
  if (kda && full) {
    const headDim = kda.required("linear-attention head", "head_dim");
    return {
      type: "kimi_delta_attention",
      ...layerSplit(layers, full.length),
      heads: kda.required("linear-attention heads", "num_heads"),
      head_dim: headDim,
      // Kimi Linear's gate goes through a rank of one head
      ...(c.type === "kimi_linear" ? { gate_rank: headDim } : {}),
    };
  }
  const deltaHeads = c.size("linear_num_heads");
  if (deltaHeads !== undefined) {
    const headDim = c.required("linear-attention head", "linear_head_dim");
    const split = layerSplit(layers, fullLayers(c, layers));
    return {
      type: "kimi_delta_attention",
      ...split,
      heads: deltaHeads,
      head_dim: headDim,
      gate_rank: headDim,
    };
  }
  return lightningOf(c, layers);
}

/** MiniMax: lightning attention where its list has a zero, or its layer types say linear. */
function lightningOf(c: Fields, layers: number): LinearAttentionRow | undefined {
  const flags = c.list("attn_type_list");
  const types = c.type === "minimax" ? c.list("layer_types") : undefined;
  const full = types?.filter((type) => type === "full_attention") ?? flags?.filter((type) => type === 1);
  if (full === undefined || full.length >= layers) return undefined;
  return { type: "lightning", ...layerSplit(layers, full.length) };
}

function layerSplit(layers: number, full: number): { layers: number; full_attention_layers: number } {
  const capped = Math.min(full, layers);
  return { layers: layers - capped, full_attention_layers: capped };
}

function fullLayers(c: Fields, layers: number): number {
  const types = c.list("layer_types");
  if (types) return types.filter((type) => type === "full_attention").length;
  return Math.floor(layers / (c.size("full_attention_interval") ?? 4));
}

/** What one layer's attention caches, by the names that DeepSeek-V4 gives its layers; plain layers have their window alone. */
const RATIO_FIELDS: Readonly<Record<string, readonly [field: string, usual: number]>> = {
  compressed_sparse_attention: ["compress_rate_csa", 4],
  heavily_compressed_attention: ["compress_rate_hca", 128],
};

/** DeepSeek-V4: a ratio of compression for each layer, as a list or as the name of each layer. [DeepSeek-V4, section 2.3] */
export function compressedOf(c: Fields, layers: number): Partial<ModelRow> | undefined {
  const listed = c.list("compress_ratios");
  if (listed === undefined && c.type !== "deepseek_v4") return undefined;
  const rates = c.part("compress_rates");
  const named = c.list("layer_types")?.map((type) => {
    const [field, usual] = RATIO_FIELDS[String(type)] ?? [];
    return field === undefined ? 0 : (c.size(field) ?? rates?.size(String(type)) ?? usual);
  });
  // one entry more for a multi-token-prediction module is left out
  const ratios = (listed ?? named ?? []).slice(0, layers);
  const sound = ratios.every((ratio) => Number.isInteger(ratio) && Number(ratio) >= 0);
  if (ratios.length < layers || !sound || !ratios.some((ratio) => Number(ratio) > 0)) {
    c.problems.push(`compress_ratios must have a ratio for each of the ${layers} layers`);
  }
  return {
    compressed_attention: {
      q_lora_rank: c.required("rank of the queries", "q_lora_rank"),
      o_lora_rank: c.required("rank of the output", "o_lora_rank"),
      o_groups: c.required("groups of the output", "o_groups"),
      ratios: ratios.map(Number),
    },
    sliding_window: c.required("window beside the compressed entries", "sliding_window"),
  };
}

/** Kinds of layers that reach and windows cover. */
const PLAIN = new Set(["full_attention", "attention", "sliding_attention", "chunked_attention"]);

/** Kinds of layers in `layer_types` that the row does not express. */
export function strangeLayers(c: Fields, row: ModelRow): readonly string[] {
  const covered = (kind: unknown) =>
    PLAIN.has(String(kind)) || (row.linear_attention != null && kind === "linear_attention");
  if (row.layer_pattern != null || row.compressed_attention != null) return [];
  return [...new Set(c.list("layer_types")?.filter((kind) => !covered(kind)))].map(String);
}
