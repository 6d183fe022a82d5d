/**
 * Rows of the catalogue as they are written in data/catalogue and in a user's own files. A missing or null field is
 * unknown or unsupported, never zero. Units are the field's own suffix; `chip.ts` and `shape.ts` turn rows into base units.
 */
type Maybe<T> = T | null | undefined;

export type RateField =
  | "fp64"
  | "fp64_tensor"
  | "fp32"
  | "tf32"
  | "fp16"
  | "bf16"
  | "fp8"
  | "fp6"
  | "fp4"
  | "int8";

/** What one accelerator cost to buy, on a date. */
export interface PurchasePrice {
  readonly usd: number;
  /** ISO date, month or year. */
  readonly date: string;
  readonly what: string;
  /** What the price pays for beside the chip itself; absent: the chip or its module. */
  readonly includes?: "server" | "rack" | "cluster";
  readonly src: string;
  readonly verified?: boolean;
}

/** What one accelerator cost to rent for an hour, on a date. */
export interface RentPrice {
  readonly usd: number;
  readonly date: string;
  readonly provider: string;
  readonly src: string;
  readonly verified?: boolean;
}

export interface AcceleratorRow {
  readonly id: string;
  readonly vendor: string;
  readonly name: string;
  readonly year: number;
  readonly arch: string;
  readonly status: "shipping" | "export-variant" | "announced" | "retired" | "unconfirmed";
  readonly kind: "datacenter" | "workstation" | "consumer" | "local";
  /** Further names of a user's own row; the shipped rows need none. */
  readonly aliases?: readonly string[];
  /** Dense matrix peak, TFLOP/s (int8: TOP/s); multiply-add counts as two. */
  readonly tflops_dense: Readonly<Partial<Record<RateField, number | null>>>;
  readonly sparse_2_4_multiplier?: Maybe<number>;
  /** Capacity is the vendor's label: GB in print, GiB in the part. Bandwidth in 10^9 byte/s. */
  readonly memory?: Maybe<{
    readonly capacity_gb?: Maybe<number>;
    readonly type?: Maybe<string>;
    readonly bandwidth_gbs?: Maybe<number>;
  }>;
  /** All links of one chip, both directions added, 10^9 byte/s; domain: chips in one fabric. */
  readonly scale_up?: Maybe<{
    readonly tech?: Maybe<string>;
    readonly bw_bidir_gbs?: Maybe<number>;
    readonly domain?: Maybe<number>;
  }>;
  /** One direction, Gbit/s, of the reference system. */
  readonly scale_out?: Maybe<{ readonly nic_gbps_per_chip?: Maybe<number>; readonly system?: Maybe<string> }>;
  readonly tdp_w?: Maybe<number>;
  /** All logic dies on non-planar transistors, mm2; memory dies are left out. */
  readonly die_mm2?: Maybe<number>;
  /** Nameplate of the whole server or rack. */
  readonly system_power?: Maybe<{
    readonly system: string;
    readonly system_kw: number;
    readonly chips: number;
    readonly kw_per_chip: number;
  }>;
  /** Best measured matmul, TFLOP/s. */
  readonly measured_matmul_tflops?: Maybe<{ readonly bf16?: Maybe<number>; readonly fp8?: Maybe<number> }>;
  readonly price_usd?: readonly PurchasePrice[];
  readonly cloud_usd_per_chip_hour?: readonly RentPrice[];
  /** Figures are from before the product shipped. */
  readonly preliminary?: boolean;
}

export interface MoeRow {
  readonly n_experts: number;
  readonly n_active?: Maybe<number>;
  readonly n_shared?: Maybe<number>;
  readonly d_ff_expert?: Maybe<number>;
  /** Width of one shared expert; the routed experts' width where absent. */
  readonly d_ff_shared?: Maybe<number>;
  readonly first_dense_layers?: Maybe<number>;
  /** Every how many layers one is MoE. */
  readonly moe_layer_interval?: Maybe<number>;
  readonly n_moe_layers?: Maybe<number>;
  /** Width of the layers that are not MoE. */
  readonly d_ff_dense?: Maybe<number>;
  /** Input width of routed experts where they work on a latent (LatentMoE). */
  readonly expert_input_dim?: Maybe<number>;
  readonly expert_bias?: Maybe<number | boolean>;
  readonly router_bias?: Maybe<boolean>;
  readonly shared_gate?: Maybe<boolean>;
  /** Width of a dense MLP that runs beside the experts. */
  readonly dense_residual_ff?: Maybe<number>;
}

