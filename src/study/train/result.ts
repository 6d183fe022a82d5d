import type { Layout, StepTime, TrainingMemory, Utilisation } from "../../core/training/job.ts";
import type { Lever } from "../../core/training/levers.ts";
import type { Ranged } from "../sample/ranged.ts";

/** Result of `train`. Absent means unknown or not asked; the unit is in the key. */
export interface TrainResult extends Ranged {
  readonly model: ModelPart;
  readonly data: { readonly tokens: number; readonly tokensPerParam: number };
  readonly compute: ComputePart;
  /** What was solved for, because the request left it open. */
  readonly solved: readonly string[];
  readonly time?: { readonly days: number; readonly seconds: number; readonly gpuHours: number } | undefined;
  readonly throughput?: {
    readonly tokensPerSecond?: number | undefined;
    readonly tokensPerSecondPerGpu: number;
    readonly stepSeconds?: number | undefined;
  };
  readonly mfu?: number | undefined;
  readonly goodput?: number | undefined;
  readonly utilisation?: Utilisation | undefined;
  readonly step?: StepTime | undefined;
  /** Changes that would help most, with the share of the time that each saves. */
  readonly levers?: readonly Lever[] | undefined;
  readonly memory: MemoryPart;
  readonly fleet?: FleetPart | undefined;
  readonly layout?: Layout & { readonly globalBatch: number; readonly seq: number };
  readonly cost?: CostPart | undefined;
  readonly energy?: EnergyPart | undefined;
  readonly carbon?:
    | { readonly kgCo2e: number; readonly gramsPerKwh: number; readonly grid: string }
    | undefined;
  /** Known runs just below and above in compute. */
  readonly beside: { readonly below?: KnownRun | undefined; readonly above?: KnownRun | undefined };
  readonly reference?: ReferencePart | undefined;
  readonly thresholds: readonly ThresholdPart[];
  readonly fleets: readonly FleetRunPart[];
}

/** The same model on GPT-3's tokens, beside GPT-3's published compute scaled by parameters alone. */
export interface ReferencePart {
  readonly tokens: number;
  readonly flop: number;
  readonly petaflopDays: number;
  readonly scaled: {
    readonly petaflopDays: number;
    readonly fromPetaflopDays: number;
    readonly fromParams: number;
  };
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
  /** 6 x active x tokens, 4 x of frozen weights: this decides time and money. */
  readonly flop: number;
  readonly flopPerActive: number;
  readonly petaflopDays: number;
  /** From the shape: causal attention, logits; no recompute. */
  readonly exactFlop?: number | undefined;
  /** The same with full s x s attention. */
  readonly exactFullAttentionFlop?: number | undefined;
  readonly seq?: number | undefined;
}

export interface MemoryPart {
  readonly weightBytes: number;
  readonly gradientBytes: number;
  readonly optimizerBytes: number;
  readonly stateBytes: number;
  readonly capacityBytesPerGpu?: number | undefined;
  readonly stateBytesPerGpu?: number | undefined;
  readonly peakBytesPerGpu?: number | undefined;
  readonly fits?: boolean | undefined;
  readonly parts?: TrainingMemory | undefined;
}

export interface FleetPart {
  readonly name: string;
  readonly gpu?: string | undefined;
  readonly gpus?: number | undefined;
  readonly peakFlopPerSecond?: number | undefined;
  readonly precision: string;
}

export interface CostPart {
  /** Rent where a rent is known or given, else ownership. */
  readonly usd: number;
  readonly basis: "rent" | "owned";
  readonly usdPerGpuHour?: number | undefined;
  readonly rentedUsd?: number | undefined;
  readonly priceDate?: string | undefined;
  readonly ownedUsd?: number | undefined;
  readonly ownedParts?:
    | {
        readonly chips: number;
        readonly servers: number;
        readonly network: number;
        readonly energy: number;
      }
    | undefined;
  readonly acquisitionUsd?: number | undefined;
}

export interface EnergyPart {
  readonly kwh: number;
  readonly averageWatts?: number | undefined;
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
  /** Share of the draws that pass it, where a range makes the compute uncertain. */
  readonly probability?: number;
  readonly status: string;
  readonly date: string;
  readonly counts: string;
  /** FLOP that the rule counts, where it adds the original run to a modification. */
  readonly counted?: number;
}

export interface FleetRunPart {
  readonly fleet: string;
  readonly name: string;
  readonly gpus: number;
  readonly gpu?: string | undefined;
  readonly peakFlopPerSecond?: number | undefined;
  readonly days?: number | undefined;
  readonly gpuHours?: number | undefined;
  readonly cost?: number | undefined;
  readonly energy?: number | undefined;
  readonly carbon?: number | undefined;
  readonly mfu?: number | undefined;
  /** Why a figure is absent. */
  readonly why?: string | undefined;
}
