import { refuse } from "../units/problem.ts";
import { ESTIMATORS } from "./estimators.ts";
import { INFER_FIGURES, nearestFigures, TRAIN_FIGURES } from "./figures.ts";

/** The paths of --fields; one that no command's result has is a slip. */
export async function fieldsOf(text: string): Promise<readonly string[]> {
  const { resultHas } = await import("../input/result-schema.ts");
  const paths = text.split(",").map((path) => path.trim());
  for (const path of paths) {
    if (ESTIMATORS.some(({ name }) => resultHas(name, path))) continue;
    const near = nearestFigures([...TRAIN_FIGURES, ...INFER_FIGURES], path).join(", ");
    refuse("E-CHOICE", `--fields "${path}" is no figure of any result.`, {
      flag: "--fields",
      hint: near === "" ? "`compute-est schema COMMAND result` has their paths." : `Nearest: ${near}.`,
    });
  }
  return paths;
}

/** Figures of a document's result by path; absent ones stay absent. */
export function selected(result: unknown, paths: readonly string[]): Record<string, unknown> {
  const figures: Record<string, unknown> = {};
  for (const path of paths) {
    const value = valueAt(result, path.split("."));
    if (value !== undefined) figures[path] = value;
  }
  return figures;
}

/** A key may hold dots itself: intervals stand under the path of their figure. */
function valueAt(value: unknown, keys: readonly string[]): unknown {
  if (keys.length === 0) return value;
  if (value === null || typeof value !== "object") return undefined;
  for (let length = 1; length <= keys.length; length++) {
    const inner = (value as Record<string, unknown>)[keys.slice(0, length).join(".")];
    if (inner !== undefined) return valueAt(inner, keys.slice(length));
  }
  return undefined;
}