export interface MlaRow {
  readonly q_lora_rank?: Maybe<number>;
  readonly kv_lora_rank: number;
  readonly qk_nope_head_dim: number;
  readonly qk_rope_head_dim: number;
  readonly v_head_dim: number;
}

export interface LinearAttentionRow {
  readonly type: "gated_deltanet" | "kimi_delta_attention" | "lightning";
  readonly layers: number;
  readonly full_attention_layers: number;
  readonly key_heads?: Maybe<number>;
  readonly value_heads?: Maybe<number>;
  readonly key_head_dim?: Maybe<number>;
  readonly value_head_dim?: Maybe<number>;
  /** Where keys and values have the same heads. */
  readonly heads?: Maybe<number>;
  readonly head_dim?: Maybe<number>;
  /** Rank of the output gate; absent: a full matrix. */
  readonly gate_rank?: Maybe<number>;
}

/** The state-space mixer of a hybrid's layers (Mamba, Mamba-2). */
export interface StateSpaceRow {
  readonly type: "mamba" | "mamba2";
  /** Channels inside the mixer; of Mamba-2, heads times head dimension. */
  readonly d_inner: number;
  /** State elements of a channel. */
  readonly d_state: number;
  /** Taps of the short convolution. */
  readonly d_conv: number;
  /** Of Mamba-2: heads, and groups of them that share B and C. */
  readonly heads?: Maybe<number>;
  readonly groups?: Maybe<number>;
  /** Of Mamba: rank of the step's projection. */
  readonly dt_rank?: Maybe<number>;
  readonly conv_bias?: Maybe<boolean>;
  readonly proj_bias?: Maybe<boolean>;
  /** A norm before the gate's product, as wide as the mixer (Mamba-2). */
  readonly gate_norm?: Maybe<boolean>;
  /** Norms on step, B and C (Jamba). */
  readonly inner_norms?: Maybe<boolean>;
}

export interface SparseAttentionRow {
  readonly type: string;
  readonly index_n_heads?: Maybe<number>;
  readonly index_head_dim?: Maybe<number>;
  readonly topk?: Maybe<number>;
  readonly block?: Maybe<number>;
  readonly topk_blocks?: Maybe<number>;
}

/** Low-rank, shared K/V attention over compressed entries (DeepSeek-V4); layers take the ratios in turn; zero is a window alone. */
export interface CompressedAttentionRow {
  readonly q_lora_rank: number;
  readonly o_lora_rank: number;
  readonly o_groups: number;
  readonly ratios: readonly number[];
}

export interface SlidingWindowRow {
  readonly window: number;
  /** `L local : G global`, or `alternating 1:1`. */
  readonly pattern?: Maybe<string>;
  /** Layers without a window, where the pattern does not say how many; spread evenly. */
  readonly full_attention_layers?: Maybe<number>;
}

/** Formats narrower than 16 bits that models are published in. */
export type PublishedFormat = "fp8" | "int8" | "int4" | "mxfp4" | "nvfp4";

