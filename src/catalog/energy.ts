export interface PueRow {
  readonly provider: string;
  readonly value: number;
  readonly year: string;
  readonly source: string;
  readonly verified: boolean;
  readonly note?: string;
}

export interface ElectricityRow {
  readonly region: string;
  readonly eur_per_kwh?: number;
  readonly usd_per_kwh?: readonly number[];
  readonly source: string;
  readonly verified: boolean;
  readonly note?: string;
}

export interface WaterRow {
  readonly provider: string;
  readonly wue_onsite: number;
  readonly unit: string;
  readonly source: string;
  readonly verified: boolean;
  readonly note?: string;
}

export interface ConstantRow {
  readonly value: unknown;
  readonly unit: string;
  readonly source: string;
  readonly verified: boolean;
  readonly note?: string;
}

export interface EnergyTables {
  readonly sources: Readonly<Record<string, string>>;
  readonly pue: readonly PueRow[];
  readonly electricity_price: {
    readonly us_industrial_usd_per_kwh: Readonly<Record<string, number>>;
    readonly source: string;
    readonly verified: boolean;
    readonly other_regions: readonly ElectricityRow[];
  };
  readonly constants: Readonly<Record<string, ConstantRow>>;
  readonly water_usage: readonly WaterRow[];
}

/** Energy, power and cost constants that ship with the package; loaded on first use. */
export async function loadEnergy(): Promise<EnergyTables> {
  const file = await import("../../data/catalogue/energy.json", { with: { type: "json" } });
  return file.default as unknown as EnergyTables;
}
