import { loadChips } from "../../src/catalog/chips.ts";
import { loadFleets } from "../../src/catalog/fleets.ts";
import { loadGrids } from "../../src/catalog/grids.ts";
import { loadModels } from "../../src/catalog/models.ts";
import { type Facts, factsOf } from "../../src/study/facts.ts";

/** The shipped catalogue. */
export async function shippedFacts(): Promise<Facts> {
  const [chips, models, fleets, grids] = await Promise.all([
    loadChips(),
    loadModels(),
    loadFleets(),
    loadGrids(),
  ]);
  return factsOf({ chips, models, fleets, grids });
}