export interface ModelRow {
  readonly id: string;
  readonly name: string;
  readonly org?: Maybe<string>;
  readonly release_date?: Maybe<string>;
  readonly arch?: Maybe<string>;
  readonly aliases?: readonly string[];
  readonly n_layers?: Maybe<number>;
  readonly d_model?: Maybe<number>;
  readonly n_heads?: Maybe<number>;
  readonly n_kv_heads?: Maybe<number>;
  readonly head_dim?: Maybe<number>;
  /** Of a MoE row: the dense layers' width. */
  readonly d_ff?: Maybe<number>;
  readonly vocab_size?: Maybe<number>;
  readonly gated_mlp?: Maybe<boolean>;
  readonly norm?: Maybe<string>;
  readonly norms_per_layer?: Maybe<number>;
  /** A norm after the embedding (BLOOM). */
  readonly emb_norm?: Maybe<boolean>;
  readonly qkv_bias?: Maybe<boolean>;
  readonly o_bias?: Maybe<boolean>;
  readonly linear_bias?: Maybe<boolean>;
  readonly lm_head_bias?: Maybe<boolean>;
  readonly attn_sinks?: Maybe<boolean>;
  readonly qk_norm?: Maybe<string>;
  /** A gate as wide as the heads' output, before the output projection. */
  readonly attention_output_gate?: Maybe<boolean>;
  readonly pos?: Maybe<string>;
  readonly learned_pos?: Maybe<number>;
  readonly max_position?: Maybe<number>;
  readonly tied_embeddings?: Maybe<boolean>;
  readonly parallel_block?: Maybe<boolean>;
  readonly sliding_window?: Maybe<number | SlidingWindowRow>;
  readonly attention_chunk?: Maybe<number>;
  readonly linear_attention?: Maybe<LinearAttentionRow>;
  /**
   * What the layers of a hybrid are, in turn, each letter behind a norm of its own: `M` state space, `*` attention, `P` both side
   * by side, `-` MLP, `E` experts. The letters are those of Nemotron-H's configurations, `P` is ours.
   */
  readonly layer_pattern?: Maybe<string>;
  readonly state_space?: Maybe<StateSpaceRow>;
  readonly sparse_attention?: Maybe<SparseAttentionRow>;
  readonly compressed_attention?: Maybe<CompressedAttentionRow>;
  readonly mtp_layers?: Maybe<number>;
  readonly moe?: Maybe<Partial<MoeRow>>;
  readonly mla?: Maybe<MlaRow>;
  /** MLA of the full-attention layers of a hybrid. */
  readonly mla_full_layers?: Maybe<MlaRow>;
  /** Parameters of the blocks outside every rule, over all layers. */
  readonly extra_params?: Maybe<number>;
  readonly params_total_published?: Maybe<number>;
  readonly params_active_published?: Maybe<number>;
  readonly params_total_computed?: Maybe<number>;
  readonly params_active_computed?: Maybe<number>;
  readonly params_embedding_computed?: Maybe<number>;
  /** Format of the weights as its makers publish them; absent: 16 bits, or not known. */
  readonly published_format?: Maybe<PublishedFormat>;
  readonly training_tokens?: Maybe<number>;
  readonly context?: Maybe<number>;
  readonly estimate?: Maybe<boolean>;
  /** Fields of the configuration it was read from that may change the shape, and were not understood. */
  readonly unread?: Maybe<readonly string[]>;
  /** Fields that it left to its configuration class, with the values of that class. */
  readonly defaulted?: Maybe<{ readonly of: string; readonly fields: readonly string[] }>;
}

export interface FleetPartRow {
  /** Id of an accelerator; null where the chip was not stated. */
  readonly accelerator: string | null;
  readonly chip_label?: Maybe<string>;
  readonly count: number;
}

export interface FleetRow {
  readonly id: string;
  readonly name: string;
  readonly owner?: Maybe<string>;
  readonly date?: Maybe<string>;
  readonly status?: Maybe<"existing" | "planned" | "decommissioned">;
  readonly certainty?: Maybe<"confirmed" | "likely">;
  readonly aliases?: readonly string[];
  readonly parts: readonly FleetPartRow[];
  readonly power_mw_reported?: Maybe<number>;
  /** Model output of the source, never a measurement. */
  readonly power_mw_epoch_model?: Maybe<number>;
  readonly power_mw_derived?: Maybe<number>;
  readonly cost_usd_reported?: Maybe<number>;
  readonly cost_cny?: Maybe<number>;
  readonly peak_16bit_flops_epoch?: Maybe<number>;
  readonly mfu?: Maybe<number>;
  readonly gpu_hours?: Maybe<number>;
  readonly hours?: Maybe<number>;
}
