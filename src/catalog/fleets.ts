import { find, type Lookup } from "./names.ts";
import type { AcceleratorRow, FleetRow } from "./rows.ts";

/** The fleets that ship with the package; loaded on first use. */
export async function loadFleets(): Promise<readonly FleetRow[]> {
  const file = await import("../../data/catalogue/fleets.json", { with: { type: "json" } });
  return file.default.fleets as readonly FleetRow[];
}

/** `tesla-a100-7360`, `Frontier`, `twitter`: one fleet, or the nearest names. */
export function findFleet(rows: readonly FleetRow[], text: string): Lookup<FleetRow> {
  return find(rows, text, { words: (row) => row.owner ?? "" });
}

/** `count` chips of one kind; the chip is null where it was not stated. */
export function fleetOf(count: number, chip: AcceleratorRow | null): FleetRow {
  const label = chip?.name ?? "chip not stated";
  return {
    id: `${count}x${chip?.id ?? "unknown"}`,
    name: `${count} x ${label}`,
    parts: [{ accelerator: chip?.id ?? null, chip_label: label, count }],
  };
}

export interface FleetPart {
  /** Undefined where the chip was not stated. */
  readonly chip: AcceleratorRow | undefined;
  readonly count: number;
}

/** Parts with their rows; a part whose id is no accelerator of `chips` counts as not stated. */
export function partsOf(fleet: FleetRow, chips: readonly AcceleratorRow[]): FleetPart[] {
  return fleet.parts.map(({ accelerator, count }) => ({
    chip: chips.find((row) => row.id === accelerator),
    count,
  }));
}

/** Vendors that build chips for themselves or rent them out, and sell none. */
const IN_HOUSE: readonly string[] = ["Google", "AWS", "Microsoft", "Tesla"];
/** A cluster bought at a date is of a chip that others ran from this long before to this long after. */
const MONTHS_BEFORE = 36;
const MONTHS_AFTER = 6;

/**
 * What a purchase of unnamed accelerators at a date may have been: the chips of every catalogue fleet that came up from three
 * years before to half a year after it, where the vendor sells them and they are no export variant. A date outside the time of
 * the fleets counts as the nearest end of it. Ordered by year, then by peak.
 */
export function candidateChips(
  date: string,
  fleets: readonly FleetRow[],
  chips: readonly AcceleratorRow[],
): AcceleratorRow[] {
  const built = fleets.filter((fleet) => fleet.date && fleet.status !== "planned");
  const months = built.map((fleet) => monthOf(fleet.date!));
  const at = Math.min(Math.max(monthOf(date), Math.min(...months)), Math.max(...months));
  const ids = new Set<string | null>();
  for (const fleet of built) {
    const age = at - monthOf(fleet.date!);
    if (age <= MONTHS_BEFORE && age >= -MONTHS_AFTER)
      for (const part of fleet.parts) ids.add(part.accelerator);
  }
  return chips
    .filter((row) => ids.has(row.id) && isSold(row))
    .sort((a, b) => a.year - b.year || rate16(a) - rate16(b) || (a.id < b.id ? -1 : 1));
}

function isSold(row: AcceleratorRow): boolean {
  return row.status !== "export-variant" && !IN_HOUSE.includes(row.vendor);
}

function rate16(row: AcceleratorRow): number {
  return row.tflops_dense.bf16 ?? row.tflops_dense.fp16 ?? 0;
}

/** Months since year 0; a bare year counts as its middle. */
function monthOf(date: string): number {
  const [year = 0, month = 6] = date.split("-").map(Number);
  return year * 12 + month;
}
