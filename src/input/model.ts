import { modelOfJson } from "../catalog/config.ts";
import type { ModelRow } from "../catalog/rows.ts";
import { refuse } from "../units/problem.ts";

/** A Hugging Face config.json, or a row in the shape of the model catalogue; refused with every reason it cannot be read. */
export function modelRowOf(object: Readonly<Record<string, unknown>>, name: string): ModelRow {
  const id = name.replace(/^.*\//, "").replace(/\.json$/, "");
  const read = modelOfJson(object, id);
  if (read.row !== undefined) return read.row;
  return refuse("E-MODEL", `${name} is not a model's shape: ${read.problems.join("; ")}.`, {
    flag: "--model",
    hint: "Wanted: a Hugging Face config.json, or a row as `compute-est catalog show models NAME --json` prints it.",
  });
}
