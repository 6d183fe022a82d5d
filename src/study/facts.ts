import type { Grid } from "../catalog/grids.ts";
import type { AcceleratorRow, FleetRow, ModelRow } from "../catalog/rows.ts";

/** The catalogue rows that the studies read; loaded once at the edge, with the user's own rows merged in. */
export interface Facts {
  readonly chips: readonly AcceleratorRow[];
  readonly models: readonly ModelRow[];
  readonly fleets: readonly FleetRow[];
  readonly grids: readonly Grid[];
}
