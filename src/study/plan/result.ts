import type { Layout } from "../../core/training/job.ts";
import type { Ranged } from "../sample/ranged.ts";
import type { PlanObjective } from "./train.ts";

/** The best layouts, why the rest are none, and the front. */
export interface PlanTrainResult extends Pick<Ranged, "intervals"> {
  readonly objective: PlanObjective;
  readonly model: string;
  readonly tokens: number;
  readonly best: readonly PlanRow[];
  /** Layouts that none beats both in speed and in memory (or cost, over several fleets). */
  readonly front: readonly PlanRow[];
  readonly frontAgainst: "memory" | "cost";
  readonly considered: number;
  readonly evaluated: number;
  readonly pruned: number;
  readonly rejected: readonly { readonly reason: string; readonly text: string; readonly layouts: number }[];
}

/** One layout with what it gives. */
export interface PlanRow {
  readonly gpu: string;
  readonly gpus: number;
  readonly layout: Layout & { readonly globalBatch: number };
  readonly stepSeconds: number;
  readonly tokensPerSecondPerGpu: number;
  /** 6 x active x tokens over dense peak x time. */
  readonly mfu: number;
  readonly peakBytesPerGpu: number;
  readonly headroom: number | undefined;
  readonly days: number;
  readonly cost: number | undefined;
  readonly energy: number | undefined;
  /** What is otherwise than in the best, and the cause that costs most. */
  readonly differs: string | undefined;
}
