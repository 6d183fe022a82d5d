import type { Fields } from "./config-fields.ts";
import type { ModelRow, StateSpaceRow } from "./rows.ts";
import { isPattern } from "./shape-pattern.ts";

/** Attention and state-space layers of a hybrid: their order, the mixer, and what its family adds. */
type Hybrid = Partial<ModelRow> & { readonly layer_pattern: string; readonly state_space: StateSpaceRow };

/** Hybrids with state-space layers, by `model_type`; undefined where the family has none. */
export function hybridOf(c: Fields, hidden: number): Hybrid | undefined {
  return isHybrid(c.type) ? FAMILIES[c.type]!(c, hidden) : undefined;
}

/** Whether a configuration's `model_type` is a hybrid's that is read layer by layer. */
export function isHybrid(type: string): boolean {
  return Object.hasOwn(FAMILIES, type);
}

const FAMILIES: Readonly<Record<string, (c: Fields, hidden: number) => Hybrid>> = {
  bamba: bambaOf,
  falcon_h1: falconOf,
  granitemoehybrid: graniteOf,
  jamba: jambaOf,
  nemotron_h: nemotronOf,
};

/** Layers are a mixer or an MLP alone. [Nemotron-H, section 2] */
function nemotronOf(c: Fields): Hybrid {
  const pattern = c.text("hybrid_override_pattern") ?? lettersOf(c, "layers_block_type");
  const inner =
    c.required("state-space heads", "mamba_num_heads") * c.required("state-space head", "mamba_head_dim");
  return {
    layer_pattern: patternFrom(c, pattern, "hybrid_override_pattern", c.size("num_hidden_layers")),
    state_space: {
      type: "mamba2",
      d_inner: inner,
      heads: c.size("mamba_num_heads") ?? 1,
      d_state: c.required("state", "ssm_state_size"),
      d_conv: c.required("convolution", "conv_kernel"),
      groups: c.size("n_groups") ?? 1,
      conv_bias: c.json.use_conv_bias !== false,
      proj_bias: c.flag("use_bias", "mamba_proj_bias"),
      gate_norm: true,
    },
  };
}

/** Mamba with norms on step, B and C; attention and experts in periods of their own. [Jamba, section 3] */
function jambaOf(c: Fields, hidden: number): Hybrid {
  const layers = c.size("num_hidden_layers") ?? 1;
  const isAttention = periodically(c, "attn_layer_period", "attn_layer_offset");
  const isExpert = periodically(c, "expert_layer_period", "expert_layer_offset");
  const routed = (c.size("num_experts") ?? 1) > 1;
  const rank = c.json.mamba_dt_rank === "auto" ? Math.ceil(hidden / RANK_SHARE) : c.size("mamba_dt_rank");
  const pattern = perLayer(layers, (i) => (isAttention(i) ? "*" : "M") + (routed && isExpert(i) ? "E" : "-"));
  return {
    layer_pattern: pattern,
    state_space: {
      type: "mamba",
      d_inner: (c.size("mamba_expand") ?? 2) * hidden,
      d_state: c.required("state", "mamba_d_state"),
      d_conv: c.required("convolution", "mamba_d_conv"),
      dt_rank: rank ?? Math.ceil(hidden / RANK_SHARE),
      conv_bias: c.json.mamba_conv_bias !== false,
      proj_bias: c.flag("mamba_proj_bias"),
      inner_norms: true,
    },
  };
}

/** `auto`: a sixteenth of the width. [Mamba, section 3.6] */
const RANK_SHARE = 16;

/** Attention and state-space heads side by side in every layer. [Falcon-H1, section 2] */
function falconOf(c: Fields, hidden: number): Hybrid {
  return {
    layer_pattern: "P-".repeat(c.size("num_hidden_layers") ?? 1),
    state_space: mamba2Of(
      c,
      c.size("mamba_d_ssm") ?? (c.size("mamba_expand") ?? 2) * hidden,
      c.flag("mamba_rms_norm"),
    ),
  };
}

function bambaOf(c: Fields, hidden: number): Hybrid {
  const full = c.list("attn_layer_indices") ?? [];
  const listed = lettersOf(c, "layer_types");
  const layers = c.size("num_hidden_layers") ?? 1;
  return {
    layer_pattern: perLayer(layers, (i) =>
      (listed?.[i] ?? (full.includes(i) ? "*" : "M")) === "*" ? "*-" : "M-",
    ),
    state_space: mamba2Of(c, (c.size("mamba_expand") ?? 2) * hidden, true),
  };
}

/** Granite 4: the MLP of every layer is the shared one, with experts beside it where there are any. */
function graniteOf(c: Fields, hidden: number): Hybrid {
  const layers = c.size("num_hidden_layers");
  const mixers = patternFrom(
    c,
    lettersOf(c, "layer_types") ?? lettersOf(c, "layers_block_type"),
    "layer_types",
    layers,
  );
  const routed = c.size("num_local_experts") !== undefined;
  const shared = routed ? undefined : c.size("shared_intermediate_size");
  return {
    layer_pattern: mixers.replace(/./g, `$&${routed ? "E" : "-"}`),
    state_space: mamba2Of(c, (c.size("mamba_expand") ?? 2) * hidden, true),
    ...(shared === undefined ? {} : { d_ff: shared }),
  };
}

/** Mamba-2 under the names that Bamba, Falcon-H1 and Granite share. */
function mamba2Of(c: Fields, inner: number, gateNorm: boolean): StateSpaceRow {
  return {
    type: "mamba2",
    d_inner: inner,
    heads: c.required("state-space heads", "mamba_n_heads"),
    d_state: c.required("state", "mamba_d_state"),
    d_conv: c.required("convolution", "mamba_d_conv"),
    groups: c.size("mamba_n_groups") ?? 1,
    conv_bias: c.json.mamba_conv_bias !== false,
    proj_bias: c.flag("mamba_proj_bias"),
    gate_norm: gateNorm,
  };
}

/** Names of layers and the letters of Nemotron-H's patterns. */
const LETTERS: Readonly<Record<string, string>> = {
  mamba: "M",
  linear_attention: "M",
  attention: "*",
  full_attention: "*",
  mlp: "-",
  moe: "E",
};

/** A list of layer names in letters; undefined where there is none, or it has a name not known. */
function lettersOf(c: Fields, field: string): string | undefined {
  const letters = c.list(field)?.map((name) => LETTERS[String(name)]);
  return letters?.every((letter) => letter !== undefined) ? letters.join("") : undefined;
}

function patternFrom(c: Fields, text: unknown, field: string, layers: number | undefined): string {
  if (!isPattern(text)) c.problems.push(`${field} must say what each layer is (M, *, -, E)`);
  else if (layers !== undefined && text.length !== layers) {
    c.problems.push(`${field} has ${text.length} layers, num_hidden_layers ${layers}`);
  } else return text;
  return "M";
}

/** Layers `offset`, `offset + period`, and so on. */
function periodically(c: Fields, period: string, offset: string): (layer: number) => boolean {
  const every = c.required("layers", period);
  const first = c.size(offset) ?? 0;
  return (i) => i % every === first;
}

function perLayer(layers: number, letters: (layer: number) => string): string {
  return Array.from({ length: Math.min(layers, MOST_LAYERS) }, (_, i) => letters(i)).join("");
}

/** More are refused elsewhere; a list of them must not fill memory. */
const MOST_LAYERS = 10_000;
