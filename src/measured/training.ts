import type { AttentionKernel, LinearPrecision, Recompute, Stack, ZeroStage } from "../core/training/job.ts";
import { type MeasuredSet, measuredSet, type Table } from "./row.ts";

/** Model shape as the source states it. */
export interface MeasuredShape {
  readonly name: string;
  readonly params: number;
  readonly active?: number;
  readonly layers: number;
  readonly hidden: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly width: number;
  readonly gated: boolean;
  readonly vocab: number;
  readonly tied: boolean;
  readonly learnedPositions?: boolean;
  readonly mtpLayers?: number;
  readonly moe?: {
    readonly experts: number;
    readonly active: number;
    readonly expertWidth: number;
    readonly sharedWidth: number;
    readonly denseLayers: number;
  };
  readonly latent?: {
    readonly queryRank: number;
    readonly kvRank: number;
    readonly nopeDim: number;
    readonly ropeDim: number;
    readonly valueDim: number;
  };
  readonly window?: { readonly size: number; readonly every: number };
}

/** FLOP count behind a published TFLOP/s or MFU. */
export type FlopConvention =
  | "full-attention"
  | "causal"
  | "causal-mtp"
  | "mpt"
  | "megatron-2021"
  | "8nd"
  | "titan"
  | "maxtext-2023"
  | "palm";

/** One published training step. A missing field was not published. */
export interface TrainingStepInputs {
  readonly shape: MeasuredShape;
  readonly seq: number;
  readonly chips: number;
  readonly tp?: number;
  readonly pp?: number;
  readonly vpp?: number;
  readonly cp?: number;
  readonly ep?: number;
  readonly dp?: number;
  readonly zero?: ZeroStage;
  readonly shardGroup?: number;
  readonly sequenceParallel?: boolean;
  readonly microBatch?: number;
  readonly globalBatch: number;
  readonly recompute?: Recompute;
  readonly precision: LinearPrecision;
  readonly task?: "sft" | "lora";
  readonly attention: AttentionKernel;
  readonly level: Stack["level"];
  readonly overlap: boolean;
  readonly year: number;
  readonly framework: string;
  readonly convention?: FlopConvention;
  readonly tflops?: number;
  readonly tflopsKind?: "model" | "hardware";
  readonly mfu?: number;
  readonly hfu?: number;
  readonly peakTflops?: number;
}

/** The shipped training steps: tokens/s per accelerator. Loaded only by validation and fitting. */
export async function trainingSteps(): Promise<MeasuredSet<TrainingStepInputs>> {
  const { default: table } = await import("./data/training-steps.json", { with: { type: "json" } });
  return measuredSet(table as unknown as Table, "tokensPerSecondPerGpu", "token/s");
}
