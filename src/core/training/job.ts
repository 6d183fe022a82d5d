import type { Count, Ratio } from "../../units/quantity.ts";
import type { Chip } from "../chip.ts";
import type { ModelShape } from "../shape.ts";

/** Number format of the linear layers' matmuls. Attention and logits stay in 16 bits. */
export type LinearPrecision = "fp32" | "tf32" | "fp16" | "bf16" | "fp8" | "mxfp8" | "nvfp4";
/** What is recomputed in the backward pass. `selective`: core attention; `ops`: a chosen set of cheap operators. */
export type Recompute = "none" | "selective" | "ops" | "mlp" | "alternate" | "full";
/** 0 plain data parallel, 1 sharded optimizer, 2 sharded gradients too, 3 sharded parameters too (FSDP). */
export type ZeroStage = 0 | 1 | 2 | 3;
export type AttentionKernel = "unfused" | "flash" | "tuned";
export type Method = "full" | "sft" | "lora" | "qlora";
/** Whether a method leaves the model's own weights as they are and trains adapters beside them. [Hu 2021; Dettmers 2023] */
export const isFrozen = (method: Method | undefined): boolean => method === "lora" || method === "qlora";
/** Whose bytes per parameter a run keeps: Megatron-Core, DeepSpeed, PyTorch FSDP, or everything in 16 bits. */
export type StateConvention = "megatron" | "deepspeed" | "fsdp" | "pure16";

/** How a job is cut over chips. `dp` counts data-parallel replicas without context parallelism: chips = tp x pp x cp x dp. */
export interface Layout {
  readonly tp: Count;
  readonly pp: Count;
  /** Virtual pipeline stages per physical stage (interleaving); 1 = plain 1F1B. */
  readonly vpp: Count;
  readonly cp: Count;
  readonly ep: Count;
  readonly dp: Count;
  readonly zero: ZeroStage;
  /** Chips over which ZeRO-3 shards parameters (hybrid sharding); the whole of dp x cp when absent. */
  readonly shardGroup?: Count;
  /** Sequences per micro-batch and replica. */
  readonly microBatch: Count;
  readonly sequenceParallel: boolean;
  readonly recompute: Recompute;
  /** Share of the layers that `recompute` applies to; all of them when absent. */
  readonly recomputeShare?: Ratio;
}

/** The software the run uses: plain declared inputs, each known before the run. */
export interface Stack {
  readonly attention: AttentionKernel;
  /** `vendor`: a vendor's tuned recipe (NeMo, Megatron-Bridge, MaxText); `community`: maintained open code; `research`: neither. */
  readonly level: "research" | "community" | "vendor";
  /** Whether communication overlaps compute; false for Megatron or DeepSpeed up to 2022. */
  readonly overlap: boolean;
  /** Year of the software release, with fraction. */
  readonly year: number;
}

/** One training job on one kind of chip. */
export interface TrainingJob {
  readonly shape: ModelShape;
  readonly chip: Chip;
  readonly chips: Count;
  /** Tokens per sequence. */
  readonly seq: Count;
  /** Sequences per optimizer step. */
  readonly globalBatch: Count;
  readonly precision: LinearPrecision;
  readonly method: Method;
  readonly stack: Stack;
  /** LoRA rank, where the method is lora or qlora. */
  readonly loraRank?: Count;
  /** Bytes of a gradient element as accumulated: 2, or 4. */
  readonly gradientBytes?: 2 | 4;
  /** How the framework keeps its states; by ZeRO stage when absent. */
  readonly states?: StateConvention;
  /** Whether the loss is one fused kernel over the 16-bit logits; by stack and year when absent. */
  readonly fusedLoss?: boolean;
}

/** Time of one optimizer step by cause, in seconds on the slowest chip; the causes sum to `total`. */
export interface StepTime {
  readonly total: number;
  readonly gemm: number;
  readonly attention: number;
  readonly elementwise: number;
  readonly recompute: number;
  readonly tensorParallel: number;
  readonly contextParallel: number;
  readonly expertParallel: number;
  readonly pipelineTransfer: number;
  readonly bubble: number;
  readonly dataParallel: number;
  readonly host: number;
  readonly optimizer: number;
  readonly logits: number;
  readonly straggler: number;
}

/** Bytes on the fullest chip by cause; `allocated` is what the allocator hands out, `reserved` what a monitor reads. */
export interface TrainingMemory {
  readonly weights: number;
  readonly gradients: number;
  readonly optimizer: number;
  readonly activations: number;
  readonly logits: number;
  /** What the allocator holds beyond what it hands out. */
  readonly fragmentation: number;
  /** Device context, libraries and communication buffers, outside the allocator. */
  readonly context: number;
  /** Weights, gradients, optimizer, activations and logits. */
  readonly allocated: number;
  /** `allocated`, fragmentation and context. */
  readonly reserved: number;
}

/** Model FLOP utilisation by convention: what is counted as useful work. */
export interface Utilisation {
  /** Causal attention, no recompute: our default. */
  readonly mfu: Ratio;
  /** Full s x s attention, no recompute. */
  readonly mfuFullAttention: Ratio;
  /** 6 x active parameters x tokens. */
  readonly mfu6nd: Ratio;
  /** Causal attention plus the recomputed forward pass. */
  readonly hfu: Ratio;
}
