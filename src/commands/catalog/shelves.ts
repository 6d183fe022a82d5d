import type { Lookup, Named } from "../../catalog/names.ts";
import type { Table, View } from "../../render/view.ts";
import type { UserFile } from "../user-catalogue.ts";
import { chipShelf } from "./chips.ts";
import { constantShelf, gridShelf } from "./energy.ts";
import { fleetShelf } from "./fleets.ts";
import { modelShelf } from "./models.ts";
import { priceShelf } from "./prices.ts";
import { figureShelf } from "./published.ts";
import { ruleShelf } from "./rules.ts";

/** One kind of row: how it is loaded, listed, found and shown. */
export interface Shelf<Row extends Named = Named> {
  readonly kind: string;
  readonly aliases: readonly string[];
  readonly holds: string;
  load(user: readonly UserFile[]): Promise<readonly Row[]>;
  find(rows: readonly Row[], text: string): Lookup<Row>;
  table(rows: readonly Row[]): Table;
  card(row: Row, how: string): Promise<Card>;
}

/** One row in full, with where each figure is from. */
export interface Card {
  readonly view: View;
  readonly provenance: unknown;
}

// rows go back only to the shelf they came from
export const SHELVES: Readonly<Record<string, Shelf>> = {
  accelerators: chipShelf as unknown as Shelf,
  models: modelShelf as unknown as Shelf,
  fleets: fleetShelf as unknown as Shelf,
  grids: gridShelf as unknown as Shelf,
  prices: priceShelf as unknown as Shelf,
  constants: constantShelf as unknown as Shelf,
  rules: ruleShelf as unknown as Shelf,
  figures: figureShelf as unknown as Shelf,
};
