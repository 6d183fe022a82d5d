import { familyGate } from "./config-families.ts";
import type { Fields } from "./config-fields.ts";
import type { LinearAttentionRow, ModelRow, MoeRow } from "./rows.ts";

/** Attention of a configuration: heads, biases, reach, and the kinds that are not plain softmax. */
export function attentionOf(c: Fields, hidden: number, heads: number, layers: number): Partial<ModelRow> {
  const mla = mlaOf(c);
  const headDim = mla
    ? mla.qk_nope_head_dim + mla.qk_rope_head_dim
    : (c.size("head_dim", "attention_head_dim", "kv_channels") ?? wholeHeads(c, hidden, heads));
  const linear = linearOf(c, layers);
  const everywhere = mla && !linear ? { mla } : {};
  return {
    n_kv_heads: keyValueHeads(c, heads),
    head_dim: headDim,
    ...biasesOf(c),
    qk_norm: qkNormOf(c),
    attention_output_gate: c.flag("attn_output_gate") || c.type === "qwen3_next",
    ...(linear ? { linear_attention: linear, ...(mla ? { mla_full_layers: mla } : {}) } : everywhere),
    ...reachOf(c, layers),
  };
}

/** Width over heads, which must then be whole. */
function wholeHeads(c: Fields, hidden: number, heads: number): number {
  if (hidden % heads !== 0)
    c.problems.push(`head_dim is missing, and ${heads} heads do not divide ${hidden}`);
  return Math.max(1, Math.round(hidden / heads));
}

function keyValueHeads(c: Fields, heads: number): number {
  // Falcon: one shared head in the first generation, a field of its own in the second
  if (c.json.new_decoder_architecture !== true && c.flag("multi_query")) return 1;
  const grouped = c.size("num_key_value_heads", "num_kv_heads", "n_head_kv", "kv_n_heads", "n_kv_heads");
  return grouped ?? (c.flag("multi_query_attention") ? (c.size("multi_query_group_num") ?? 1) : heads);
}

/** Types with biases on every linear layer, and those with biases on q, k and v alone, though no field says so. */
const BIASED = /^(gpt2|gpt_bigcode|opt|bloom|gpt_neox|phi|starcoder2)$/;
const QKV_BIASED = /^qwen2/;

function biasesOf(c: Fields): Partial<ModelRow> {
  const everywhere = BIASED.test(c.type) ? c.json.use_bias !== false : c.flag("bias");
  const attention = c.flag("attention_bias", "use_qkv_bias", "add_qkv_bias", "qkv_bias");
  return {
    linear_bias: everywhere,
    qkv_bias: attention || QKV_BIASED.test(c.type),
    // GLM-4.5 puts its attention bias on q, k and v alone
    o_bias: c.flag("attention_bias") && !c.type.startsWith("glm"),
    attn_sinks: c.type === "gpt_oss",
  };
}

function qkNormOf(c: Fields): string | undefined {
  if (/^(qwen3|gemma3)/.test(c.type)) return "per_head";
  if (/^(cohere|minimax|olmo2)/.test(c.type))
    return c.type === "olmo2" || c.flag("use_qk_norm") ? "full" : undefined;
  return c.flag("use_qk_norm", "qk_layernorm") && c.type !== "llama4_text" ? "per_head" : undefined;
}

function mlaOf(c: Fields) {
  const kvRank = c.size("kv_lora_rank");
  if (kvRank === undefined) return undefined;
  return {
    q_lora_rank: c.size("q_lora_rank") ?? null,
    kv_lora_rank: kvRank,
    qk_nope_head_dim: c.required("MLA head", "qk_nope_head_dim"),
    qk_rope_head_dim: c.required("MLA rotary head", "qk_rope_head_dim"),
    v_head_dim: c.required("MLA value head", "v_head_dim"),
  };
}

/** Windows, chunks and sparse attention, by the list of layer types where there is one. */
function reachOf(c: Fields, layers: number): Partial<ModelRow> {
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
  const window = c.json.use_sliding_window === false ? undefined : c.size("sliding_window");
  return window === undefined ? {} : { sliding_window: windowOf(c, window, layers) };
}

function windowOf(c: Fields, window: number, layers: number): ModelRow["sliding_window"] {
  const types = c.list("layer_types");
  const period = c.size("sliding_window_pattern", "_sliding_window_pattern");
  if (types) {
    const locals = types.filter((type) => type === "sliding_attention").length;
    if (locals === 0) return undefined;
    return locals === layers ? window : { window, full_attention_layers: layers - locals };
  }
  if (period !== undefined) return { window, pattern: `${period - 1} local : 1 global` };
  if (/^gemma2/.test(c.type)) return { window, pattern: "alternating 1:1" };
  if (/^gemma3/.test(c.type)) return { window, pattern: "5 local : 1 global" };
  // Qwen2: the first `max_window_layers` see everything
  const first = c.flag("use_sliding_window") ? c.size("max_window_layers") : undefined;
  return first === undefined ? window : { window, full_attention_layers: Math.min(first, layers) };
}

