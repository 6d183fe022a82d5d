import { userProblems, withUserCatalogue } from "../catalog/user.ts";
import { readUserCatalogue } from "../input/user-catalogue.ts";
import { type Facts, factsOf } from "../study/facts.ts";
import { refuse } from "../units/problem.ts";

/** A user's catalogue as it was read, and the file it was in. */
export interface UserFile {
  readonly name: string;
  readonly value: unknown;
}

/** Merges the user's rows into the catalogue; theirs win. Refuses rows that lack the essential. */
export function withUserRows(facts: Facts, files: readonly UserFile[]): Facts {
  return files.reduce((base, { name, value }) => {
    const user = readUserCatalogue(value, name);
    const [problem] = userProblems(base, user);
    if (problem !== undefined)
      refuse("E-CATALOG", `The catalogue in ${name} is not usable: ${problem}.`, { flag: "--catalog" });
    const merged = withUserCatalogue(base, user);
    return factsOf({
      chips: merged.chips ?? base.chips,
      models: merged.models ?? base.models,
      fleets: merged.fleets ?? base.fleets,
      grids: merged.grids ?? base.grids,
    });
  }, facts);
}
