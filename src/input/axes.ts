import { parseAxis, parseQuantity } from "../units/index.ts";
import { ProblemError } from "../units/problem.ts";
import { type Field, flagOf, is, type NumberType } from "./field.ts";

/** An axis of a sweep as the user wrote it, a list of what the command itself takes several of included; or undefined where the text is one value (or a range to be sampled). */
export function readAxis(field: Field, raw: unknown): readonly (number | string)[] | undefined {
  if (Array.isArray(raw) && raw.length > 0 && raw.every(isNamed)) return raw;
  if (typeof raw !== "string") return undefined;
  const { type } = field;
  if (type.type === "number") return numericAxis(field, type, raw);
  if (type.type === "text" && type.number === true) return numericAxis(field, is.count, raw);
  if (type.type === "boolean" || !raw.includes(",")) return undefined;
  return raw.split(",").map((word) => word.trim());
}

function numericAxis(field: Field, type: NumberType, text: string): readonly number[] | undefined {
  const several = text.split("..").length === 3 || text.includes(";") || text.includes(",");
  if (!several || parseQuantity(type.kind, text, type.unit?.scale).ok) return undefined;
  const parsed = parseAxis(type.kind, text, type.unit?.scale);
  if (!parsed.ok) {
    const { problem } = parsed;
    throw new ProblemError({
      ...problem,
      message: `${flagOf(field)} ${problem.message}`,
      flag: flagOf(field),
      exit: 2,
    });
  }
  const scale = type.unit?.scale ?? 1;
  return scale === 1 ? parsed.value : parsed.value.map((value) => Number((value / scale).toPrecision(14)));
}

const isNamed = (value: unknown): boolean => typeof value === "number" || typeof value === "string";
