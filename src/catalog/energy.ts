import type { AcceleratorRow } from "./rows.ts";

/** A figure of the energy tables with where it is from. */
export interface Figure {
  readonly value: number;
  readonly source: string;
  readonly year?: string;
  readonly verified: boolean;
  readonly note?: string;
}

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

/** The first PUE row whose provider begins with the text: `google`, `aws`, `uptime`, `epoch model: other`. */
export function findPue(tables: EnergyTables, provider: string): PueRow | undefined {
  const start = provider.trim().toLowerCase();
  return start === "" ? undefined : tables.pue.find((row) => row.provider.toLowerCase().startsWith(start));
}

/** US industrial electricity, USD per kWh, of a year; of the nearest year the series has where it has none. */
export function usElectricityPrice(tables: EnergyTables, year: number): Figure {
  const { us_industrial_usd_per_kwh: series, source, verified } = tables.electricity_price;
  const years = Object.keys(series).map(Number);
  const nearest = Math.min(Math.max(year, Math.min(...years)), Math.max(...years));
  return { value: series[nearest]!, source, year: String(nearest), verified };
}

/** Server nameplate power over the TDP of its chips (Epoch): 1.82 for H100 servers, 2.03 for A100, 1.56 for TPU v4 on. */
export function serverPowerRatio(tables: EnergyTables, chip: AcceleratorRow): Figure {
  return byChip(tables, "chip_to_server_power", chip);
}

/** Price of a server with its chips over the price of the bare chips (Epoch). */
export function serverCostRatio(tables: EnergyTables, chip: AcceleratorRow): Figure {
  return byChip(tables, "server_cost_overhead_over_chip_price", chip);
}

/** Mean draw in training over server nameplate (Epoch): 0.75 for GPUs, 0.43 for TPUs. */
export function trainingLoad(tables: EnergyTables, chip: AcceleratorRow): Figure {
  return byKey(tables, "average_power_fraction_of_server_tdp_training", isTpu(chip) ? "TPU" : "GPU");
}

/** A single-valued constant by its key: `median_training_mfu`, `interconnect_fraction_of_cluster_cost`. */
export function constant(tables: EnergyTables, key: string): Figure | undefined {
  const row = tables.constants[key];
  return row && typeof row.value === "number" ? figureOf(tables, row, row.value) : undefined;
}

/** Constants that the source gives by chip family, with its own class for the rest. */
function byChip(tables: EnergyTables, key: string, chip: AcceleratorRow): Figure {
  const family = isTpu(chip) ? tpuGeneration(chip, tables, key) : chip.id.split("-")[0]!.toUpperCase();
  return byKey(tables, key, family);
}

function tpuGeneration(chip: AcceleratorRow, tables: EnergyTables, key: string): string {
  const generation = chip.id.replace("tpu-", "TPU ").slice(0, "TPU v4".length);
  const values = tables.constants[key]!.value as Readonly<Record<string, number>>;
  return generation in values ? generation : "TPU v4+";
}

function byKey(tables: EnergyTables, key: string, name: string): Figure {
  const row = tables.constants[key]!;
  const values = row.value as Readonly<Record<string, number>>;
  return figureOf(tables, row, values[name] ?? values.other!);
}

function figureOf(tables: EnergyTables, row: ConstantRow, value: number): Figure {
  const source = tables.sources[row.source] ?? row.source;
  return { value, source, verified: row.verified, ...(row.note ? { note: row.note } : {}) };
}

function isTpu(chip: AcceleratorRow): boolean {
  return chip.id.startsWith("tpu-");
}
