import type { Json } from "./config-fields.ts";
import type { ModelRow, PublishedFormat } from "./rows.ts";
import { SHAPE_FIELDS } from "./shape-layers.ts";
import { isPattern } from "./shape-pattern.ts";

/** A row of the model catalogue read from elsewhere, or every reason why there is none. */
export type RowOrProblems =
  | { readonly row: ModelRow; readonly problems?: undefined }
  | { readonly row?: undefined; readonly problems: readonly string[] };

/** Sizes that may stand at the top of a row, beside the essential ones. */
const SIZES = [
  "norms_per_layer",
  "learned_pos",
  "max_position",
  "attention_chunk",
  "mtp_layers",
  "extra_params",
];
/** Parts of a row with the sizes they may and those they must state. */
const PARTS: Readonly<Record<string, { readonly must: readonly string[]; readonly may: readonly string[] }>> =
  {
    moe: {
      must: ["n_experts", "n_active", "d_ff_expert"],
      may: [
        "n_shared",
        "d_ff_shared",
        "first_dense_layers",
        "moe_layer_interval",
        "d_ff_dense",
        "expert_input_dim",
        "dense_residual_ff",
      ],
    },
    mla: {
      must: ["kv_lora_rank", "qk_nope_head_dim", "qk_rope_head_dim", "v_head_dim"],
      may: ["q_lora_rank"],
    },
    mla_full_layers: {
      must: ["kv_lora_rank", "qk_nope_head_dim", "qk_rope_head_dim", "v_head_dim"],
      may: ["q_lora_rank"],
    },
    linear_attention: {
      must: ["full_attention_layers"],
      may: ["key_heads", "value_heads", "key_head_dim", "value_head_dim", "heads", "head_dim", "gate_rank"],
    },
    sparse_attention: {
      must: [],
      may: ["index_n_heads", "index_head_dim", "topk", "block", "topk_blocks"],
    },
    state_space: {
      must: ["d_inner", "d_state", "d_conv"],
      may: ["heads", "groups", "dt_rank"],
    },
    compressed_attention: { must: ["q_lora_rank", "o_lora_rank", "o_groups"], may: [] },
  };
const STATE_SPACE_KINDS: readonly unknown[] = ["mamba", "mamba2"];
const LINEAR_KINDS: readonly unknown[] = ["gated_deltanet", "kimi_delta_attention", "lightning"];
const FORMATS: readonly unknown[] = ["fp8", "int8", "int4", "mxfp4", "nvfp4"] satisfies PublishedFormat[];
/** Sizes beyond this are typing errors or attacks; parameters that no rule explains may be more. */
const LARGEST = 1e9;
const MOST_EXTRA = 1e15;
/** Ten thousand times all text there is. */
const MOST_TOKENS = 1e18;
/** No model has a tenth of this; a shape is built layer by layer. */
const MOST_LAYERS = 10_000;

/** A row written by hand: complete, or the list of what is missing or wrong. */
export function modelOfRow(json: Json, id: string): RowOrProblems {
  const problems = SHAPE_FIELDS.flatMap((field) => required(json, field, field));
  for (const field of SIZES) problems.push(...optional(json, field, field));
  for (const part in PARTS) problems.push(...partProblems(json[part], part));
  problems.push(...reachProblems(json));
  if (json.published_format != null && !FORMATS.includes(json.published_format)) {
    problems.push(`published_format must be one of ${FORMATS.join(", ")}`);
  }
  const { training_tokens: tokens } = json;
  if (tokens != null && !isSize(tokens, MOST_TOKENS))
    problems.push("training_tokens must be a positive integer");
  const own = typeof json.id === "string" ? json.id : id;
  const row = {
    ...json,
    id: own,
    name: typeof json.name === "string" ? json.name : own,
  } as unknown as ModelRow;
  if (problems.length === 0) problems.push(...inconsistencies(row));
  return problems.length > 0 ? { problems } : { row };
}

function partProblems(part: unknown, name: string): string[] {
  if (part === undefined || part === null) return [];
  if (!isRecord(part)) return [`${name} must be an object`];
  const { must, may } = PARTS[name]!;
  return [
    ...must.flatMap((field) => required(part, field, `${name}.${field}`)),
    ...may.flatMap((field) => optional(part, field, `${name}.${field}`)),
  ];
}

/** Windows, kinds of linear attention and compression ratios: what is not a plain size. */
function reachProblems(json: Json): string[] {
  const problems: string[] = [];
  const { sliding_window: window, linear_attention: linear, compressed_attention: compressed } = json;
  if (isRecord(window)) {
    problems.push(...required(window, "window", "sliding_window.window"));
    problems.push(...optional(window, "full_attention_layers", "sliding_window.full_attention_layers"));
    const { pattern } = window;
    if (pattern != null && typeof pattern !== "string") problems.push("sliding_window.pattern must be text");
  } else problems.push(...optional(json, "sliding_window", "sliding_window"));
  if (isRecord(linear) && !LINEAR_KINDS.includes(linear.type)) {
    problems.push(`linear_attention.type must be one of ${LINEAR_KINDS.join(", ")}`);
  }
  const { state_space: stateSpace, layer_pattern: pattern } = json;
  if (isRecord(stateSpace) && !STATE_SPACE_KINDS.includes(stateSpace.type)) {
    problems.push(`state_space.type must be one of ${STATE_SPACE_KINDS.join(", ")}`);
  }
  if (pattern != null && !isPattern(pattern)) {
    problems.push("layer_pattern must say what each layer is, in the letters M, *, P, -, E");
  } else if (/[MP]/.test(String(pattern ?? "")) && !isRecord(stateSpace)) {
    problems.push("state_space is missing, and layer_pattern has layers of it");
  }
  if (isRecord(compressed)) {
    const { ratios } = compressed;
    const sound =
      Array.isArray(ratios) &&
      ratios.length > 0 &&
      ratios.every((ratio) => ratio === 0 || isSize(ratio, LARGEST)) &&
      ratios.some(Boolean);
    if (!sound)
      problems.push("compressed_attention.ratios must be a list of integers, one at least positive");
  }
  return problems;
}

/** Heads that do not divide, more experts used than there are, more layers than any model has. */
export function inconsistencies(row: ModelRow): string[] {
  const { n_heads: heads, n_kv_heads: kvHeads, n_layers: layers, moe } = row;
  const problems: string[] = [];
  if (heads && kvHeads && heads % kvHeads !== 0) {
    problems.push(`${kvHeads} key-value heads do not divide ${heads} attention heads`);
  }
  if (layers && layers > MOST_LAYERS) problems.push(`${layers} layers are more than ${MOST_LAYERS}`);
  if (moe?.n_active && moe.n_experts && moe.n_active > moe.n_experts) {
    problems.push(`${moe.n_active} active experts of ${moe.n_experts}`);
  }
  return problems;
}

function required(json: Json, field: string, name: string): string[] {
  if (json[field] === undefined || json[field] === null) return [`${name} is missing`];
  return isSize(json[field], LARGEST) ? [] : [`${name} must be a positive integer`];
}

/** Zero is how a row says that it has none. */
function optional(json: Json, field: string, name: string): string[] {
  const value = json[field];
  if (value === undefined || value === null || value === 0) return [];
  const most = field === "extra_params" ? MOST_EXTRA : LARGEST;
  return isSize(value, most) ? [] : [`${name} must be a positive integer`];
}

function isSize(value: unknown, most: number): boolean {
  return typeof value === "number" && Number.isInteger(value) && value > 0 && value <= most;
}

function isRecord(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
