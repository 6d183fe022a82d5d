import { chipOf } from "../catalog/chip.ts";
import { findChip } from "../catalog/chips.ts";
import { findFleet } from "../catalog/fleets.ts";
import { findGrid, type Grid } from "../catalog/grids.ts";
import { findModel } from "../catalog/models.ts";
import type { Lookup, Named } from "../catalog/names.ts";
import { purchaseQuote, type Quote, rentQuote } from "../catalog/prices.ts";
import type { AcceleratorRow, FleetRow, ModelRow, PurchasePrice, RentPrice } from "../catalog/rows.ts";
import type { Chip } from "../core/chip.ts";

/** The catalogue rows that the studies read; loaded once at the edge, with the user's own rows merged in. */
export interface Rows {
  readonly chips: readonly AcceleratorRow[];
  readonly models: readonly ModelRow[];
  readonly fleets: readonly FleetRow[];
  readonly grids: readonly Grid[];
}

/** Rows with look-ups that remember: scripts ask for the same few names a million times. */
export interface Facts extends Rows {
  chip(text: string): Lookup<AcceleratorRow>;
  model(text: string): Lookup<ModelRow>;
  fleet(text: string): Lookup<FleetRow>;
  grid(text: string): Lookup<Grid>;
  /** What a row comes to, worked out once. */
  priced(row: AcceleratorRow): Priced;
  /** Whatever is worth computing once a catalogue, by a key of the caller's. */
  once<T>(key: string, make: () => T): T;
}

/** A chip in base units with its default prices. */
export interface Priced {
  readonly chip: Chip;
  readonly rent: Quote<RentPrice> | undefined;
  readonly purchase: Quote<PurchasePrice> | undefined;
}

/** More names than this are not remembered: a stream of typos must not fill memory. */
const REMEMBERED = 1000;

/** A catalogue over rows: look-ups by name, each row converted once. */
export function factsOf(rows: Rows): Facts {
  const prices = new Map<AcceleratorRow, Priced>();
  const made = new Map<string, unknown>();
  return {
    ...rows,
    chip: remember(rows.chips, findChip),
    model: remember(rows.models, findModel),
    fleet: remember(rows.fleets, findFleet),
    grid: remember(rows.grids, findGrid),
    priced: (row) => {
      const known = prices.get(row);
      if (known !== undefined) return known;
      const priced = { chip: chipOf(row), rent: rentQuote(row), purchase: purchaseQuote(row) };
      prices.set(row, priced);
      return priced;
    },
    once: <T>(key: string, make: () => T): T => {
      if (!made.has(key)) made.set(key, make());
      return made.get(key) as T;
    },
  };
}

function remember<Row extends Named>(
  rows: readonly Row[],
  find: (rows: readonly Row[], text: string) => Lookup<Row>,
): (text: string) => Lookup<Row> {
  const seen = new Map<string, Lookup<Row>>();
  return (text) => {
    const known = seen.get(text);
    if (known !== undefined) return known;
    // an id as it stands needs no folding of every name
    const row = rows.find(({ id }) => id === text);
    const found = row === undefined ? find(rows, text) : { found: row, how: "id" };
    if (seen.size < REMEMBERED) seen.set(text, found);
    return found;
  };
}
