import type { ModelRow } from "../catalog/rows.ts";
import { refuse } from "../units/problem.ts";
import { type Field, type FieldType, flagOf } from "./field.ts";
import { isEnvelope, refuseCommand, refuseUnknownKey } from "./layers.ts";
import { modelRowOf } from "./model.ts";
import { readValue, within } from "./read.ts";

/**
 * Reads requests that a program hands over as objects, by the fields that flags and JSON requests are read by: the same bounds
 * and the same refusals. Numbers may be texts as on the command line; ranges are refused. An object that needs no reading is
 * returned as it is, since programs ask a hundred thousand times a second.
 */
export function requestReader<Request>(command: string, fields: readonly Field[]) {
  const known = new Map(fields.map((field) => [field.key, { field, plain: plainTest(field.type) }]));
  return (request: unknown, models: readonly ModelRow[]): Request => {
    if (request === null || typeof request !== "object" || Array.isArray(request))
      return refuse("E-VALUE", `A request of ${command} is an object, not ${kindOf(request)}.`);
    const given = request as Readonly<Record<string, unknown>>;
    let read: Record<string, unknown> | undefined;
    for (const key of Object.keys(given)) {
      const value = given[key];
      if (value === undefined) continue;
      const entry = known.get(key);
      if (entry === undefined) {
        if (!isEnvelope(key)) refuseUnknownKey(fields, key);
        if (key === "command" && value !== command) refuseCommand(value, command);
        continue;
      }
      if (entry.plain(value)) continue;
      read ??= { ...given };
      if (value === null) delete read[key];
      else read[key] = readOne(entry.field, value, models);
    }
    return (read ?? given) as Request;
  };
}

/** Whether a value is already what reading it would give. */
function plainTest(type: FieldType): (value: unknown) => boolean {
  switch (type.type) {
    case "number":
      return (value) => typeof value === "number" && within(type, value);
    case "choice": {
      const choices = new Set<unknown>(type.numeric === true ? type.choices.map(Number) : type.choices);
      return (value) => choices.has(value);
    }
    case "boolean":
      return (value) => typeof value === "boolean";
    case "text":
      if (type.list === true)
        return (value) => Array.isArray(value) && value.length > 0 && value.every(isText);
      return type.optional === true ? (value) => typeof value === "string" : isText;
    case "model":
      return isText;
  }
}

const isText = (value: unknown): boolean => typeof value === "string" && value.trim() !== "";

function readOne(field: Field, raw: unknown, models: readonly ModelRow[]): unknown {
  if (field.type.type === "model" && (models as readonly unknown[]).includes(raw)) return raw;
  const value = readValue(field, raw, `"${field.key}"`);
  if (field.type.type === "model" && typeof value === "object")
    return modelRowOf(value as Readonly<Record<string, unknown>>, "the model given");
  if (field.type.type === "number" && typeof value === "object")
    refuse("E-RANGE", `"${field.key}" is a range; a function of the library takes one value.`, {
      flag: flagOf(field),
    });
  return value;
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return Array.isArray(value) ? "a list" : `a ${typeof value}`;
}
