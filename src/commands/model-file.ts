import { refuse } from "../units/problem.ts";
import type { Resources } from "./estimator.ts";
import { parseJsonObject } from "./run.ts";

/** Replaces a model named by a file, or given as an object, by a row in the catalogue's shape. */
export async function withModelFile(
  point: Record<string, unknown>,
  resources: Resources,
): Promise<Record<string, unknown>> {
  const { model } = point;
  if (model === undefined) return point;
  if (typeof model === "object")
    return { ...point, model: await rowOf(model as Record<string, unknown>, "the model given") };
  const name = String(model);
  if (!name.endsWith(".json")) return point;
  const text = resources.readFile(name);
  if (text === undefined) refuse("E-FILE", `There is no file "${name}".`, { flag: "--model" });
  return { ...point, model: await rowOf(parseJsonObject(text, name), name) };
}

/** A Hugging Face config.json or a row in the shape of the model catalogue. */
async function rowOf(object: Record<string, unknown>, name: string): Promise<unknown> {
  const { modelRowOf } = await import("../input/model.ts");
  return modelRowOf(object, name);
}
