import { findChip } from "./chips.ts";
import { modelOfRow } from "./config-row.ts";
import type { Grid } from "./grids.ts";
import { USER_SOURCE } from "./prices.ts";
import type { AcceleratorRow, FleetRow, ModelRow } from "./rows.ts";
import { SHAPE_FIELDS } from "./shape-layers.ts";

/** The kinds of rows a request may need, each loaded by its own file; a kind that was not loaded is absent. */
export interface Catalogue {
  readonly chips?: readonly AcceleratorRow[];
  readonly models?: readonly ModelRow[];
  readonly fleets?: readonly FleetRow[];
  readonly grids?: readonly Grid[];
}

/** A price of the user's own for a chip by any of its names. */
export interface UserPrice {
  readonly accelerator: string;
  readonly usd: number;
  readonly date?: string;
  readonly note?: string;
}

/** Rows of a user's own file. A row with a known id changes the fields it names; any other is new and must be complete. */
export interface UserCatalogue {
  readonly accelerators?: readonly Partial<AcceleratorRow>[];
  readonly models?: readonly Partial<ModelRow>[];
  readonly fleets?: readonly Partial<FleetRow>[];
  readonly grids?: readonly UserGrid[];
  readonly rent?: readonly UserPrice[];
  readonly purchase?: readonly UserPrice[];
}

export interface UserGrid {
  readonly id: string;
  readonly name?: string;
  readonly aliases?: readonly string[];
  readonly kgCo2ePerKwh: number;
  readonly year?: number;
}

/** `base` with the user's rows over it; kinds that `base` does not hold stay absent. Neither argument is changed. */
export function withUserCatalogue(base: Catalogue, user: UserCatalogue): Catalogue {
  const chips = base.chips && priced(merged(base.chips, user.accelerators, newChip), user);
  return {
    ...(chips ? { chips } : {}),
    ...(base.models ? { models: merged(base.models, user.models, newModel) } : {}),
    ...(base.fleets ? { fleets: merged(base.fleets, user.fleets, newFleet) } : {}),
    ...(base.grids ? { grids: mergedGrids(base.grids, user.grids) } : {}),
  };
}

/** Why the user's rows cannot be used, a sentence each: new rows that lack the essential, prices of nothing. */
export function userProblems(base: Catalogue, user: UserCatalogue): string[] {
  const chips = base.chips && merged(base.chips, user.accelerators, newChip);
  const known = (rows: readonly { id: string }[] | undefined, id: string | undefined) =>
    rows === undefined || rows.some((row) => row.id === id);
  const problems: string[] = [];
  for (const row of user.accelerators ?? []) {
    if (known(base.chips, row.id)) continue;
    if (row.year === undefined) problems.push(`new accelerator ${row.id} needs a year`);
    if (!row.tflops_dense) problems.push(`new accelerator ${row.id} needs tflops_dense`);
  }
  for (const { id } of user.models ?? []) {
    const row = merged(base.models ?? [], user.models, newModel).find((model) => model.id === id)!;
    problems.push(...modelProblems(row));
  }
  for (const row of user.fleets ?? []) {
    if (!known(base.fleets, row.id) && !row.parts?.length) problems.push(`new fleet ${row.id} needs parts`);
  }
  for (const { accelerator } of [...(user.rent ?? []), ...(user.purchase ?? [])]) {
    if (chips && !findChip(chips, accelerator).found)
      problems.push(`price of ${accelerator}: no such accelerator`);
  }
  return problems;
}

/** A model has a sound shape, or at least a size. */
function modelProblems(row: ModelRow): string[] {
  if (!SHAPE_FIELDS.some((field) => row[field] != null)) {
    const sized = row.params_total_published ?? row.params_total_computed;
    return sized ? [] : [`model ${row.id} needs a shape or params_total_published`];
  }
  const { problems = [] } = modelOfRow({ ...row }, row.id);
  return problems.map((problem) => `model ${row.id}: ${problem}`);
}

function newChip(row: Partial<AcceleratorRow>): AcceleratorRow {
  const id = row.id!;
  return {
    name: id,
    vendor: "unknown",
    arch: "unknown",
    status: "shipping",
    kind: "datacenter",
    year: 0,
    tflops_dense: {},
    ...row,
    id,
  };
}

function newModel(row: Partial<ModelRow>): ModelRow {
  return { name: row.id!, ...row, id: row.id! };
}

function newFleet(row: Partial<FleetRow>): FleetRow {
  return { name: row.id!, parts: [], ...row, id: row.id! };
}

function merged<Row extends { readonly id: string }>(
  base: readonly Row[],
  own: readonly Partial<Row>[] | undefined,
  fresh: (row: Partial<Row>) => Row,
): readonly Row[] {
  if (!own || own.length === 0) return base;
  const rows = new Map(base.map((row) => [row.id, row]));
  for (const row of own) {
    const old = rows.get(row.id!);
    rows.set(row.id!, old ? overlay(old, row) : fresh(row));
  }
  return [...rows.values()];
}

/** The new fields over the old, one level deep, so that a user may change the bandwidth and leave the capacity. */
function overlay<Row extends object>(old: Row, own: Partial<Row>): Row {
  const result = { ...old } as Record<string, unknown>;
  for (const [field, value] of Object.entries(own)) {
    const before = result[field];
    result[field] = isPlain(before) && isPlain(value) ? { ...before, ...value } : value;
  }
  return result as unknown as Row;
}

function isPlain(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function priced(rows: readonly AcceleratorRow[], user: UserCatalogue): readonly AcceleratorRow[] {
  if (!user.rent?.length && !user.purchase?.length) return rows;
  const priceOf = ({ usd, date }: UserPrice) => ({ usd, date: date ?? "", src: USER_SOURCE });
  return rows.map((row) => {
    const own = ({ accelerator }: UserPrice) => findChip(rows, accelerator).found === row;
    const rent = (user.rent ?? [])
      .filter(own)
      .map((p) => ({ ...priceOf(p), provider: p.note ?? "own price" }));
    const bought = (user.purchase ?? [])
      .filter(own)
      .map((p) => ({ ...priceOf(p), what: p.note ?? "own price" }));
    return {
      ...row,
      cloud_usd_per_chip_hour: [...(row.cloud_usd_per_chip_hour ?? []), ...rent],
      price_usd: [...(row.price_usd ?? []), ...bought],
    };
  });
}

function mergedGrids(base: readonly Grid[], own: readonly UserGrid[] | undefined): readonly Grid[] {
  if (!own || own.length === 0) return base;
  const replaced = new Set(own.map(({ id }) => id));
  const added = own.map((row) => ({
    ...row,
    name: row.name ?? row.id,
    kind: "user" as const,
    source: USER_SOURCE,
    verified: false,
    alternatives: [],
  }));
  return [...base.filter(({ id }) => !replaced.has(id)), ...added];
}
