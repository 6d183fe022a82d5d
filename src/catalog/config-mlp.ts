import { familyGate } from "./config-families.ts";
import type { Fields } from "./config-fields.ts";
import type { ModelRow, MoeRow } from "./rows.ts";

/** The MLP of a configuration: width, gate and experts. */
export function mlpOf(c: Fields, hidden: number, layers: number): Partial<ModelRow> {
  const gated = isGated(c);
  const field = c.size("intermediate_size", "n_inner", "ffn_dim", "ffn_hidden_size", "d_ff", "inner_dim");
  // the first Qwen writes the widths of gate and up together
  const stated = field !== undefined && c.type === "qwen" ? Math.ceil(field / 2) : field;
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
  const count = c.size(
    "n_shared_experts",
    "num_shared_experts",
    "num_shared_expert",
    "moe_num_shared_experts",
  );
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
    moe_layer_interval: c.size("decoder_sparse_step", "interleave_moe_layer_step", "moe_layer_interval") ?? 1,
  };
}
