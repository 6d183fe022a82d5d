import { nearest } from "../catalog/nearest.ts";
import { parseQuantity, type Quantity } from "../units/index.ts";
import { KINDS } from "../units/kinds.ts";
import { ProblemError, refuse } from "../units/problem.ts";
import { type ChoiceType, type Field, flagOf, type NumberType } from "./field.ts";

/** A value after reading: numbers in the field's unit, ranges as 90 % intervals, models by name or as an object. */
export type Value =
  | Quantity
  | string
  | boolean
  | readonly string[]
  | Readonly<Record<string, unknown>>
  | Samples;
/** A list of samples stands for a distribution. */
export interface Samples {
  readonly samples: readonly number[];
}

/** Reads one value of a field, from a flag or the environment (text) or a request (JSON). Refuses what it cannot read. */
export function readValue(field: Field, raw: unknown, where: string): Value {
  const { type } = field;
  switch (type.type) {
    case "number":
      return readNumber(field, type, raw, where);
    case "choice":
      return readChoice(field, type, raw, where);
    case "boolean":
      if (typeof raw === "boolean") return raw;
      return refuse("E-VALUE", `${where} takes true or false, not ${shown(raw)}.`, { flag: flagOf(field) });
    case "model":
      if (raw !== null && typeof raw === "object" && !Array.isArray(raw))
        return raw as Record<string, unknown>;
      return readText(field, raw, where);
    case "text":
      if (type.optional === true && (raw === true || raw === "")) return "";
      if (type.list === true) return readList(field, raw, where);
      return type.words === true && Array.isArray(raw)
        ? readList(field, raw, where).join(" ")
        : readText(field, raw, where);
  }
}

function readList(field: Field, raw: unknown, where: string): readonly string[] {
  const items = Array.isArray(raw) && raw.length > 0 ? raw : readText(field, raw, where).split(",");
  return items.map((item) => readText(field, item, where).trim());
}

function readText(field: Field, raw: unknown, where: string): string {
  if (field.type.type === "text" && field.type.number === true && typeof raw === "number") return String(raw);
  if (typeof raw !== "string" || raw.trim() === "") {
    const what = typeof raw === "string" ? "is empty" : `takes text, not ${shown(raw)}`;
    return refuse("E-VALUE", `${where} ${what}.`, { flag: flagOf(field), hint: `Wanted: ${field.help}.` });
  }
  return raw;
}

function readChoice(field: Field, type: ChoiceType, raw: unknown, where: string): Value {
  const text = typeof raw === "string" || typeof raw === "number" ? String(raw).toLowerCase() : "";
  if (type.choices.includes(text)) {
    return type.numeric === true ? Number(text) : text;
  }
  const near = nearest(text, type.choices)[0];
  return refuse("E-CHOICE", `${where} ${shown(raw)} is not one of ${type.choices.join(", ")}.`, {
    flag: flagOf(field),
    ...(near === undefined ? {} : { hint: `Did you mean ${near}?` }),
  });
}

function readNumber(field: Field, type: NumberType, raw: unknown, where: string): Value {
  const read = numberOf(field, type, raw, where);
  const ends = typeof read === "number" ? [read] : "samples" in read ? read.samples : [read.low, read.high];
  // of a range the draws are rounded, so that its ends may be 1000±5%
  const keeps = typeof read === "number" ? within : inBounds;
  for (const value of ends) if (!keeps(type, value)) refuseBounds(field, type, value, raw, where);
  return read;
}

function numberOf(field: Field, type: NumberType, raw: unknown, where: string): Quantity | Samples {
  if (typeof raw === "number") return raw;
  if (typeof raw === "string") return quantityOf(field, type, raw, where);
  if (Array.isArray(raw) && raw.length > 0 && raw.every((item) => typeof item === "number")) {
    rangeAllowed(field, type, shown(raw), where);
    return { samples: raw };
  }
  if (raw !== null && typeof raw === "object") {
    const { p05, p95 } = raw as Record<string, unknown>;
    if (typeof p05 === "number" && typeof p95 === "number" && p05 < p95) {
      rangeAllowed(field, type, shown(raw), where);
      return { low: p05, high: p95 };
    }
  }
  return refuse("E-VALUE", `${where} takes a number, not ${shown(raw)}.`, {
    flag: flagOf(field),
    ...(type.range ? { hint: `A range is {"p05": low, "p95": high}.` } : {}),
  });
}

