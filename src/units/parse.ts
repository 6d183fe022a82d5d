import { KINDS, type Kind } from "./kinds.ts";
import { emptyProblem, negativeProblem, unitProblem, valueProblem } from "./mistakes.ts";
import { bad, good, type Parsed } from "./parsed.ts";
import { type Scale, scaleOf } from "./unit.ts";

/** Digits as a person writes them: grouped by commas or underscores, with a point, with an exponent. */
export const NUMBER = /^[+-]?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:_\d+)*(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/;
const PLAIN = /^\d+(?:\.\d+)?(?:e\+?\d+)?$/;
const SEVERAL_PARTS = /[a-z]\s*\d/;
const GROUPED = /[,_]/g;
const SPACES = /\s+/g;
/** Bytes a second beyond any memory or link of one chip: bits were meant. */
const IMPLAUSIBLE_BANDWIDTH = 50e12;

/**
 * Text -> one number in the kind's base unit; refuses ranges. `bare` is what a number without a unit counts, in base units,
 * where the flag has a unit of its own (`--days 90`).
 */
export function parseNumber(kind: Kind, text: string, bare?: number): Parsed<number> {
  const info = KINDS[kind];
  const trimmed = text.trim();
  if (PLAIN.test(trimmed)) return finite(kind, text, Number(trimmed) * (bare ?? info.bare.scale));
  if (trimmed === "") return emptyProblem(kind);
  if (kind === "duration" && SEVERAL_PARTS.test(trimmed)) {
    const seconds = compoundDuration(trimmed);
    if (seconds !== undefined) return finite(kind, text, seconds);
  }
  const body = info.dollars === true ? trimmed.replace(/^([+-]?)\s*\$\s*/, "$1") : trimmed;
  const digits = NUMBER.exec(body)?.[0];
  if (digits === undefined) return valueProblem(kind, text);
  const unit = unitOf(info.dollars === true, body.slice(digits.length));
  const scale = unit === "" ? { power: 0, scale: bare ?? info.bare.scale } : scaleOf(kind, unit);
  if (scale === undefined) return unitProblem(kind, text, unit);
  const value = scaled(digits.replaceAll(GROUPED, ""), scale);
  if (value < 0) return negativeProblem(text);
  return finite(kind, text, value, unit);
}

/** The text of a unit without spaces, and without the word for dollars, which the kind implies. */
export function unitOf(dollars: boolean, rest: string): string {
  const unit = rest.replaceAll(SPACES, "");
  return dollars ? unit.replace(/USD|US\$|\$/, "") : unit;
}

function finite(kind: Kind, text: string, value: number, unit = ""): Parsed<number> {
  if (!Number.isFinite(value)) return bad("E-VALUE", `"${text.trim()}" is too large.`, KINDS[kind].wants);
  if (kind === "bandwidth" && value > IMPLAUSIBLE_BANDWIDTH && /B|byte/.test(unit)) {
    return good(value, [
      `"${text.trim()}" is faster than any memory or link of one chip; was a lower-case b (bit) meant?`,
    ]);
  }
  return good(value);
}

/** Moves the decimal point in the text, so that 0.3T is 3e11 and not 1 part in 10^16 beside it. */
function scaled(digits: string, { power, scale }: Scale): number {
  if (power === 0) return Number(digits) * scale;
  const at = digits.search(/e/i);
  const number =
    at < 0
      ? Number(`${digits}e${power}`)
      : Number(`${digits.slice(0, at)}e${Number(digits.slice(at + 1)) + power}`);
  return number * scale;
}

/** `1d12h`, `1h30m`: several parts; m is minutes only with h or s beside it. */
function compoundDuration(text: string): number | undefined {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)\s*/g)];
  if (parts.length < 2 || parts.map(([part]) => part).join("") !== text) return undefined;
  const clock = parts.some(([, , unit = ""]) => /^(h|s|hr|sec)/.test(unit));
  let seconds = 0;
  for (const [, digits = "", unit = ""] of parts) {
    const scale = unit === "m" && clock ? { power: 0, scale: 60 } : scaleOf("duration", unit);
    if (scale === undefined) return undefined;
    seconds += scaled(digits, scale);
  }
  return seconds;
}
