import type { AttentionKernel, Method, Recompute, Stack } from "../../core/training/job.ts";
import type { EconomicsRequest } from "../economics.ts";
import type { MatmulPrecision } from "../machine.ts";
import type { ModelRequest } from "../model.ts";
import type { SamplingRequest } from "../sample/uncertain.ts";

/** A training question, in the units of its flags: days, USD an hour, USD a kWh. Anything may be left open. */
export interface TrainRequest extends ModelRequest, EconomicsRequest, LayoutRequest, SamplingRequest {
  readonly tokens?: number;
  readonly tokensPerParam?: number;
  readonly method?: Method;
  readonly loraRank?: number;
  /** A chip's name. */
  readonly gpu?: string;
  readonly gpus?: number;
  /** COUNTxCHIP, or the name of a known fleet. */
  readonly fleet?: string;
  readonly days?: number;
  readonly budget?: number;
  readonly precision?: MatmulPrecision;
  readonly mfu?: number;
  readonly goodput?: number;
}

/** How the job is cut, and its software; what is open is searched or assumed. */
export interface LayoutRequest {
  readonly tp?: number;
  readonly pp?: number;
  readonly vpp?: number;
  readonly cp?: number;
  readonly ep?: number;
  readonly dp?: number;
  readonly shardGroup?: number;
  readonly zero?: 0 | 1 | 2 | 3;
  readonly sequenceParallel?: boolean;
  readonly recompute?: Recompute;
  readonly globalBatch?: number;
  readonly microBatch?: number;
  readonly seq?: number;
  readonly attention?: AttentionKernel;
  readonly stack?: Stack["level"];
  readonly overlap?: boolean;
  readonly softwareYear?: number;
}
