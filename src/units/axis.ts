import type { Kind } from "./kinds.ts";
import { parseNumber } from "./parse.ts";
import { bad, good, type Parsed, type Refused } from "./parsed.ts";
import { inUnit, inUnitUpTo, shareUnit, unitText } from "./range.ts";

const MOST_POINTS = 100_000;
/** Slack in steps, so that 0.3..0.5..0.05 reaches 0.5 in floating point. */
const SLACK = 1e-9;
/** Digits that are kept of a computed point: what adding steps up leaves behind is noise. */
const DIGITS = 14;

/**
 * An axis of a sweep: "a..b..step", "a..b..xFACTOR", "a;b;c" (commas too where no value is grouped in threes), or one value.
 * `bare` is what a number without a unit counts, in base units, where the flag has a unit of its own.
 */
export function parseAxis(kind: Kind, text: string, bare?: number): Parsed<readonly number[]> {
  const parts = text.split("..");
  if (parts.length === 3) return stepped(kind, text, parts, bare);
  if (parts.length > 1)
    return problem(`"${text}" has no step.`, "Write one: 0.3..0.5..0.05, or a factor: 1k..64k..x2.");
  const items = itemsOf(text);
  if (items === undefined) {
    return problem(
      `"${text}" could be a list or numbers with grouped thousands.`,
      "Write ; between the values of a list.",
    );
  }
  if (items.length > MOST_POINTS) return tooMany(text, items.length);
  const values: number[] = [];
  const warnings: string[] = [];
  for (const item of items) {
    const parsed = parseNumber(kind, item, bare);
    if (!parsed.ok) return parsed;
    values.push(parsed.value);
    warnings.push(...parsed.warnings);
  }
  return good(values, warnings);
}

/** Values of a list. Undefined where commas may part values or group their digits. */
function itemsOf(text: string): readonly string[] | undefined {
  if (text.includes(";")) return text.split(";");
  const maybeGrouped = /\d,\d{3}(?!\d)/.test(text);
  if (!maybeGrouped) return text.split(",");
  return /^\D*\d{1,3},\d{3}(?!\d|,)/.test(text) ? [text] : undefined;
}

function stepped(
  kind: Kind,
  text: string,
  parts: readonly string[],
  bare: number | undefined,
): Parsed<readonly number[]> {
  const [lowText = "", highText = "", stepText = ""] = parts;
  const factor = /^\s*[x×*]\s*(\d+(?:\.\d+)?)\s*$/.exec(stepText);
  const step = inUnitUpTo(kind, stepText, unitText(kind, highText), highText);
  const unit = unitText(kind, stepText);
  const top = factor === null && unit !== "" ? inUnit(kind, highText, unit) : highText;
  const [low, high] = shareUnit(kind, [lowText, top]);
  const ends = factor === null ? [low!, high!, step] : [low!, high!];
  const numbers: number[] = [];
  for (const end of ends) {
    const parsed = parseNumber(kind, end, bare);
    if (!parsed.ok) return parsed;
    numbers.push(parsed.value);
  }
  const [from = 0, to = 0, width = 0] = numbers;
  if (to < from) return problem(`"${text}" runs backwards.`, "Write the smaller end first.");
  return factor === null ? bySteps(text, from, to, width) : byFactor(text, from, to, Number(factor[1]));
}

function bySteps(text: string, low: number, high: number, step: number): Parsed<readonly number[]> {
  if (!(step > 0)) return problem(`"${text}" never reaches its end.`, "A step is above 0.");
  return points(text, (high - low) / step, (index) => low + step * index);
}

function byFactor(text: string, low: number, high: number, factor: number): Parsed<readonly number[]> {
  if (!(factor > 1)) return problem(`"${text}" never reaches its end.`, "A factor is above 1.");
  if (low === 0) return problem(`"${text}" starts at 0, which no factor leaves.`, "Use a step.");
  return points(text, Math.log(high / low) / Math.log(factor), (index) => low * factor ** index);
}

function points(text: string, steps: number, at: (index: number) => number): Parsed<readonly number[]> {
  const count = Math.floor(steps + SLACK) + 1;
  if (count > MOST_POINTS) return tooMany(text, count);
  return good(Array.from({ length: count }, (_, index) => Number(at(index).toPrecision(DIGITS))));
}

const problem = (message: string, hint: string): Refused => bad("E-AXIS", message, hint);
const tooMany = (text: string, count: number): Refused =>
  problem(`"${text}" has ${count} points; an axis takes at most ${MOST_POINTS}.`, "Take a larger step.");
