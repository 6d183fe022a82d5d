import { type Fields, isRecord } from "./config-fields.ts";

/** Words of fields that give a shape its sizes. */
const SHAPE =
  /(altup|blocks?|compress|conv|dim|expand|experts?|ffn|groups?|heads?|hidden|index|inner|intermediate|interval|layers?|laurel|lora|mamba|memory|offset|pattern|period|rank|rates?|ratios?|repeat|shared|size|ssm|state|width)(_|$|s_)/;
/** Words of fields that do not, though they hold such a word too: training, sampling, other modalities, positions. */
const HARMLESS =
  /(alibi|dropout|drop_rate|init|_ids?$|token_(id|index)|pretraining|parallel|loss|aux|scaling|scale|factor|chunk_size|cache|_eps|epsilon|rope|rotary|yarn|position|max_seq|logit|softcap|act$|act_fn|norm_topk|topk_method|router|summary|label|vision|image|video|audio|speech|text_config|patch|projector|mm_|temporal|spatial|cls_|quantiz|torch|dtype|version|bias$|use_|output_|time_step|swiglu|kernels?$|window|_tp$|ep_size|batch|bos_|eos_|memory_efficient)/;
/** Fields that matter only beside others, or repeat them: groups that routing picks among, widths written twice, positions. */
const REPEATED = new Set([
  "n_group",
  "topk_group",
  "num_expert_group",
  "max_window_layers",
  "layer_switch",
  "order_of_interleaved_layers",
  "n_ctx",
  "seq_length",
  "initial_context_length",
  "no_rope_layers",
  "no_rope_layer_interval",
  "nope_layer_interval",
  "layer_types",
  "layers_block_type",
  "head_dim",
  "qk_head_dim",
  "n_routed_experts",
  "num_hash_layers",
  "word_embed_proj_dim",
  "linear_conv_kernel_dim",
  "expand",
  "mamba_expand",
  "mamba_d_head",
  "moe_layer_freq",
  "moe_layers",
  "moe_layer_end_index",
  "num_key_value_groups",
  "mlp_layer_types",
  "attn_config",
  "ffn_config",
]);

/** Fields that look as if they change the shape, are switched on, and were not asked for. */
export function unreadFields(c: Fields): readonly string[] {
  const names = Object.keys(c.json).filter(
    (name) =>
      SHAPE.test(name) &&
      !HARMLESS.test(name) &&
      !REPEATED.has(name) &&
      !c.asked.has(name) &&
      hasWeight(c.json[name]),
  );
  return names.sort();
}

/** A size above one, a list or a part that is not empty; zero, one and false are how most switches are off. */
function hasWeight(value: unknown): boolean {
  if (typeof value === "number") return value > 1;
  if (Array.isArray(value)) return value.length > 0;
  return typeof value === "string" ? /^[^a-z]{4,}$/.test(value) : isRecord(value);
}