function linearOf(c: Fields, layers: number): LinearAttentionRow | undefined {
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

/** The MLP of a configuration: width, gate and experts. */
export function mlpOf(c: Fields, hidden: number, layers: number): Partial<ModelRow> {
  const gated = isGated(c);
  const stated = c.size("intermediate_size", "n_inner", "ffn_dim", "ffn_hidden_size", "d_ff", "inner_dim");
  const moe = moeOf(c, stated, layers);
  // plain transformers leave four times the width unsaid
  const plain = gated ? undefined : (c.size("expansion_ratio") ?? 4) * hidden;
  const width = stated ?? moe?.d_ff_expert ?? plain;
  if (!width) c.problems.push("MLP width missing (intermediate_size, n_inner, ffn_dim, ffn_hidden_size)");
  return { d_ff: width ?? 1, gated_mlp: gated, ...(moe ? { moe } : {}) };
}

/** Where the activation is written, by the families. */
const ACTIVATIONS = ["hidden_act", "activation_function", "hidden_activation", "activation"];

/**
 * Whether the MLP has a gate: the family says, since configurations leave the activation out where it is their class's default.
 * Of a family not known the activation says, where it is one that only ever comes gated (SiLU) or is named by its gate.
 */
function isGated(c: Fields): boolean {
  const act = ACTIVATIONS.map((field) => c.json[field]).find((value) => typeof value === "string");
  const family = familyGate(c.type);
  const part = c.json.ffn_type ?? c.json.mlp_type;
  // MPT and StarCoder2 may be had either way
  if (typeof part === "string" && /glu|^gated$/i.test(part)) return true;
  if (family !== undefined) return family;
  if (/silu|swish|glu/i.test(String(act))) return true;
  c.problems.push(
    `model_type "${c.type}" is not known, and ${act === undefined ? "hidden_act is missing" : `hidden_act "${act}"`}: whether its MLP is gated does not show`,
  );
  return false;
}

function moeOf(c: Fields, dense: number | undefined, layers: number): Partial<MoeRow> | undefined {
  const experts = c.size("n_routed_experts", "num_local_experts", "num_experts", "moe_num_experts");
  if (experts === undefined || experts < 2) return undefined;
  const active = c.required(
    "experts per token",
    "num_experts_per_tok",
    "num_experts_per_token",
    "experts_per_token",
    "num_selected_experts",
    "moe_top_k",
    "moe_topk",
    "moe_k",
  );
  const width = c.size("moe_intermediate_size") ?? dense;
  const latent = c.size("moe_latent_size");
  if (!width) c.problems.push("expert width missing (moe_intermediate_size, intermediate_size)");
  return {
    n_experts: experts,
    n_active: active,
    d_ff_expert: width ?? 1,
    ...(latent === undefined ? {} : { expert_input_dim: latent }),
    ...sharedExperts(c),
    ...moeLayers(c, layers),
    router_bias:
      /^(gpt_oss|glm4_moe|nemotron_h)$/.test(c.type) ||
      c.json.topk_method === "noaux_tc" ||
      c.flag("use_routing_bias"),
    expert_bias: c.type === "gpt_oss",
  };
}

function sharedExperts(c: Fields): Partial<MoeRow> {
  if (c.type === "llama4_text") return { n_shared: 1, d_ff_dense: c.size("intermediate_size_mlp") };
  const width = c.size(
    "shared_expert_intermediate_size",
    "shared_intermediate_size",
    "moe_shared_expert_intermediate_size",
  );
  const count = c.size("n_shared_experts", "num_shared_experts", "moe_num_shared_experts");
  if (width === undefined) return { n_shared: count ?? 0 };
  // Qwen gates its shared expert
  return { n_shared: count ?? 1, d_ff_shared: width, shared_gate: /^qwen/.test(c.type) };
}

/** Leading dense layers and the interval of MoE layers; a list of what each layer is counts its leading dense ones. */
function moeLayers(c: Fields, layers: number): Partial<MoeRow> {
  const kinds = c.list("moe_layer_freq") ?? c.list("mlp_layer_types");
  const leading = kinds?.findIndex((kind) => kind !== 0 && kind !== "dense");
  const first = leading ?? c.size("first_k_dense_replace", "moe_layer_start_index") ?? 0;
  return {
    first_dense_layers: Math.min(Math.max(first, 0), layers),
    moe_layer_interval: c.size("decoder_sparse_step", "interleave_moe_layer_step") ?? 1,
  };
}
