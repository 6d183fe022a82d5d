import type { Attention, BlockGroup, GroupedAttention, Mlp, ModelShape, Reach } from "../core/shape.ts";
import type { LinearAttentionRow, MlaRow, ModelRow, MoeRow } from "./rows.ts";

/** Fields without which a row has no shape. */
export const SHAPE_FIELDS = [
  "n_layers",
  "d_model",
  "n_heads",
  "n_kv_heads",
  "head_dim",
  "d_ff",
  "vocab_size",
] as const;

/** Llama 4: every fourth layer sees the whole context, the others their chunk. */
const CHUNKED_PERIOD = 4;
/** Taps of the short convolution before a linear-attention layer's state (Gated DeltaNet, Kimi Delta Attention). */
const CONV_TAPS = 4;

type Sized = ModelRow & Readonly<Record<(typeof SHAPE_FIELDS)[number], number>>;

/** Shape of a model row; undefined where the row does not state one (rumoured models). */
export function shapeOf(row: ModelRow): ModelShape | undefined {
  if (!isSized(row)) return undefined;
  const norm = normParams(row);
  return {
    hidden: row.d_model,
    vocab: row.vocab_size,
    tiedEmbeddings: row.tied_embeddings === true,
    learnedPositions: row.learned_pos ?? 0,
    finalNormParams: norm * (row.emb_norm ? 2 : 1) + (row.lm_head_bias ? row.vocab_size : 0),
    mtpLayers: row.mtp_layers ?? 0,
    ...(row.max_position ? { maxPosition: row.max_position } : {}),
    groups: groupsOf(row, (row.norms_per_layer ?? 2) * norm),
  };
}

function isSized(row: ModelRow): row is Sized {
  return SHAPE_FIELDS.every((field) => typeof row[field] === "number");
}

/** A LayerNorm has a gain and a bias; RMSNorm and a LayerNorm without bias have a gain. */
function normParams(row: Sized): number {
  return row.norm === "layernorm" ? 2 * row.d_model : row.d_model;
}

/** Walks the layers and counts the distinct pairs of attention and MLP. */
function groupsOf(row: Sized, norms: number): BlockGroup[] {
  const attentions = attentionsOf(row);
  const mlps = mlpsOf(row);
  const groups = new Map<string, BlockGroup>();
  for (let layer = 0; layer < row.n_layers; layer++) {
    const a = attentions.kindOf(layer);
    const m = mlps.kindOf(layer);
    const key = `${a}/${m}`;
    const count = (groups.get(key)?.count ?? 0) + 1;
    groups.set(key, { count, attention: attentions.kinds[a]!, mlp: mlps.kinds[m]!, normParams: norms });
  }
  return [...groups.values()];
}

/** The distinct kinds of a layer part, and which one a layer has. */
interface Layers<T> {
  readonly kinds: readonly T[];
  kindOf(layer: number): number;
}

function attentionsOf(row: Sized): Layers<Attention> {
  const reach = reachOf(row);
  const plain = softmaxAttention(row, reach.everywhere);
  const extra = (row.extra_params ?? 0) / row.n_layers;
  const full = extra > 0 ? { ...plain, extraParams: plain.extraParams + extra } : plain;
  const linear = row.linear_attention;
  if (linear) {
    const isFull = spread(linear.full_attention_layers, row.n_layers);
    return { kinds: [full, linearAttention(row, linear)], kindOf: (i) => (isFull(i) ? 0 : 1) };
  }
  if (row.compressed_attention) {
    const kinds = row.compressed_attention.ratios.map((ratio, i) => compressedAttention(row, ratio, i === 0));
    return { kinds, kindOf: (i) => i % kinds.length };
  }
  if (!reach.local) return { kinds: [full], kindOf: () => 0 };
  const { local, isGlobal } = reach;
  return { kinds: [full, { ...full, ...local }], kindOf: (i) => (isGlobal(i) ? 0 : 1) };
}

type LayerTest = (layer: number) => boolean;

/** `count` of `layers`, evenly, the last layer among them. */
function spread(count: number, layers: number): LayerTest {
  return (i) => Math.floor(((i + 1) * count) / layers) > Math.floor((i * count) / layers);
}

/** The last `globals` layers of each `locals + globals`. */
function periodic(locals: number, globals: number): LayerTest {
  return (i) => i % (locals + globals) >= locals;
}

interface RowReach {
  /** Reach of every layer, or of the global ones. */
  readonly everywhere: Reach;
  /** Narrower reach of the local layers. */
  readonly local?: Reach;
  readonly isGlobal: LayerTest;
}

