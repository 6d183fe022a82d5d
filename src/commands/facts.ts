import { loadChips } from "../catalog/chips.ts";
import { loadFleets } from "../catalog/fleets.ts";
import { loadGrids } from "../catalog/grids.ts";
import { loadModels } from "../catalog/models.ts";
import { type Facts, factsOf } from "../study/facts.ts";
import type { UserFile } from "./user-catalogue.ts";

/** The catalogue, with the user's own rows merged in where there are any. */
export async function loadFacts(userCatalogues: readonly UserFile[]): Promise<Facts> {
  const [chips, models, fleets, grids] = await Promise.all([
    loadChips(),
    loadModels(),
    loadFleets(),
    loadGrids(),
  ]);
  const facts = factsOf({ chips, models, fleets, grids });
  return userCatalogues.length === 0
    ? facts
    : (await import("./user-catalogue.ts")).withUserRows(facts, userCatalogues);
}
