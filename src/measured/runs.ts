/** A whole published training run; what was not published is absent. */
export interface MeasuredRun {
  readonly id: string;
  readonly model: string;
  /** Catalogue id of the model's shape. */
  readonly catalogue?: string;
  readonly year: number;
  readonly params: number;
  readonly active?: number;
  readonly tokens?: number;
  readonly flop?: number;
  /** What the source counts, as it says. */
  readonly method?: string;
  /** The same, as one of our counts. */
  readonly convention?: "6ND" | "full attention" | "hardware, full recomputation";
  readonly chip?: string;
  readonly chips?: number;
  readonly chipHours?: number;
  readonly energyMwh?: number;
  readonly energyKind?: string;
  readonly pue?: number;
  readonly wattsPerChip?: number;
  readonly kgPerKwh?: number;
  readonly tonnesCo2?: number;
  readonly usd?: number;
  readonly source: string;
  readonly trust: "A" | "B" | "C";
  readonly notes?: string;
}

/** Published runs; loaded only by validation. */
export async function measuredRuns(): Promise<readonly MeasuredRun[]> {
  const file = await import("./data/training-runs.json", { with: { type: "json" } });
  return file.default as readonly MeasuredRun[];
}