function reachOf(row: Sized): RowReach {
  const everyLayer = () => true;
  if (row.attention_chunk) {
    return {
      everywhere: {},
      local: { chunk: row.attention_chunk },
      isGlobal: periodic(CHUNKED_PERIOD - 1, 1),
    };
  }
  const sliding = row.sliding_window;
  if (typeof sliding === "number") return { everywhere: { window: sliding }, isGlobal: everyLayer };
  if (sliding) {
    const fulls = sliding.full_attention_layers;
    const isGlobal =
      typeof fulls === "number" ? spread(fulls, row.n_layers) : patterned(sliding.pattern ?? "");
    return { everywhere: {}, local: { window: sliding.window }, isGlobal };
  }
  const sparse = row.sparse_attention;
  const topk = sparse?.topk ?? (sparse?.block ?? 0) * (sparse?.topk_blocks ?? 0);
  if (!topk) return { everywhere: {}, isGlobal: everyLayer };
  const indexer = indexerOf(row);
  return { everywhere: indexer ? { topk, indexer } : { topk }, isGlobal: everyLayer };
}

function indexerOf(row: ModelRow): Reach["indexer"] {
  const heads = row.sparse_attention?.index_n_heads;
  const headDim = row.sparse_attention?.index_head_dim;
  return heads && headDim ? { heads, headDim } : undefined;
}

/** `5 local : 1 global` or `alternating 1:1`: the first two numbers, local layers first. */
function patterned(text: string): LayerTest {
  const [locals = 1, globals = 1] = (text.match(/\d+/g) ?? []).map(Number);
  return periodic(locals, globals);
}

function softmaxAttention(row: Sized, reach: Reach): Attention & { extraParams: number } {
  const mla = row.mla ?? row.mla_full_layers;
  const indexerNorm = reach.indexer ? 2 * reach.indexer.headDim : 0;
  if (mla) return latentAttention(row, mla, reach, indexerNorm);
  const { n_heads: heads, n_kv_heads: kvHeads, head_dim: headDim, d_model: hidden } = row;
  const plain = 2 * hidden * headDim * (heads + kvHeads);
  return {
    kind: "grouped",
    heads,
    kvHeads,
    headDim,
    ...(row.attention_output_gate ? { projectionParams: plain + hidden * heads * headDim } : {}),
    extraParams: attentionExtras(row) + indexerNorm,
    ...reach,
  };
}

/** Biases, sinks and q/k norms of one grouped-query layer. */
function attentionExtras(row: Sized): number {
  const { n_heads: heads, n_kv_heads: kvHeads, head_dim: headDim } = row;
  const width = (heads + kvHeads) * headDim;
  const qkvBias = row.qkv_bias || row.linear_bias ? width + kvHeads * headDim : 0;
  const oBias = row.o_bias || row.linear_bias ? row.d_model : 0;
  const sinks = row.attn_sinks ? heads : 0;
  return qkvBias + oBias + sinks + (row.qk_norm === "per_head" ? 2 * headDim : row.qk_norm ? width : 0);
}

function latentAttention(row: Sized, mla: MlaRow, reach: Reach, extra: number) {
  const queryRank = mla.q_lora_rank ?? 0;
  const kvRank = mla.kv_lora_rank;
  const nopeDim = mla.qk_nope_head_dim;
  const ropeDim = mla.qk_rope_head_dim;
  const valueDim = mla.v_head_dim;
  const heads = row.n_heads;
  const d = row.d_model;
  const query =
    queryRank > 0 ? queryRank * (d + heads * (nopeDim + ropeDim)) : d * heads * (nopeDim + ropeDim);
  const plain = query + d * (kvRank + ropeDim) + kvRank * heads * (nopeDim + valueDim) + heads * valueDim * d;
  return {
    kind: "latent" as const,
    heads,
    queryRank,
    kvRank,
    nopeDim,
    ropeDim,
    valueDim,
    ...(row.attention_output_gate ? { projectionParams: plain + d * heads * valueDim } : {}),
    // one norm on each latent
    extraParams: queryRank + kvRank + extra,
    ...reach,
  };
}

/**
 * DeepSeek-V4: low-rank q and grouped low-rank o, one K/V head, a compressor of four head-wide projections, and an indexer in
 * the layers of the first ratio. The report leaves the split open, so compressor and indexer parameters are spread evenly.
 */
