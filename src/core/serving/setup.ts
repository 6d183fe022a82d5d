import type { Bytes, Count, Ratio } from "../../units/quantity.ts";
import type { Chip } from "../chip.ts";
import type { ModelShape } from "../shape.ts";
import type { EngineClassId, EngineFamily } from "./constants.ts";

/** How weights are stored. `mxfp4` applies to routed experts only; everything else of such a checkpoint is 16-bit. */
export type WeightPrecision =
  | "fp32"
  | "fp16"
  | "bf16"
  | "fp8"
  | "int8"
  | "int4"
  | "mxfp4"
  | "nvfp4"
  | "q8_0"
  | "q4_0"
  | "q4_k_m";
/** How keys and values are stored. */
export type KvPrecision = "fp32" | "fp16" | "bf16" | "fp8" | "int8" | "int4" | "fp4";

/** One replica: chips = tp x pp x dp. Attention is sharded over tp and replicated over dp; experts over all of tp x dp. */
export interface ServingLayout {
  readonly tp: Count;
  readonly pp: Count;
  /** Attention data-parallel ranks that share one set of experts. */
  readonly dp: Count;
  /** Expert-parallel groups; the rest of tp x dp cuts each expert. Absent: whole experts, as many groups as divide. */
  readonly ep?: Count;
}

export interface Speculation {
  /** Draft tokens checked per step. */
  readonly draft: Count;
  /** Chance that one draft token is accepted, given that those before it were. */
  readonly acceptance: Ratio;
  /** Time of one draft token as a share of one decode pass of the trunk. Absent: one block of the trunk (an MTP module). */
  readonly draftCost?: Ratio;
}

export interface ServingOptions {
  /** Share of memory the engine may take; 0.9 where absent. */
  readonly memoryUtilization?: Ratio;
  /** Most requests the engine runs at once in one replica (max_num_seqs, max_batch_size). */
  readonly maxBatch?: Count;
  /** Most tokens of one step (max_num_batched_tokens); sizes the workspace. */
  readonly stepTokens?: Count;
  /** Decode steps between two messages to the client, where declared; the engine's habit otherwise. */
  readonly streamInterval?: Count;
  readonly speculation?: Speculation;
}

/** What serves: one replica of a model on one kind of chip under one engine. */
export interface ServingSetup {
  readonly shape: ModelShape;
  readonly chip: Chip;
  readonly weights: WeightPrecision;
  /** Absent: the engine's default for these weights. */
  readonly kv?: KvPrecision;
  readonly engine: EngineClassId;
  readonly layout: ServingLayout;
  readonly options?: ServingOptions;
}

/** Tokens of the mean request: its prompt, what it generates, and how much of the prompt is found in the prefix cache. */
export interface RequestTokens {
  readonly input: Count;
  readonly output: Count;
  readonly cached?: Count;
  /** Standard deviation of the lengths over their mean; all alike where absent. */
  readonly inputSpread?: Ratio;
  readonly outputSpread?: Ratio;
}

/** What is asked of one replica. */
export type Load = RequestTokens &
  (
    | { readonly kind: "closed"; readonly concurrency: Count }
    /** Requests a second; squared variation of the gaps between them, 1 (Poisson arrivals) where absent. */
    | { readonly kind: "open"; readonly rate: number; readonly burstiness?: Ratio }
    | { readonly kind: "static"; readonly batch: Count }
    /** So many requests running on average. */
    | { readonly kind: "running"; readonly batch: Count }
    /** An endless queue; `server`: at the highest rate that meets the latency limit of an audited benchmark. */
    | { readonly kind: "saturated"; readonly server?: boolean }
  );

interface WeightFormat {
  /** Bytes per weight, scales included. */
  readonly bytes: number;
  /** Width the matmuls run in; weight-only formats are widened on the fly. */
  readonly matmul: 16 | 8 | 4;
  readonly expertsOnly?: true;
  /** Bytes per weight of the output head, where it is not 16-bit: GGUF stores it as Q6_K or Q8_0. */
  readonly head?: number;
}

/** Bytes per weight of a GGUF Q6_K block: 210 bytes for 256 values. */
const Q6_K = 210 / 256;

/** Bytes per weight: OCP MX (32 values share one byte), NVFP4 (16 share one), GPTQ/AWQ group 128 with zeros, GGUF blocks. */
export const WEIGHT_FORMATS: Readonly<Record<WeightPrecision, WeightFormat>> = {
  fp32: { bytes: 4, matmul: 16 },
  fp16: { bytes: 2, matmul: 16 },
  bf16: { bytes: 2, matmul: 16 },
  fp8: { bytes: 1, matmul: 8 },
  int8: { bytes: 1, matmul: 8 },
  int4: { bytes: 0.5625, matmul: 16 },
  mxfp4: { bytes: 0.53125, matmul: 16, expertsOnly: true },
  nvfp4: { bytes: 0.5625, matmul: 4 },
  q8_0: { bytes: 1.0625, matmul: 16, head: 1.0625 },
  q4_0: { bytes: 0.5625, matmul: 16, head: Q6_K },
  q4_k_m: { bytes: 0.606, matmul: 16, head: Q6_K },
};

/** Bytes per cached element; 4-bit formats carry one scale byte per 16 to 32 values. */
const KV_BYTES: Readonly<Record<KvPrecision, Bytes>> = {
  fp32: 4,
  fp16: 2,
  bf16: 2,
  fp8: 1,
  int8: 1,
  int4: 0.5625,
  fp4: 0.5625,
};

/** Chips of one replica. */
export const chipsOf = (layout: ServingLayout): Count => layout.tp * layout.pp * layout.dp;

/** Cached bytes per element as stated, else the engine's habit: TensorRT-LLM stores fp8 beside fp8 or fp4 weights. */
export function kvBytesPerElement(setup: ServingSetup, family: EngineFamily): Bytes {
  if (setup.kv !== undefined) return KV_BYTES[setup.kv];
  const narrow = WEIGHT_FORMATS[setup.weights].matmul < 16 && setup.weights !== "int8";
  return family === "trtllm" && narrow ? 1 : 2;
}
