import type { Kind } from "../units/index.ts";
import {
  JOULES_PER_KWH,
  MOST_THINGS,
  SECONDS_PER_DAY,
  SECONDS_PER_HOUR,
  SECONDS_PER_YEAR,
} from "../units/quantity.ts";

/**
 * One thing a user may say, declared once: the flag, the request key, the environment variable, the JSON Schema, the help
 * line and the axis of a sweep all come from it.
 */
export interface Field {
  /** Request key in camelCase; the flag is the same in kebab-case. */
  readonly key: string;
  readonly type: FieldType;
  /** Heading the flag stands under in help. */
  readonly group: string;
  readonly help: string;
  /** Shown in help as `--flag <placeholder>`. */
  readonly placeholder?: string;
  /** Also read from COMPUTE_EST_<KEY>: only for what varies by site. */
  readonly env?: true;
}

export type FieldType = NumberType | TextType | ChoiceType | BooleanType | ModelType;

/** A quantity with the grammar of its kind. A bare number is in `unit`; so is the number in a request. */
export interface NumberType {
  readonly type: "number";
  readonly kind: Kind;
  /** Base units per unit of a bare number, where the field has a unit of its own: days, USD per hour. */
  readonly unit?: { readonly name: string; readonly scale: number };
  readonly max?: number;
  readonly min?: number;
  readonly integer?: true;
  /** The value may be a 90 % interval. */
  readonly range: boolean;
}

export interface TextType {
  readonly type: "text";
  /** A comma-separated list is one value each. */
  readonly list?: true;
  /** Several words of a command line are one text. */
  readonly words?: true;
  /** The flag may stand alone; its value is then the empty text. */
  readonly optional?: true;
  /** A request may hold a number: one of what the text lists. */
  readonly number?: true;
}

export interface ChoiceType {
  readonly type: "choice";
  readonly choices: readonly string[];
  /** The choices are numbers in a request: ZeRO stages. */
  readonly numeric?: true;
}

export interface BooleanType {
  readonly type: "boolean";
  /** `--no-overlap` sets `overlap` to false. */
  readonly negated?: true;
}

/** A model id, a path to a config.json, or a shape inline in a request. */
export interface ModelType {
  readonly type: "model";
}

/** `tokensPerParam` -> `--tokens-per-param`. */
export function flagOf(field: Pick<Field, "key" | "type">): string {
  const kebab = field.key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return field.type.type === "boolean" && field.type.negated ? `--no-${kebab}` : `--${kebab}`;
}

/** `price` -> `COMPUTE_EST_PRICE`. */
export function environmentOf(field: Field): string {
  return `COMPUTE_EST_${field.key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

const number = (kind: Kind, more: Partial<NumberType> = {}): NumberType => ({
  type: "number",
  kind,
  range: true,
  ...more,
});

/** Short constructors, so that a command's fields read as a table. */
export const is = {
  count: number("count"),
  chips: number("count", { integer: true, min: 1, max: MOST_THINGS }),
  degree: number("count", { integer: true, min: 1, max: MOST_THINGS, range: false }),
  share: number("ratio", { max: 1 }),
  multiple: number("multiple", { min: 1 }),
  days: number("duration", { unit: { name: "days", scale: SECONDS_PER_DAY } }),
  years: number("duration", { unit: { name: "years", scale: SECONDS_PER_YEAR } }),
  seconds: number("duration", { unit: { name: "seconds", scale: 1 } }),
  usd: number("money"),
  usdPerHour: number("moneyRate", { unit: { name: "USD per hour", scale: 1 / SECONDS_PER_HOUR } }),
  usdPerKwh: number("energyPrice", { unit: { name: "USD per kWh", scale: 1 / JOULES_PER_KWH } }),
  text: { type: "text" } as TextType,
  list: { type: "text", list: true } as TextType,
  words: { type: "text", words: true } as TextType,
  optionalText: { type: "text", optional: true } as TextType,
  flag: { type: "boolean" } as BooleanType,
  off: { type: "boolean", negated: true } as BooleanType,
  model: { type: "model" } as ModelType,
  number,
  choice: (choices: readonly string[], more: Partial<ChoiceType> = {}): ChoiceType => ({
    type: "choice",
    choices,
    ...more,
  }),
} as const;