function compressedAttention(row: Sized, ratio: number, indexed: boolean): GroupedAttention {
  const { q_lora_rank: q, o_lora_rank: o, o_groups: groups } = row.compressed_attention!;
  const { d_model: d, n_heads: heads, head_dim: headDim } = row;
  const indexer = indexerOf(row);
  const width = heads * headDim;
  const indexing = indexer ? indexerParams(q, d, indexer) : 0;
  const low = q * (d + width) + d * headDim + o * (width + groups * d);
  const topk = row.sparse_attention?.topk;
  return {
    kind: "grouped",
    heads,
    kvHeads: 1,
    headDim,
    sharedKv: true,
    projectionParams: low + 4 * d * headDim + indexing / 2,
    extraParams: q + headDim,
    compression: ratio,
    ...(typeof row.sliding_window === "number" ? { window: row.sliding_window } : {}),
    ...(indexed && topk ? { topk } : {}),
    ...(indexed && indexer ? { indexer } : {}),
  };
}

function indexerParams(q: number, d: number, indexer: { heads: number; headDim: number }): number {
  return q * indexer.heads * indexer.headDim + d * indexer.heads + 2 * d * indexer.headDim;
}

/** Parameters of a linear-attention layer by kind, from the published module definitions. */
function linearAttention(row: Sized, linear: LinearAttentionRow): Attention {
  const d = row.d_model;
  const keyHeads = linear.key_heads ?? linear.heads ?? row.n_heads;
  const valueHeads = linear.value_heads ?? linear.heads ?? row.n_heads;
  const keyDim = linear.key_head_dim ?? linear.head_dim ?? row.head_dim;
  const valueDim = linear.value_head_dim ?? linear.head_dim ?? row.head_dim;
  const keys = keyHeads * keyDim;
  const values = valueHeads * valueDim;
  const qkvo = 2 * d * keys + 2 * d * values;
  const gate = d * values;
  const stateElements = valueHeads * valueDim * keyDim;
  const convolution = CONV_TAPS * (2 * keys + values);
  switch (linear.type) {
    case "gated_deltanet":
      // two scalars per value head from the token (decay, write strength), their two offsets, and one head-wide norm
      return {
        kind: "linear",
        projectionParams: qkvo + gate + 2 * d * valueHeads,
        stateElements,
        extraParams: convolution + 2 * valueHeads + valueDim,
      };
    case "kimi_delta_attention":
      // per-channel decay through a rank of one head, a write strength per head
      return {
        kind: "linear",
        projectionParams: qkvo + gate + (d * keyDim + keyDim * keys) + d * valueHeads,
        stateElements,
        extraParams: convolution + valueDim,
      };
    case "lightning":
      return { kind: "linear", projectionParams: qkvo + gate, stateElements, extraParams: values };
  }
}

function mlpsOf(row: Sized): Layers<Mlp> {
  const { moe } = row;
  const dense = denseMlp(row, moe?.d_ff_dense ?? row.d_ff);
  if (!moe?.n_experts || !moe.n_active || !moe.d_ff_expert) return { kinds: [dense], kindOf: () => 0 };
  const first = moe.first_dense_layers ?? 0;
  const interval = moe.moe_layer_interval ?? 1;
  return {
    kinds: [dense, moeMlp(row, moe, moe.n_experts, moe.n_active, moe.d_ff_expert)],
    kindOf: (i) => (i >= first && (i + 1) % interval === 0 ? 1 : 0),
  };
}

function denseMlp(row: Sized, width: number): Mlp {
  const gated = row.gated_mlp === true;
  return { kind: "dense", width, gated, extraParams: row.linear_bias ? biases(row, width, row.d_model) : 0 };
}

/** One bias per output of each matrix of an MLP. */
function biases(row: Sized, width: number, input: number): number {
  return (row.gated_mlp ? 2 : 1) * width + input;
}

function moeMlp(row: Sized, moe: Partial<MoeRow>, experts: number, active: number, width: number): Mlp {
  const expertInput = moe.expert_input_dim ?? row.d_model;
  const latentNorm = expertInput === row.d_model ? 0 : expertInput;
  const routerBias = moe.router_bias ? experts : 0;
  const gate = moe.shared_gate ? row.d_model : 0;
  return {
    kind: "moe",
    experts,
    active,
    expertWidth: width,
    sharedWidth: (moe.n_shared ?? 0) * (moe.d_ff_shared ?? width) + (moe.dense_residual_ff ?? 0),
    expertInput,
    gated: row.gated_mlp === true,
    extraParams: routerBias + gate + latentNorm,
    expertExtraParams: moe.expert_bias ? biases(row, width, expertInput) : 0,
  };
}
