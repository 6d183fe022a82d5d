import { KINDS, type Kind } from "./kinds.ts";
import { NUMBER, parseNumber, unitOf } from "./parse.ts";
import { bad, good, type Parsed } from "./parsed.ts";

/** A 90 % interval. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

export type Quantity = number | Range;

const MARKS = /\.\.|\sto\s|±|\+-|\+\/-/;

/**
 * Text -> number in the kind's base unit, or a 90 % interval: "a..b", "a to b", "a±b", "a±b%". `bare` is what a number without
 * a unit counts, in base units, where the flag has a unit of its own.
 */
export function parseQuantity(kind: Kind, text: string, bare?: number): Parsed<Quantity> {
  if (!MARKS.test(text)) return parseNumber(kind, text, bare);
  const spread = text.split(/±|\+-|\+\/-/);
  if (spread.length === 2) return parseSpread(kind, text, spread[0] ?? "", spread[1] ?? "", bare);
  const ends = text.split(/\.\.|\sto\s/);
  if (ends.length !== 2)
    return bad(
      "E-RANGE",
      `"${text.trim()}" is not one range.`,
      "A range is low..high; steps belong to a sweep.",
    );
  const [lowText = "", highText = ""] = shareUnit(kind, ends);
  const low = parseNumber(kind, lowText, bare);
  if (!low.ok) return low;
  const high = parseNumber(kind, highText, bare);
  if (!high.ok) return high;
  if (low.value < high.value)
    return good({ low: low.value, high: high.value }, [...low.warnings, ...high.warnings]);
  const what = low.value === high.value ? "is empty" : "runs backwards";
  return bad(
    "E-RANGE",
    `"${text.trim()}" ${what}.`,
    "A range goes from its 5 % end up to its 95 % end, e.g. 0.3..0.5.",
  );
}

/**
 * Values of one range share the trailing unit: `300..500TFLOP/s`, `1..30..1T`. A letter that only multiplies is shared where the
 * range then runs upwards: `1..2k` is 1,000 to 2,000, and `512..8k` is 512 to 8,000.
 */
export function shareUnit(kind: Kind, values: readonly string[]): string[] {
  const last = values.at(-1) ?? "";
  const unit = unitText(kind, last);
  return values.map((value) => inUnitUpTo(kind, value, unit, last));
}

/** A bare number in a unit; as it stands where the unit is only a letter, and with it the number would reach `most`. */
export function inUnitUpTo(kind: Kind, value: string, unit: string, most: string): string {
  const shared = inUnit(kind, value, unit);
  if (shared === value.trim() || !Object.hasOwn(KINDS[kind].bare.letters ?? {}, unit)) return shared;
  const [low, high, plain] = [shared, most, value].map((text) => parseNumber(kind, text));
  if (!low?.ok || !high?.ok || !plain?.ok) return shared;
  return low.value >= high.value && plain.value < high.value ? value.trim() : shared;
}

/** A bare number gets a unit; one that has its own keeps it. */
export function inUnit(kind: Kind, value: string, unit: string): string {
  const own = value.trim();
  return own !== "" && unitText(kind, own) === "" ? own + unit : own;
}

/** What follows the digits. */
export function unitText(kind: Kind, value: string): string {
  const dollars = KINDS[kind].dollars === true;
  const body = dollars ? value.trim().replace(/^\$\s*/, "") : value.trim();
  return unitOf(dollars, body.replace(NUMBER, ""));
}

/** The middle and how far the ends lie from it: in the same unit, or in per cent of it (of a share in %: in points). */
function parseSpread(
  kind: Kind,
  text: string,
  middleText: string,
  spreadText: string,
  bare: number | undefined,
): Parsed<Quantity> {
  const middle = parseNumber(kind, middleText, bare);
  if (!middle.ok) return middle;
  const percent = /^\s*(\d+(?:\.\d+)?|\.\d+)\s*%\s*$/.exec(spreadText);
  const points = kind === "ratio" && unitText(kind, middleText) === "%";
  const spread =
    percent !== null && !points
      ? good((middle.value * Number(percent[1])) / 100)
      : parseNumber(kind, inUnit(kind, spreadText, unitText(kind, middleText)), bare);
  if (!spread.ok) return spread;
  const low = middle.value - spread.value;
  if (low > 0 && spread.value > 0) return good({ low: clean(low), high: clean(middle.value + spread.value) });
  return bad(
    "E-RANGE",
    `"${text.trim()}" reaches ${spread.value > 0 ? "zero or below" : "no further than its middle"}.`,
    "Write its ends, e.g. 0.3..0.5.",
  );
}

/** Without what subtraction leaves behind: 0.4 - 0.05 is 0.35. */
const clean = (value: number): number => Number(value.toPrecision(14));
