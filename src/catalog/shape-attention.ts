import type { Attention, GroupedAttention, Reach } from "../core/shape.ts";
import type { LinearAttentionRow, MlaRow, ModelRow } from "./rows.ts";
import { type Layers, type LayerTest, periodic, type Sized, spread } from "./shape-layers.ts";

/** Llama 4: every fourth layer sees the whole context, the others their chunk. */
const CHUNKED_PERIOD = 4;
/** Taps of the short convolution before a linear-attention layer's state (Gated DeltaNet, Kimi Delta Attention). */
const CONV_TAPS = 4;

/** Attention of every layer: one kind, or two that alternate. */
export function attentionsOf(row: Sized): Layers<Attention> {
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
    const { ratios } = row.compressed_attention;
    const distinct = [...new Set(ratios)];
    const finest = Math.min(...distinct.filter((ratio) => ratio > 0));
    const kinds = distinct.map((ratio) => compressedAttention(row, ratio, ratio === finest));
    return { kinds, kindOf: (i) => distinct.indexOf(ratios[i % ratios.length]!) };
  }
  if (!reach.local) return { kinds: [full], kindOf: () => 0 };
  const { local, isGlobal } = reach;
  return { kinds: [full, { ...full, ...local }], kindOf: (i) => (isGlobal(i) ? 0 : 1) };
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
 * DeepSeek-V4: low-rank q and grouped low-rank o, one K/V head. A compressor is two projections of a head's width; in the layers
 * of the finest ratio entries overlap, so they are twice as wide, and an indexer with a compressor of its own chooses among them.
 * A ratio of zero is a layer of the window alone. [DeepSeek-V4, section 2.3; Hugging Face transformers 5.18]
 */
function compressedAttention(row: Sized, ratio: number, finest: boolean): GroupedAttention {
  const { q_lora_rank: q, o_lora_rank: o, o_groups: groups } = row.compressed_attention!;
  const { d_model: d, n_heads: heads, head_dim: headDim } = row;
  const indexer = finest ? indexerOf(row) : undefined;
  const width = heads * headDim;
  const low = q * (d + width) + d * headDim + o * (width + groups * d);
  const compressor = ratio === 0 ? 0 : (finest ? 4 : 2) * d * headDim;
  const topk = row.sparse_attention?.topk;
  return {
    kind: "grouped",
    heads,
    kvHeads: 1,
    headDim,
    sharedKv: true,
    projectionParams: low + compressor + (indexer ? indexerParams(q, d, indexer) : 0),
    extraParams: q + headDim,
    ...(ratio > 0 ? { compression: ratio } : {}),
    ...(typeof row.sliding_window === "number" ? { window: row.sliding_window } : {}),
    ...(finest && topk ? { topk } : {}),
    ...(indexer ? { indexer } : {}),
  };
}

function indexerParams(q: number, d: number, indexer: { heads: number; headDim: number }): number {
  return q * indexer.heads * indexer.headDim + d * indexer.heads + 4 * d * indexer.headDim;
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
  const gate = linear.gate_rank ? linear.gate_rank * (d + values) : d * values;
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
