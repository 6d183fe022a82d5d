import { attentionOf } from "./config-attention.ts";
import { refusedKind } from "./config-families.ts";
import { defaultedFields, type Fields, fieldsOf, type Json } from "./config-fields.ts";
import { formatOf } from "./config-format.ts";
import { hybridOf, isHybrid } from "./config-hybrid.ts";
import { mlpOf } from "./config-mlp.ts";
import { strangeLayers } from "./config-reach.ts";
import { inconsistencies, modelOfRow, type RowOrProblems } from "./config-row.ts";
import { unreadFields } from "./config-unread.ts";
import type { ModelRow } from "./rows.ts";

/** A Hugging Face config.json, or a row in the shape of the model catalogue: whichever the fields say it is. */
export function modelOfJson(json: Json, id: string): RowOrProblems {
  const isRow = !("model_type" in json || "architectures" in json) && "n_layers" in json && "d_model" in json;
  return isRow ? modelOfRow(json, id) : modelOfConfig(json, id);
}

/**
 * A Hugging Face config.json, mapped field by field; what the configuration classes imply without a field (biases of Qwen2, the
 * four norms of Gemma 2) comes from `model_type`. Fields that look as if they change the shape and are not read are listed.
 */
export function modelOfConfig(json: Json, id: string): RowOrProblems {
  const c = fieldsOf(json);
  const unsupported = unsupportedKind(c);
  if (unsupported) return { problems: [unsupported] };
  const hidden = c.required("hidden width", "hidden_size", "n_embd", "d_model");
  const heads = c.required("attention heads", "num_attention_heads", "n_head", "n_heads");
  const listed = c.text("hybrid_override_pattern")?.length ?? c.list("layers_block_type")?.length;
  const counted = c.size(...LAYER_COUNTS) ?? listed;
  const layers = counted ?? c.required("layers", ...LAYER_COUNTS);
  const vocab = c.required("vocabulary", "vocab_size", "padded_vocab_size");
  const row: ModelRow = {
    id,
    name: id,
    n_layers: layers,
    d_model: hidden,
    n_heads: heads,
    vocab_size: vocab,
    ...normOf(c),
    ...embeddingsOf(c),
    ...attentionOf(c, hidden, heads, layers),
    ...mlpOf(c, hidden, layers),
    ...hybridOf(c, hidden),
    published_format: formatOf(c),
    mtp_layers: c.size("num_nextn_predict_layers", "mtp_num_hidden_layers", "num_mtp_modules"),
  };
  const strange = strangeLayers(c, row);
  if (strange.length > 0)
    c.problems.push(`layer_types has layers that are not understood: ${strange.join(", ")}`);
  const problems = [...c.problems, ...(c.problems.length === 0 ? inconsistencies(row) : [])];
  if (problems.length > 0) return { problems };
  const unread = unreadFields(c);
  const defaulted = defaultedFields(json);
  return {
    row: {
      ...row,
      ...(unread.length > 0 ? { unread } : {}),
      ...(defaulted === undefined ? {} : { defaulted }),
    },
  };
}

const LAYER_COUNTS = ["num_hidden_layers", "n_layer", "n_layers", "num_layers"];

/** Fields of state-space layers: only the families that `hybridOf` knows may have them. */
const STATE_SPACE = [
  "ssm_cfg",
  "mamba_d_state",
  "mamba_num_heads",
  "hybrid_override_pattern",
  "time_mix_extra_dim",
];

function unsupportedKind(c: Fields): string | undefined {
  const refused = refusedKind(c.json, c.type);
  if (refused !== undefined) return refused;
  if (c.flag("use_cla")) return "keys and values that layers share (use_cla) are not supported";
  const field = STATE_SPACE.find((name) => c.json[name] != null);
  if (field === undefined || isHybrid(c.type)) return undefined;
  return `state-space layers (${field}) are not supported in a model of model_type "${c.type}"`;
}

/** Types with RMSNorms whose epsilon is not called so. */
const RMS_NORMED = /^(qwen|chatglm|nemotron_h)$/;

/** RMSNorm by its epsilon, LayerNorm otherwise; Cohere, MPT and DBRX have no bias in it. */
function normOf(c: Fields): Partial<ModelRow> {
  const norm = c.json.rms_norm_eps != null || RMS_NORMED.test(c.type) ? "rmsnorm" : "layernorm";
  const biasless = c.json.no_bias === true || /^(cohere|mpt|dbrx)/.test(c.type);
  const sole = /^(phi|cohere|cohere2|gptj)$/.test(c.type) || isSingleNormFalcon(c);
  return {
    norm: norm === "layernorm" && biasless ? "layernorm_nobias" : norm,
    norms_per_layer: /^(gemma[23]|grok)/.test(c.type) ? 4 : sole ? 1 : 2,
    emb_norm: c.type === "bloom",
  };
}

/** Parallel attention and MLP behind one norm; the newer decoder has two again. */
function isSingleNormFalcon(c: Fields): boolean {
  return c.json.parallel_attn === true && c.json.new_decoder_architecture !== true;
}

/** Types whose configuration class ties the embeddings unless told otherwise. */
const TIED_BY_DEFAULT = /^(gpt2|gpt_bigcode|opt|bloom|falcon$|mpt|gemma|cohere|RefinedWeb)/;

function embeddingsOf(c: Fields): Partial<ModelRow> {
  const tied = c.json.tie_word_embeddings ?? TIED_BY_DEFAULT.test(c.type);
  const positions = c.size(
    "max_position_embeddings",
    "n_positions",
    "max_seq_len",
    "max_sequence_length",
    "seq_length",
    "model_max_length",
  );
  // OPT keeps two rows before the first position
  const learned = /^(gpt2|gpt_bigcode)$/.test(c.type)
    ? positions
    : c.type === "opt"
      ? (positions ?? 0) + 2
      : 0;
  return {
    tied_embeddings: tied === true,
    max_position: positions,
    learned_pos: learned ?? 0,
    lm_head_bias: c.type === "phi" || c.type === "gptj",
  };
}
