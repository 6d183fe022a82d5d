import { KINDS, type Kind } from "./kinds.ts";

/** A 90 % interval. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

export type Quantity = number | Range;

/** Why a text could not be read: a stable code, the sentence after the flag's name, and the way out. */
export interface ParseProblem {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

export type Parsed<T> =
  | { readonly ok: true; readonly value: T; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly problem: ParseProblem };

const NUMBER = /^[+-]?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:_\d+)*(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/;
const GROUPED = /[,_]/g;
/** Most network links of one chip are below this; ten times above looks like bits read as bytes. */
const FAST_LINK = 20e12;

const good = <T>(value: T, warnings: readonly string[] = []): Parsed<T> => ({ ok: true, value, warnings });
const bad = (code: string, message: string, hint?: string): { ok: false; problem: ParseProblem } => ({
  ok: false,
  problem: hint === undefined ? { code, message } : { code, message, hint },
});

/** Text -> number in the kind's base unit, or a 90 % interval ("a..b", "a to b", "a±b", "a±b%"). */
export function parseQuantity(kind: Kind, text: string): Parsed<Quantity> {
  const ends = rangeEnds(text);
  if (ends === undefined) return parseNumber(kind, text);
  const [lowText, highText] = shareUnit(ends.low, ends.high);
  const low = parseNumber(kind, ends.spread === undefined ? lowText : ends.low);
  if (!low.ok) return low;
  if (ends.spread !== undefined) return spreadRange(kind, text, low.value, ends);
  const high = parseNumber(kind, highText);
  if (!high.ok) return high;
  if (low.value < high.value)
    return good({ low: low.value, high: high.value }, [...low.warnings, ...high.warnings]);
  const what = low.value === high.value ? "is empty" : "runs backwards";
  return bad(
    "E-RANGE",
    `"${text}" ${what}.`,
    "A range goes from its 5 % end up to its 95 % end, e.g. 0.3..0.5.",
  );
}

interface Ends {
  readonly low: string;
  readonly high: string;
  /** The text after ±, where the range is written so. */
  readonly spread?: string;
}

function rangeEnds(text: string): Ends | undefined {
  const spread = text.split(/±|\+-|\+\/-/);
  if (spread.length === 2)
    return { low: (spread[0] ?? "").trim(), high: "", spread: (spread[1] ?? "").trim() };
  const parts = text.split(/\.\.|\s+to\s+/);
  if (parts.length !== 2) return undefined;
  return { low: (parts[0] ?? "").trim(), high: (parts[1] ?? "").trim() };
}

/** `300..500TFLOP/s`: a bare low end takes the high end's unit. */
function shareUnit(low: string, high: string): [string, string] {
  const unit = high.replace(/^\$/, "").replace(NUMBER, "").trim();
  const bare = low.replace(/^\$/, "").replace(NUMBER, "").trim() === "" && low !== "";
  return [bare && unit !== "" ? `${low}${unit}` : low, high];
}

function spreadRange(kind: Kind, text: string, middle: number, ends: Ends): Parsed<Quantity> {
  const percent = /^([\d.]+)\s*%$/.exec(ends.spread ?? "");
  const unit = ends.low.replace(NUMBER, "").trim();
  const own = ends.spread ?? "";
  const spread: Parsed<number> =
    percent !== null && kind !== "ratio"
      ? good((middle * Number(percent[1])) / 100)
      : percent !== null
        ? good(middle * (Number(percent[1]) / 100))
        : parseNumber(kind, own.replace(NUMBER, "").trim() === "" ? own + unit : own);
  if (!spread.ok) return spread;
  const low = middle - spread.value;
  if (low > 0 && spread.value > 0) return good({ low, high: middle + spread.value });
  return bad(
    "E-RANGE",
    `"${text}" reaches ${spread.value > 0 ? "zero or below" : "no further than its middle"}.`,
    "Write its ends, e.g. 0.3..0.5.",
  );
}

/** Text -> number in the kind's base unit; refuses ranges. */
export function parseNumber(kind: Kind, text: string): Parsed<number> {
  const info = KINDS[kind];
  const trimmed = text.trim();
  if (trimmed === "") return bad("E-VALUE", `is empty; it wants ${info.name}.`, info.wants);
  if (kind === "duration") {
    const compound = compoundDuration(trimmed);
    if (compound !== undefined) return good(compound);
  }
  const isMoney = kind === "money" || kind === "moneyRate" || kind === "energyPrice";
  if (isMoney && trimmed.startsWith("/")) {
    return bad(
      "E-VALUE",
      `"${text}" has lost its number: the shell took "$" and what followed.`,
      "Quote it, e.g. '$2/h', or leave the $ out: 2/h.",
    );
  }
  const body = isMoney ? trimmed.replace(/^\$\s*/, "") : trimmed;
  const digits = NUMBER.exec(body)?.[0];
  if (digits === undefined) return bad("E-VALUE", `"${text}" is not ${info.name}.`, info.wants);
  const unit = body
    .slice(digits.length)
    .trim()
    .replaceAll(/\s+/g, isMoney ? "" : " ");
  const scale = info.units[unit] ?? info.units[unit.replaceAll(" ", "")];
  if (scale === undefined) return unknownUnit(kind, text, unit);
  const value = scaled(Number(digits.replaceAll(GROUPED, "")), scale);
  if (!Number.isFinite(value)) return bad("E-VALUE", `"${text}" is too large.`, info.wants);
  if (value < 0) return bad("E-BOUNDS", `"${text}" is negative; it wants a positive number.`);
  return good(value, networkWarning(kind, unit, value, text));
}

/** Multiplies without the noise of 0.1 x 3 where the scale is a power of ten. */
function scaled(number: number, scale: number): number {
  if (scale === 1) return number;
  const exponent = Math.log10(scale);
  return Number.isInteger(exponent)
    ? Number(
        `${number}e${exponent}`.replace(/e([+-]?\d+)e([+-]?\d+)$/, (_, a, b) => `e${Number(a) + Number(b)}`),
      )
    : number * scale;
}

function compoundDuration(text: string): number | undefined {
  const parts = [...text.matchAll(/([\d.]+)\s*(y|mo|w|d|h|min|m|s)(?=\s*\d|$)/g)];
  if (parts.length < 2 || parts.map((part) => part[0]).join("") !== text.replaceAll(/\s+(?=\d)/g, ""))
    return undefined;
  const { units } = KINDS.duration;
  return parts.reduce(
    (sum, [, digits, unit]) => sum + Number(digits) * (unit === "m" ? 60 : (units[unit ?? ""] ?? 0)),
    0,
  );
}

function unknownUnit(kind: Kind, text: string, unit: string): { ok: false; problem: ParseProblem } {
  const info = KINDS[kind];
  const countLike = kind === "count" || kind === "integer" || kind === "money";
  if (unit === "m" && countLike) {
    return bad(
      "E-UNIT",
      `"${text}" is not ${info.name}: "m" is milli to some and million to others.`,
      "Write M for million.",
    );
  }
  if (unit === "m" && kind === "duration")
    return bad("E-UNIT", `"${text}" could be minutes or months.`, "Write min or mo.");
  if ((unit === "b" || unit === "t") && countLike) {
    return bad(
      "E-UNIT",
      `"${text}" is not ${info.name}.`,
      `Write ${unit.toUpperCase()} for ${unit === "b" ? "billion" : "trillion"}.`,
    );
  }
  const other = ORDER.find((candidate) => candidate !== kind && KINDS[candidate].units[unit] !== undefined);
  if (other !== undefined && unit !== "") {
    return bad("E-DIMENSION", `"${text}" is ${KINDS[other].name}, and ${info.name} is wanted.`, info.wants);
  }
  return bad("E-VALUE", `"${text}" is not ${info.name}.`, info.wants);
}

/** Kinds in the order in which a unit that fits several is named. */
const ORDER: readonly Kind[] = [
  "duration",
  "bytes",
  "bandwidth",
  "work",
  "rate",
  "power",
  "energy",
  "moneyRate",
  "energyPrice",
  "money",
  "ratio",
  "mass",
  "volume",
];

function networkWarning(kind: Kind, unit: string, value: number, text: string): readonly string[] {
  if (kind !== "bandwidth" || value < FAST_LINK || !unit.includes("B")) return [];
  return [`"${text}" is faster than any memory or link made; was a lower-case b (bit) meant?`];
}