const PLAIN_NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function quantityOf(field: Field, type: NumberType, text: string, where: string): Quantity {
  const trimmed = text.trim();
  if (type.unit !== undefined && PLAIN_NUMBER.test(trimmed)) return Number(trimmed);
  const parsed = parseQuantity(type.kind, trimmed, type.unit?.scale);
  if (!parsed.ok) {
    const { code, message, hint } = parsed.problem;
    throw new ProblemError({
      code,
      message: `${where} ${message}`,
      flag: flagOf(field),
      exit: 2,
      ...(hint === undefined ? {} : { hint }),
    });
  }
  const scale = type.unit?.scale ?? 1;
  const own = (value: number) => (scale === 1 ? value : Number((value / scale).toPrecision(14)));
  if (typeof parsed.value === "number") return own(parsed.value);
  rangeAllowed(field, type, `"${text}"`, where);
  return { low: own(parsed.value.low), high: own(parsed.value.high) };
}

function rangeAllowed(field: Field, type: NumberType, text: string, where: string): void {
  if (type.range) return;
  refuse("E-RANGE", `${where} ${text} is a range; ${flagOf(field)} takes one value.`, {
    flag: flagOf(field),
  });
}

/** Beyond these nothing is meant, and products could leave the floating-point range. */
const MOST = 1e30;
const LEAST = 1e-30;

const inBounds = ({ min = LEAST, max = MOST }: NumberType, value: number): boolean =>
  value >= min && value <= Math.min(max, MOST) && (value >= LEAST || value === 0);

/** Whether a number keeps the bounds of its field, and is whole where it must be. NaN keeps none. */
export const within = (type: NumberType, value: number): boolean =>
  inBounds(type, value) && (type.integer !== true || Number.isInteger(value));

/** Says which bound a value breaks. */
function refuseBounds(field: Field, type: NumberType, value: number, raw: unknown, where: string): never {
  const { min, max } = type;
  const wanted = `it takes ${KINDS[type.kind].name}`;
  const lowest = min === undefined ? "above 0" : `of at least ${min}`;
  const breaks = (what: string) =>
    refuse("E-BOUNDS", `${where} ${shown(raw)} is ${what}.`, { flag: flagOf(field) });
  if (!Number.isFinite(value))
    return refuse("E-VALUE", `${where} ${shown(raw)} is not a finite number.`, { flag: flagOf(field) });
  if (value < 0) return breaks(`negative; ${wanted} ${lowest}`);
  if (value === 0 && min !== 0) return breaks(`zero; ${wanted} ${lowest}`);
  if (max !== undefined && value > max)
    return breaks(`above ${max}; ${wanted} of at most ${max}${max === 1 ? ", e.g. 0.4 or 40%" : ""}`);
  if (value > MOST) return breaks(`too large; ${wanted} of at most ${MOST}`);
  if (value !== 0 && value < LEAST) return breaks(`too small; ${wanted} of at least ${LEAST}`);
  if (min !== undefined && value < min) return breaks(`below ${min}; ${wanted} ${lowest}`);
  return breaks("not a whole number");
}

const LONGEST_SHOWN = 60;

/** A value as it was given, cut where it is long; whatever a program may hand over. */
export function shown(raw: unknown): string {
  const text = typeof raw === "object" ? jsonOf(raw) : typeof raw === "string" ? `"${raw}"` : nameOf(raw);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN - 3)}...` : text;
}

const nameOf = (raw: unknown): string => (typeof raw === "function" ? "a function" : String(raw));

function jsonOf(raw: object | null): string {
  try {
    return JSON.stringify(raw);
  } catch {
    return "an object";
  }
}
