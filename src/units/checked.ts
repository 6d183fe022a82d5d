import { parseAxis as axis } from "./axis.ts";
import { type FleetText, parseFleet as fleet } from "./fleet-text.ts";
import { type FormatOptions, format as formatted } from "./format.ts";
import { KINDS, type Kind } from "./kinds.ts";
import { parseNumber as number } from "./parse.ts";
import type { Parsed } from "./parsed.ts";
import { refuse } from "./problem.ts";
import { type Quantity, parseQuantity as quantity } from "./range.ts";

/** Reading and writing of numbers for programs of others: an argument of the wrong type is refused in a sentence. */

/** Text -> one number in the kind's base unit. */
export function parseNumber(kind: Kind, text: string, bare?: number): Parsed<number> {
  return number(kindOf(kind), textOf(text), bareOf(bare));
}

/** Text -> a number, or a range as a 90 % interval. */
export function parseQuantity(kind: Kind, text: string, bare?: number): Parsed<Quantity> {
  return quantity(kindOf(kind), textOf(text), bareOf(bare));
}

/** Text -> the values of an axis: steps, a factor or a list. */
export function parseAxis(kind: Kind, text: string, bare?: number): Parsed<readonly number[]> {
  return axis(kindOf(kind), textOf(text), bareOf(bare));
}

/** Text -> so many of a chip, or the id of a fleet. */
export function parseFleet(text: string): Parsed<FleetText> {
  return fleet(textOf(text));
}

/** A number for a person, in the unit that fits it; what is not finite is "-". */
export function format(kind: Kind, value: number, options: FormatOptions = {}): string {
  if (typeof value !== "number") refuse("E-VALUE", `format takes a number, not a ${typeof value}.`);
  const { digits = 1 } = options;
  if (!Number.isInteger(digits) || digits < 1 || digits > MOST_DIGITS)
    refuse("E-BOUNDS", `"digits" ${String(digits)} is not a whole number from 1 to ${MOST_DIGITS}.`);
  return formatted(kindOf(kind), value, options);
}

/** Beyond these the digits of a double say nothing. */
const MOST_DIGITS = 17;

function kindOf(kind: Kind): Kind {
  if (typeof kind === "string" && Object.hasOwn(KINDS, kind)) return kind;
  return refuse("E-CHOICE", `${JSON.stringify(kind) ?? "undefined"} is not a kind of value.`, {
    hint: `Those are ${Object.keys(KINDS).join(", ")}.`,
  });
}

function textOf(text: string): string {
  if (typeof text === "string") return text;
  return refuse("E-VALUE", `A text is read, not ${text === undefined ? text : `a ${typeof text}`}.`);
}

function bareOf(bare: number | undefined): number | undefined {
  if (bare === undefined || (Number.isFinite(bare) && bare > 0)) return bare;
  return refuse("E-BOUNDS", "What a bare number counts is a positive number.");
}
