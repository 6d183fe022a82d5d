import { find, type Lookup, type Named } from "./names.ts";

/** Carbon intensity of electricity somewhere, with what other sources say. */
export interface Grid extends Named {
  readonly kind: "country" | "zone" | "cloud region" | "user";
  readonly kgCo2ePerKwh: number;
  /** Year the figure is for, where the source says. */
  readonly year?: number;
  readonly source: string;
  readonly verified: boolean;
  readonly waterLitresPerKwh?: number;
  readonly alternatives: readonly GridFigure[];
}

export interface GridFigure {
  readonly kgCo2ePerKwh: number;
  readonly year?: number;
  readonly source: string;
}

interface CountryRow extends Named {
  readonly g_per_kwh: Readonly<Record<string, number>>;
  readonly water_l_per_kwh?: number;
  readonly verified?: boolean;
}

interface ZoneRow extends Named {
  readonly g_per_kwh_2025?: number;
  readonly g_per_kwh_2024?: number;
}

interface CloudRegionRow extends Named {
  readonly place?: string;
  readonly g_per_kwh: number;
}

interface GridFile {
  readonly sources: Readonly<Record<string, string>>;
  readonly countries: readonly CountryRow[];
  readonly zones: readonly ZoneRow[];
  readonly cloud_regions: readonly CloudRegionRow[];
}

const G_PER_KG = 1000;

/** Cloud regions, zones and countries that ship with the package; loaded on first use. */
export async function loadGrids(): Promise<readonly Grid[]> {
  const file = await import("../../data/catalogue/grids.json", { with: { type: "json" } });
  return gridsOf(file.default as unknown as GridFile);
}

/** `USA`, `sweden`, `US-MIDA-PJM`, `europe-west4`, `us-east-1`: one grid, or the nearest names. */
export function findGrid(grids: readonly Grid[], text: string): Lookup<Grid> {
  return find(grids, text);
}

function gridsOf(file: GridFile): Grid[] {
  return [
    ...file.cloud_regions.map((row) => cloudRegion(row, file.sources)),
    ...file.zones.map((row) => zone(row, file.sources)),
    ...file.countries.map((row) => country(row, file.sources)),
  ];
}

/** Countries take Ember's figure first: one method for all of them; the others stand beside it. */
function country(row: CountryRow, sources: GridFile["sources"]): Grid {
  const g = row.g_per_kwh;
  const [first, ...alternatives] = [
    figure(g.ember_co2js, sources.ember_co2js),
    figure(g.electricitymaps_2025, sources.electricitymaps, 2025),
    figure(g.electricitymaps_2024, sources.electricitymaps, 2024),
    figure(g.owid_codecarbon, sources.owid_codecarbon, g.owid_year),
    figure(g.ecologits, sources.ecologits),
  ].flat();
  return {
    ...named(row),
    kind: "country",
    ...first!,
    verified: row.verified === true,
    ...(row.water_l_per_kwh === undefined ? {} : { waterLitresPerKwh: row.water_l_per_kwh }),
    alternatives,
  };
}

function zone(row: ZoneRow, sources: GridFile["sources"]): Grid {
  const [first, ...alternatives] = [
    figure(row.g_per_kwh_2025, sources.electricitymaps, 2025),
    figure(row.g_per_kwh_2024, sources.electricitymaps, 2024),
  ].flat();
  return { ...named(row), kind: "zone", ...first!, verified: true, alternatives };
}

function cloudRegion(row: CloudRegionRow, sources: GridFile["sources"]): Grid {
  const [first] = figure(row.g_per_kwh, sources.gcp_regions);
  const name = row.place ? `${row.name} (${row.place})` : row.name;
  return { ...named(row), name, kind: "cloud region", ...first!, verified: true, alternatives: [] };
}

function named(row: Named): Named {
  return { id: row.id, name: row.name, ...(row.aliases ? { aliases: row.aliases } : {}) };
}

function figure(g: number | undefined, source: string | undefined, year?: number): GridFigure[] {
  if (g === undefined || source === undefined) return [];
  return [{ kgCo2ePerKwh: g / G_PER_KG, source, ...(year === undefined ? {} : { year }) }];
}
