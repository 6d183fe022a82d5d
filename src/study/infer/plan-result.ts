import type { ServingLayout, WeightPrecision } from "../../core/serving/setup.ts";
import type { Ranged } from "../sample/ranged.ts";
import type { Split } from "./disaggregate.ts";
import type { InferRequest } from "./request.ts";
import type { DemandPart } from "./result.ts";

export type ServingObjective = "throughput" | "cost" | "latency" | "energy";

/** A planning question: how best to serve on these accelerators; or, with a demand, how to serve it with the fewest. */
export interface PlanInferRequest extends InferRequest {
  /** USD an hour of rent; stands for a number of accelerators. */
  readonly budget?: number;
  readonly objective?: ServingObjective;
  readonly top?: number;
  /** Also tries prompts on accelerators of their own. */
  readonly split?: boolean;
}

/** One way to serve, with the most users that it carries within the bounds. */
export interface ServingPlan {
  readonly gpu: string;
  readonly precision: WeightPrecision;
  readonly kvPrecision: string;
  readonly layout: ServingLayout;
  readonly replicas: number;
  readonly gpus: number;
  readonly idleGpus: number;
  /** Requests that a replica may run at once: the engine's limit to set. */
  readonly batchLimit: number;
  readonly concurrency: number;
  readonly ttftSeconds: number;
  readonly tpotSeconds: number;
  readonly outputTokensPerSecond: number;
  /** Over all accelerators, idle ones too. */
  readonly outputTokensPerSecondPerGpu: number;
  readonly outputTokensPerSecondPerUser: number;
  readonly usdPerMillionOutputTokens?: number | undefined;
  readonly usdPerRequest?: number | undefined;
  readonly joulesPerOutputToken?: number | undefined;
  /** What gives way first beyond. */
  readonly breaks: string;
  /** Where prompts have accelerators of their own; the layout and replicas are then those that write. */
  readonly split?: Split | undefined;
}

export interface PlanInferResult extends Pick<Ranged, "intervals"> {
  readonly model: { readonly name: string; readonly params: number };
  readonly request: {
    readonly inputTokens: number;
    readonly outputTokens: number;
    readonly cachedTokens: number;
  };
  readonly objective: ServingObjective;
  /** The demand that every plan carries; absent where each carries the most it can. */
  readonly demand?: { readonly kind: DemandPart["kind"]; readonly amount: number } | undefined;
  readonly gpus: number;
  readonly considered: number;
  /** Accelerators to choose among. */
  readonly chips: readonly string[];
  /** Best first. */
  readonly best: readonly ServingPlan[];
  readonly rejected: readonly {
    readonly reason: string;
    readonly layouts: number;
    readonly nearest?: string | undefined;
  }[];
  /** Points that none beats both in tokens a second a user and a GPU; bounds do not matter here. */
  readonly front: readonly FrontPoint[];
}

export interface FrontPoint {
  readonly outputTokensPerSecondPerUser: number;
  readonly outputTokensPerSecondPerGpu: number;
  readonly layout: string;
  readonly precision: string;
  readonly batch: number;
}
