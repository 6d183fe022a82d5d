import type { Layout, StepTime, TrainingMemory, Utilisation } from "../../core/training/job.ts";
import type { Interval } from "../document.ts";
import type { Swing } from "../sample/sample.ts";

/** Result of `train`. Absent means unknown or not asked; the unit is in the key. */
export interface TrainResult {
  readonly model: ModelPart;
  readonly data: { readonly tokens: number; readonly tokensPerParam: number };
  readonly compute: ComputePart;
  /** What was solved for, because the request left it open. */
  readonly solved: readonly string[];
  readonly time?: { readonly days: number; readonly seconds: number; readonly gpuHours: number };
  readonly throughput?: {
    readonly tokensPerSecond?: number;
    readonly tokensPerSecondPerGpu: number;
    readonly stepSeconds?: number;
  };
  readonly mfu?: number;
  readonly goodput?: number;
  readonly utilisation?: Utilisation;
  readonly step?: StepTime;
  readonly memory: MemoryPart;
  readonly fleet?: FleetPart;
  readonly layout?: Layout & { readonly globalBatch: number; readonly seq: number };
  readonly cost?: CostPart;
  readonly energy?: EnergyPart;
  readonly carbon?: { readonly kgCo2e: number; readonly gramsPerKwh: number; readonly grid: string };
  /** Known runs just below and above in compute. */
  readonly beside: { readonly below?: KnownRun; readonly above?: KnownRun };
  /** The same model on GPT-3's tokens, where tokens were not given. */
  readonly reference?: { readonly tokens: number; readonly flop: number; readonly petaflopDays: number };
  readonly thresholds: readonly ThresholdPart[];
  readonly fleets: readonly FleetRunPart[];
  readonly intervals?: Readonly<Record<string, Interval>>;
  /** Inputs by what they do to one figure, widest swing first. */
  readonly sensitivity?: { readonly output: string; readonly inputs: readonly Swing[] };
}

export interface ModelPart {
  readonly name: string;
  readonly params: number;
  /** Parameters that `compute.flop` counts. */
  readonly active: number;
  /** Which parameters the count includes. */
  readonly convention: string;
}

export interface ComputePart {
  /** 6 x active x tokens: this decides time and money. */
  readonly flop: number;
  readonly petaflopDays: number;
  /** From the shape: causal attention, logits; no recompute. */
  readonly exactFlop?: number;
  /** The same with full s x s attention. */
  readonly exactFullAttentionFlop?: number;
  readonly seq?: number;
}

export interface MemoryPart {
  readonly weightBytes: number;
  readonly gradientBytes: number;
  readonly optimizerBytes: number;
  readonly stateBytes: number;
  readonly capacityBytesPerGpu?: number;
  readonly stateBytesPerGpu?: number;
  readonly peakBytesPerGpu?: number;
  readonly fits?: boolean;
  readonly parts?: TrainingMemory;
}

export interface FleetPart {
  readonly name: string;
  readonly gpu?: string;
  readonly gpus?: number;
  readonly peakFlopPerSecond?: number;
  readonly precision: string;
}

export interface CostPart {
  /** Rent where a rent is known or given, else ownership. */
  readonly usd: number;
  readonly basis: "rent" | "owned";
  readonly usdPerGpuHour?: number;
  readonly rentedUsd?: number;
  readonly priceDate?: string;
  readonly ownedUsd?: number;
  readonly ownedParts?: {
    readonly chips: number;
    readonly servers: number;
    readonly network: number;
    readonly energy: number;
  };
  readonly acquisitionUsd?: number;
}

export interface EnergyPart {
  readonly kwh: number;
  readonly averageWatts?: number;
}

export interface KnownRun {
  readonly name: string;
  readonly flop: number;
  readonly source: string;
}

export interface ThresholdPart {
  readonly id: string;
  readonly name: string;
  readonly flop: number;
  readonly crossed: boolean;
  readonly status: string;
  readonly date: string;
  readonly counts: string;
}

export interface FleetRunPart {
  readonly fleet: string;
  readonly name: string;
  readonly gpus: number;
  readonly gpu?: string;
  readonly peakFlopPerSecond?: number;
  readonly days?: number;
  readonly gpuHours?: number;
  readonly cost?: number;
  readonly energy?: number;
  readonly carbon?: number;
  readonly mfu?: number;
  /** Why a figure is absent. */
  readonly why?: string;
}
