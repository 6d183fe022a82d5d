import type { Ranged } from "../sample/ranged.ts";
import type { Split } from "./disaggregate.ts";

/** Result of `infer`. Absent means unknown or not asked; the unit is in the key. */
export interface InferResult extends Ranged {
  readonly model: {
    readonly name: string;
    readonly params: number;
    readonly active: number;
    readonly precision: string;
    readonly kvBytesPerElement: number;
  };
  readonly engine: { readonly name: string; readonly class: string; readonly measured: boolean };
  readonly request: {
    readonly inputTokens: number;
    readonly outputTokens: number;
    readonly cachedTokens: number;
    /** Of the prompt: images, video and sound. */
    readonly mediaTokens?: number | undefined;
  };
  readonly demand: DemandPart;
  readonly fleet: {
    readonly gpu: string;
    readonly name: string;
    readonly gpus: number;
    readonly replicas: number;
    readonly gpusPerReplica: number;
  };
  readonly layout: {
    readonly tp: number;
    readonly pp: number;
    readonly dp: number;
    readonly ep?: number | undefined;
  };
  /** Where prompts run on accelerators of their own; `layout` is then that of the decode workers. */
  readonly split?: Split | undefined;
  readonly latency: LatencyPart;
  readonly throughput: ThroughputPart;
  readonly batch: { readonly perReplica: number; readonly fitsPerReplica: number };
  /** Seconds of one output token by cause; the causes sum to `latency.tpotSeconds`. */
  readonly step: StepPart;
  readonly prefill: { readonly aloneSeconds: number; readonly workSeconds: number };
  readonly memory: MemoryPart;
  readonly power?: { readonly wattsPerGpu: number; readonly facilityWatts: number } | undefined;
  readonly energy?: EnergyPart | undefined;
  readonly carbon?: CarbonPart | undefined;
  readonly water?: { readonly litresPerRequest: number } | undefined;
  readonly cost?: InferCost | undefined;
  /** What hosts list for this model, cheapest output first; a price, where `cost` is a cost. */
  readonly listed?: readonly ListedPrice[] | undefined;
  readonly slo: readonly SloPart[];
  /** Accelerators with which every bound holds nine times in ten. */
  readonly sureGpus?: number | undefined;
  /** The most that these accelerators carry within the bounds, and what breaks first beyond. */
  readonly capacity?:
    | { readonly requestsPerSecond: number; readonly concurrency: number; readonly breaks: string }
    | undefined;
  readonly limit: { readonly by: string; readonly why: string };
  /** What would change the answer, most first. */
  readonly levers: readonly Lever[];
  /** The same demand on each chip asked for, the first being the reference. */
  readonly chips?: readonly ChipRow[] | undefined;
}

export interface DemandPart {
  readonly kind: "closed" | "open" | "static" | "saturated";
  /** Requests in flight, on average: rate x time in the system. */
  readonly concurrency: number;
  readonly requestsPerSecond: number;
}

type Metric = "ttft" | "tpot" | "e2e";
/** `ttftSeconds` is the mean; the others are over requests. */
export type LatencyPart = {
  readonly [Key in Metric as `${Key}${"" | "P50" | "P90" | "P99"}Seconds`]: number;
} & { readonly gapSeconds: number };

export interface ThroughputPart {
  readonly outputTokensPerSecond: number;
  readonly outputTokensPerSecondPerGpu: number;
  readonly totalTokensPerSecondPerGpu: number;
  readonly outputTokensPerSecondPerUser: number;
  readonly requestsPerSecond: number;
}

/** Seconds by cause: `weights`, `experts`, `kv`, `allReduce`, `dispatch`, `launch`, `engine`, and others' `prefill`. */
export type StepPart = Readonly<Record<string, number>>;

export interface MemoryPart {
  readonly fits: boolean;
  readonly capacityBytesPerGpu?: number | undefined;
  readonly weightBytesPerGpu: number;
  readonly overheadBytesPerGpu: number;
  readonly kvPoolBytesPerGpu: number;
  /** What each further token adds for good, over all chips of a replica. */
  readonly kvBytesPerToken: number;
  /** The same where the engine gives windowed layers the pages of a full one. */
  readonly kvAllocatedBytesPerToken: number;
  readonly kvFixedBytesPerRequest: number;
  readonly kvBytesPerRequest: number;
  /** Tokens that the pools of one replica hold in requests of this length. */
  readonly kvCapacityTokens: number;
  readonly kvUsedTokens: number;
}

export interface EnergyPart {
  /** Of the boards alone. */
  readonly joulesPerOutputToken: number;
  readonly joulesPerInputToken: number;
  /** At the meter: servers and cooling too. */
  readonly whPerRequest: number;
}

export interface CarbonPart {
  readonly gramsCo2ePerRequest: number;
  /** Of it, the making of the hardware. */
  readonly embodiedGramsPerRequest: number;
  readonly embodiedShare: number;
  readonly gramsPerKwh: number;
  readonly grid: string;
}

export interface Prices {
  readonly usdPerMillionInputTokens: number;
  /** Absent where nothing is cached. */
  readonly usdPerMillionCachedTokens?: number | undefined;
  readonly usdPerMillionOutputTokens: number;
}

export interface InferCost extends Prices {
  readonly basis: "rent" | "owned";
  readonly usdPerGpuHour: number;
  readonly usdPerHour: number;
  readonly usdPerRequest: number;
  readonly priceDate?: string | undefined;
  readonly rented?: Prices | undefined;
  readonly owned?: (Prices & { readonly usdPerGpuHour: number }) | undefined;
}

export interface ListedPrice {
  readonly provider: string;
  readonly model: string;
  readonly usdPerMillionInputTokens: number;
  readonly usdPerMillionOutputTokens: number;
  readonly date: string;
}

export interface SloPart {
  readonly metric: Metric;
  readonly statistic: string;
  readonly limitSeconds: number;
  readonly valueSeconds: number;
  readonly met: boolean;
  /** Chance that it is met, by the validated error of the model. */
  readonly probability?: number;
}

export interface Lever {
  readonly change: string;
  readonly gpus: number;
  readonly usdPerMillionOutputTokens?: number | undefined;
  readonly tpotSeconds: number;
  /** Chip-time of an output token over what it is now. */
  readonly chipTimeRatio: number;
}

export interface ChipRow {
  readonly gpu: string;
  readonly name: string;
  readonly gpus?: number | undefined;
  readonly layout?: string | undefined;
  readonly ttftSeconds?: number | undefined;
  readonly tpotSeconds?: number | undefined;
  readonly outputTokensPerSecondPerGpu?: number | undefined;
  readonly usdPerMillionOutputTokens?: number | undefined;
  readonly whPerRequest?: number | undefined;
  /** Cost of an output token over that of the reference. */
  readonly usdPerRequest?: number | undefined;
  /** Cost of a request over that of the first that has one. */
  readonly ratio?: number | undefined;
  readonly why?: string | undefined;
}
