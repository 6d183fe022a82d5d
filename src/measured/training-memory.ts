import type {
  AttentionKernel,
  LinearPrecision,
  Recompute,
  Stack,
  StateConvention,
  ZeroStage,
} from "../core/training/job.ts";
import { type MeasuredSet, measuredSet, type Table } from "./row.ts";
import type { MeasuredShape } from "./training.ts";

/** `oom`: a run that failed, its figure the chip's capacity. The rest but `measured` are arithmetic of their source. */
export type MemoryKind =
  | "measured"
  | "oom"
  | "published-figure"
  | "relative"
  | "analytic"
  | "checkpoint-size";

/**
 * What a figure counts. `monitor`: the whole process; `allocator`: what torch reserves; `blocks`: states and activations of the
 * layers without embeddings; `activations`: those kept, as a share of keeping all without sequence parallelism; `states`,
 * `weights`, `checkpoint` (weights and optimizer): of all parameters.
 */
export type MemoryReading =
  | "monitor"
  | "allocator"
  | "blocks"
  | "activations"
  | "states"
  | "weights"
  | "checkpoint";

/** One published memory figure. Rows about states alone have no layout. */
export interface TrainingMemoryInputs {
  readonly kind: MemoryKind;
  readonly reading: MemoryReading;
  /** The chip that was read, where it is not the fullest. */
  readonly stage?: "first";
  readonly shape?: MeasuredShape;
  readonly params?: number;
  readonly seq?: number;
  readonly chips?: number;
  readonly tp?: number;
  readonly pp?: number;
  readonly vpp?: number;
  readonly dp: number;
  readonly zero: ZeroStage;
  readonly sequenceParallel?: boolean;
  readonly microBatch?: number;
  readonly globalBatch?: number;
  readonly recompute?: Recompute;
  readonly precision: LinearPrecision;
  readonly attention?: AttentionKernel;
  readonly level?: Stack["level"];
  readonly overlap?: boolean;
  readonly year?: number;
  readonly framework?: string;
  readonly states: StateConvention;
  readonly gradientBytes?: 2 | 4;
}

/** The shipped memory figures, in bytes. Loaded only by validation. */
export async function trainingMemoryFigures(): Promise<MeasuredSet<TrainingMemoryInputs>> {
  const { default: table } = await import("./data/training-memory.json", { with: { type: "json" } });
  return measuredSet(table as unknown as Table, "peakBytesPerGpu", "B");
}
