import type { Field } from "./field.ts";
import type { Request } from "./layers.ts";

/** A request's values by key, ranges and all. */
export function valuesOf(request: Request): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [key, given] of Object.entries(request)) {
    if (given !== undefined) values[key] = given.value;
  }
  return values;
}

/** How the values of a field spread when they are ranges: shares stay below 1, counts of things are whole. */
export function spreadOf(fields: readonly Field[], key: string): { bounded: boolean; whole: boolean } {
  const type = fields.find((field) => field.key === key)?.type;
  return {
    bounded: type?.type === "number" && type.max === 1,
    whole: type?.type === "number" && type.integer === true,
  };
}
