import type { Count } from "../units/quantity.ts";

/**
 * The shape of a transformer as the formulas see it: embeddings plus groups of identical blocks. A hybrid, a model with
 * sliding windows or one with leading dense layers is a sum of groups; nothing else in the core knows model families.
 */
export interface ModelShape {
  readonly hidden: Count;
  readonly vocab: Count;
  readonly tiedEmbeddings: boolean;
  /** Learned position table rows; 0 where positions are not learned. */
  readonly learnedPositions: Count;
  /** Parameters of the final norm, with the few others that stand outside the blocks (embedding norm, bias of the head). */
  readonly finalNormParams: Count;
  /** Multi-token-prediction modules beside the trunk (DeepSeek-V3: 1); not in the trunk's parameter count. */
  readonly mtpLayers: Count;
  /** Longest context the model supports, where known. */
  readonly maxPosition?: Count;
  readonly groups: readonly BlockGroup[];
}

/** `count` identical blocks. The order of groups carries no meaning. */
export interface BlockGroup {
  readonly count: Count;
  readonly attention: Attention;
  readonly mlp: Mlp;
  /** Norm parameters of one block (layer norms; q/k norms are in the attention's `extraParams`). */
  readonly normParams: Count;
}

export type Attention = GroupedAttention | LatentAttention | LinearAttention;

/** Which earlier tokens a query sees, beyond causality. */
export interface Reach {
  /** Sliding window, in tokens. Absent: all earlier tokens. */
  readonly window?: Count;
  /** Chunked attention (Llama 4): a token sees only its own chunk of this many tokens. */
  readonly chunk?: Count;
  /** Sparse attention: at most this many selected tokens are read, chosen by an indexer over all of them. */
  readonly topk?: Count;
  /** Indexer of sparse attention: heads of `headDim` score one cached key of `headDim` per token. */
  readonly indexer?: { readonly heads: Count; readonly headDim: Count };
  /** Compressed attention (DeepSeek-V4): one cached entry per this many tokens, beside the `window` of plain ones. */
  readonly compression?: Count;
}

/** Multi-head (kvHeads = heads), grouped-query or multi-query (kvHeads = 1) softmax attention. */
export interface GroupedAttention extends Reach {
  readonly kind: "grouped";
  readonly heads: Count;
  readonly kvHeads: Count;
  readonly headDim: Count;
  /** Matmul parameters of the layer where they are not q, k, v and o of the widths above (output gate, low-rank o, compressor); the indexer's are then among them. */
  readonly projectionParams?: Count;
  /** K and V are one cached vector. */
  readonly sharedKv?: true;
  /** Biases, q/k norms, sinks: parameters that carry no matmul with the token stream of note. */
  readonly extraParams: Count;
}

/** Multi-head latent attention (DeepSeek-V2): K and V are rebuilt from one cached latent per token. */
export interface LatentAttention extends Reach {
  readonly kind: "latent";
  readonly heads: Count;
  /** 0 where queries are not compressed. */
  readonly queryRank: Count;
  readonly kvRank: Count;
  readonly nopeDim: Count;
  readonly ropeDim: Count;
  readonly valueDim: Count;
  /** Matmul parameters of the layer where they are not those of the ranks above (an output gate beside them). */
  readonly projectionParams?: Count;
  readonly extraParams: Count;
}

/** Linear attention or state-space layer: a constant state per sequence in place of a growing cache. */
export interface LinearAttention {
  readonly kind: "linear";
  /** Matmul parameters of the layer's projections. */
  readonly projectionParams: Count;
  /** Elements of recurrent state per sequence (value heads x value dim x key dim). */
  readonly stateElements: Count;
  readonly extraParams: Count;
}

export type Mlp = DenseMlp | MoeMlp;

export interface DenseMlp {
  readonly kind: "dense";
  readonly width: Count;
  /** Gated (SwiGLU, GeGLU): three matrices; otherwise two. */
  readonly gated: boolean;
  readonly extraParams: Count;
}

/** Routed experts beside optional shared experts and an optional dense residual path. */
export interface MoeMlp {
  readonly kind: "moe";
  readonly experts: Count;
  /** Routed experts used per token. */
  readonly active: Count;
  readonly expertWidth: Count;
  /** Total width of the shared experts (and of a dense residual MLP); 0 where there are none. */
  readonly sharedWidth: Count;
  /** Input width of routed experts: `hidden`, or the latent width of a LatentMoE. */
  readonly expertInput: Count;
  readonly gated: boolean;
  /** Parameters used by every token beside the matrices above: biases, shared gate. The router is counted by formula. */
  readonly extraParams: Count;
  /** Biases of one routed expert. */
  readonly expertExtraParams: Count;
}
