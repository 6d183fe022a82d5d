import type { Json } from "./config-fields.ts";

/**
 * What a configuration's `model_type` says and no field does. Whether an MLP has a gate is read from the module definitions of
 * Hugging Face transformers 5.18 (gate_proj or gate_up_proj beside up and down), and of the models' own code where they bring it.
 */

/** Families whose MLPs have a gate: three matrices. */
const GATED =
  /^(afmoe|aquila|baichuan|bamba|bailing|bitnet|chatglm|cohere|cwm|dbrx|deepseek|diffllama|dots1|ernie4|exaone|falcon_h1|flex_olmo|gemma|glm|gpt_oss|granite|grok|helium|hunyuan|hy_v3|hyperclovax|internlm|jamba|kimi|llama|mellum|mimo|minicpm|minimax|ministral|mistral|mixtral|olmo|phi3|phi4|phimoe|qwen|seed_oss|smollm3|solar|stablelm|step|vaultgemma|xverse|yi|youtu)/i;
/** Families whose MLPs have none: two matrices. */
const PLAIN =
  /^(apertus|arcee|biogpt|bloom|codegen|falcon|gpt2|gpt_bigcode|gpt_neo|gpt_neox|gptj|jais2|mpt|nanochat|nemotron|nemotron_h|opt|persimmon|phi|refinedweb|refinedwebmodel|starcoder2|xglm)$/i;
/** Encoders, and what is no language model: their shape has no decode, and no key-value cache. */
const ENCODER =
  /^(albert|bert|big_bird|camembert|canine|clip|convbert|deberta|distilbert|dinov|electra|ernie$|esm|eurobert|flaubert|funnel|layoutlm|longformer|megatron-bert|mobilebert|modernbert$|mpnet|neobert|new$|nezha|nomic_bert|rembert|roberta|roc_bert|roformer|siglip|squeezebert|vit|wav2vec2|xlm-roberta)/;

/** Families with a part that no shape here can express, and which. */
const INEXPRESSIBLE: readonly (readonly [RegExp, string])[] = [
  [/^arctic/, "a dense model beside the experts of each layer"],
  [/^(deci|nemotron-nas)/, "blocks that each have a shape of their own (block_configs)"],
  [/^(gemma3n|gemma4)/, "embeddings of each layer and caches that layers share"],
  [/^(falcon_mamba|mamba|rwkv|xlstm)/, "state-space layers alone, without attention (Mamba, RWKV)"],
  [/^(griffin|recurrent_gemma|olmo_hybrid)/, "convolutional or recurrent layers"],
  [/^jetmoe/, "experts of attention"],
  [/^longcat/, "two attentions a layer and experts that do nothing"],
  [/^mllama/, "layers of cross-attention"],
  [/^zamba/, "blocks whose weights several layers share"],
];

/** A family whose published files leave out what is its class's default. */
interface ClassDefaults {
  readonly name: string;
  readonly types: RegExp;
  readonly fields: Json;
}

const CLASS_DEFAULTS: readonly ClassDefaults[] = [
  {
    name: "Gemma3TextConfig",
    types: /^gemma3(_text)?$/,
    fields: {
      vocab_size: 262_208,
      num_attention_heads: 8,
      num_key_value_heads: 4,
      head_dim: 256,
      max_position_embeddings: 131_072,
      rms_norm_eps: 1e-6,
      sliding_window: 4096,
    },
  },
];

/** The fields that a configuration leaves to its class, and the name of that class; undefined where it leaves none. */
export function classDefaults(json: Json): Pick<ClassDefaults, "name" | "fields"> | undefined {
  const known = CLASS_DEFAULTS.find(({ types }) => types.test(String(json.model_type)));
  const left = Object.entries(known?.fields ?? {}).filter(([field]) => json[field] === undefined);
  return known === undefined || left.length === 0
    ? undefined
    : { name: known.name, fields: Object.fromEntries(left) };
}

/** Whether the family's MLPs are gated; undefined where the family is not known. */
export function familyGate(type: string): boolean | undefined {
  if (PLAIN.test(type)) return false;
  return GATED.test(type) ? true : undefined;
}

/** Why no model of this kind can be read; undefined where it may be. */
export function refusedKind(json: Json, type: string): string | undefined {
  const [architecture] = Array.isArray(json.architectures) ? json.architectures : [];
  if (json.is_encoder_decoder === true) return "encoder-decoder models are not supported";
  if (ENCODER.test(type) || /ForMaskedLM$/.test(String(architecture))) {
    return `model_type "${type}" is an encoder, and only models that generate text are supported`;
  }
  const part = INEXPRESSIBLE.find(([family]) => family.test(type))?.[1];
  return part === undefined ? undefined : `model_type "${type}" has ${part}, which is not supported`;
}
