import * as z from "zod/mini";
import type { Field, NumberType } from "./field.ts";

/** JSON Schema of a command's request: every field by its key, quantities as numbers, text in the grammar, or ranges. */
export function requestSchema(command: string, fields: readonly Field[]): unknown {
  const shape: Record<string, z.ZodMiniType> = { command: z.optional(z.literal(command)) };
  for (const field of fields)
    shape[field.key] = z.optional(valueSchema(field).check(z.describe(describe(field))));
  shape.defaults = z.optional(
    z
      .record(z.string(), z.unknown())
      .check(z.describe("Defaults an earlier answer used; read past, so that a document's input replays.")),
  );
  const schema = z.strictObject(shape).check(z.describe(`Request of compute-est ${command}`));
  return { $id: `compute-est/${command}/request/1`, ...z.toJSONSchema(schema, { io: "input" }) };
}

function describe(field: Field): string {
  const { type, help } = field;
  if (type.type !== "number") return help;
  const unit = type.unit === undefined ? "" : `; a bare number is in ${type.unit.name}`;
  return `${help}${unit}`;
}

/** The bounds that reading a request keeps. */
function numberSchema({ min, max, integer }: NumberType): z.ZodMiniType {
  return z
    .number()
    .check(
      min === undefined ? z.positive() : z.gte(min),
      ...(max === undefined ? [] : [z.lte(max)]),
      ...(integer === true ? [z.multipleOf(1)] : []),
    );
}

function valueSchema(field: Field): z.ZodMiniType {
  const { type } = field;
  switch (type.type) {
    case "number": {
      const number = numberSchema(type);
      if (!type.range) return z.union([number, z.string()]);
      return z.union([number, z.string(), z.strictObject({ p05: number, p95: number }), z.array(number)]);
    }
    case "choice":
      return type.numeric === true
        ? z.union([z.literal(type.choices.map(Number)), z.enum(type.choices)])
        : z.enum(type.choices as [string, ...string[]]);
    case "boolean":
      return z.boolean();
    case "model":
      return z.union([z.string(), z.record(z.string(), z.unknown())]);
    case "text":
      if (type.optional === true) return z.union([z.string(), z.literal(true)]);
      if (type.number === true) return z.union([z.number().check(z.positive()), z.string()]);
      return type.list === true ? z.union([z.array(z.string()), z.string()]) : z.string();
  }
}
