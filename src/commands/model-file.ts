import { refuse } from "../units/problem.ts";
import type { Resources } from "./estimator.ts";
import { parseJsonObject } from "./run.ts";

type Point = Readonly<Record<string, unknown>>;

/**
 * Answers a request whose model may be a file, or a shape given as an object: such a model becomes a row in the catalogue's
 * shape first. A model named, or none, is answered at once.
 */
export function withModelFile<T>(
  point: Point,
  resources: Resources,
  answer: (point: Point) => T,
): T | Promise<T> {
  const { model } = point;
  if (typeof model === "object" && model !== null)
    return withRow(point, model as Point, "the model given", answer);
  const name = model === undefined ? "" : String(model);
  if (!name.endsWith(".json")) return answer(point);
  const text = resources.readFile(name);
  if (text === undefined) return refuse("E-FILE", `There is no file "${name}".`, { flag: "--model" });
  return withRow(point, parseJsonObject(text, name), name, answer);
}

/** A Hugging Face config.json or a row in the shape of the model catalogue. */
async function withRow<T>(
  point: Point,
  object: Point,
  name: string,
  answer: (point: Point) => T,
): Promise<T> {
  const { modelRowOf } = await import("../input/model.ts");
  return answer({ ...point, model: modelRowOf(object, name) });
}
