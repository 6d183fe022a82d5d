import type { Ranged } from "../sample/ranged.ts";

/** Fleets side by side, as multiples of one of them. */
export interface FleetResult extends Ranged {
  readonly reference: string;
  readonly run?: {
    readonly model: string;
    readonly params: number;
    readonly tokens: number;
    readonly flop: number;
  };
  readonly fleets: readonly FleetRow[];
}

/** One fleet; absent means unknown. */
export interface FleetRow {
  readonly fleet: string;
  readonly name: string;
  readonly gpus: number;
  readonly gpu?: string;
  readonly peakFlopPerSecond?: number;
  readonly peaks: Readonly<Partial<Record<"fp32" | "bf16" | "fp8" | "fp4", number>>>;
  readonly memoryBytes?: number;
  readonly bandwidthBytesPerSecond?: number;
  /** Facility power under load. */
  readonly watts?: number;
  readonly capexUsd?: number;
  readonly rentUsdPerDay?: number;
  readonly days?: number;
  readonly cost?: number;
  /** Dense peak over the reference's. */
  readonly ratio?: number;
  /** The reference's dense peak over this one's. */
  readonly referenceRatio?: number;
  /** Why a figure is absent. */
  readonly why?: string;
  /** The chip was not stated; this row is one that it could be. */
  readonly candidateOf?: string;
  readonly reportedMegawatts?: number;
  readonly date?: string;
  readonly status?: string;
}
