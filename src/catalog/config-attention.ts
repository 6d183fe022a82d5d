import type { Fields } from "./config-fields.ts";
import { compressedOf, linearOf, reachOf } from "./config-reach.ts";
import type { ModelRow } from "./rows.ts";

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
    ...compressedOf(c, layers),
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
const QKV_BIASED = /^qwen(2|$)/;

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
