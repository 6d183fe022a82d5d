import { nearest } from "../catalog/nearest.ts";
import { refuse } from "../units/problem.ts";
import { environmentOf, type Field, flagOf } from "./field.ts";
import { readValue, shown, type Value } from "./read.ts";

/** Where a value came from; printed by --explain. */
export type Origin =
  | "flag"
  | "request"
  | "environment"
  | "project file"
  | "user file"
  | "catalogue"
  | "default";

/** One source of values. Layers are handed over strongest first. */
export interface Layer {
  readonly origin: Origin;
  /** Raw values by request key. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Name of the file, where there is one. */
  readonly name?: string;
  /** Keys that no field has are refused; a shared file may hold keys of other commands. */
  readonly strict: boolean;
}

export interface Given {
  readonly value: Value;
  readonly origin: Origin;
}

/** What the user said, by request key. Defaults are never in here. */
export type Request = Readonly<Record<string, Given | undefined>>;

/** Merges layers, strongest first, and reads every value by its field. */
export function readLayers(fields: readonly Field[], layers: readonly Layer[]): Request {
  const request: Record<string, Given> = {};
  for (const layer of layers) {
    if (layer.strict) refuseUnknownKeys(fields, layer);
    for (const field of fields) {
      const raw = layer.values[field.key];
      if (raw === undefined || raw === null || request[field.key] !== undefined) continue;
      request[field.key] = { value: readValue(field, raw, placeOf(field, layer)), origin: layer.origin };
    }
  }
  return request;
}

function placeOf(field: Field, layer: Layer): string {
  if (layer.origin === "flag") return flagOf(field);
  if (layer.origin === "environment") return environmentOf(field);
  return layer.name === undefined ? `"${field.key}"` : `"${field.key}" in ${layer.name}`;
}

/** Keys of a request that are not fields: what a document's `input` carries along. */
const ENVELOPE: ReadonlySet<string> = new Set(["command", "defaults", "id"]);

/** Whether a key of a JSON request speaks of the document and not of the question. */
export const isEnvelope = (key: string): boolean => ENVELOPE.has(key);

function refuseUnknownKeys(fields: readonly Field[], layer: Layer): void {
  for (const key of Object.keys(layer.values)) {
    if (!isEnvelope(key) && !fields.some((field) => field.key === key)) refuseUnknownKey(fields, key);
  }
}

/** Refuses a key that no field has, with the nearest that one has. */
export function refuseUnknownKey(fields: readonly Field[], key: string): never {
  const near = nearest(
    key,
    fields.map((field) => field.key),
  )[0];
  return refuse("E-KEY", `"${key}" is not a key of this request.`, {
    flag: key,
    hint: near === undefined ? "`compute-est schema` prints the keys." : `Did you mean "${near}"?`,
  });
}

/** A request says for which command it is, where it says so at all. */
export function refuseCommand(meant: unknown, command: string, place = ""): never {
  return refuse("E-KEY", `The request${place} is for ${shown(meant)}, not for "${command}".`, {
    flag: "command",
  });
}

/** The values of COMPUTE_EST_* variables that these fields declare. An empty variable is unset. */
export function environmentLayer(
  fields: readonly Field[],
  env: Readonly<Record<string, string | undefined>>,
): Layer {
  const values: Record<string, unknown> = {};
  for (const field of fields) {
    if (field.env !== true) continue;
    const text = env[environmentOf(field)];
    if (text !== undefined && text !== "") values[field.key] = text;
  }
  return { origin: "environment", values, strict: false };
}
