import type { Kind } from "./kinds.ts";
import { type Parsed, type ParseProblem, parseNumber } from "./parse.ts";

const MOST_POINTS = 100_000;

const bad = (message: string, hint?: string): { ok: false; problem: ParseProblem } => ({
  ok: false,
  problem: { code: "E-AXIS", message, ...(hint === undefined ? {} : { hint }) },
});

/** An axis of a sweep: "a..b..step", "a..b..xFACTOR", "a;b;c" (commas too where no value is grouped in threes), or one value. */
export function parseAxis(kind: Kind, text: string): Parsed<readonly number[]> {
  const parts = text.split("..").map((part) => part.trim());
  if (parts.length === 3) return stepped(kind, text, parts as [string, string, string]);
  if (parts.length === 2)
    return bad(`"${text}" has no step.`, "Write one: 0.3..0.5..0.05, or a factor: 1k..64k..x2.");
  const items = text.includes(";") ? text.split(";") : /\d,\d{3}(?!\d)/.test(text) ? [text] : text.split(",");
  const values: number[] = [];
  for (const item of items) {
    const parsed = parseNumber(kind, item);
    if (!parsed.ok) return parsed;
    values.push(parsed.value);
  }
  return values.length > MOST_POINTS
    ? tooMany(text, values.length)
    : { ok: true, value: values, warnings: [] };
}

function stepped(
  kind: Kind,
  text: string,
  [lowText, highText, stepText]: [string, string, string],
): Parsed<readonly number[]> {
  const low = parseNumber(kind, lowText);
  if (!low.ok) return low;
  const high = parseNumber(kind, highText);
  if (!high.ok) return high;
  const factor = /^x\s*([\d.]+)$/.exec(stepText);
  const step =
    factor === null ? parseNumber(kind, stepText) : { ok: true as const, value: Number(factor[1]) };
  if (!step.ok) return step;
  if (high.value < low.value) return bad(`"${text}" runs backwards.`, "Write the smaller end first.");
  if (factor !== null ? !(step.value > 1) : !(step.value > 0))
    return bad(`"${text}" never reaches its end.`, "A step is above 0, a factor above 1.");
  // half a step of slack, so that 0.3..0.5..0.05 ends at 0.5 in floating point
  const count =
    factor !== null
      ? Math.floor(Math.log(high.value / low.value) / Math.log(step.value) + 1e-9) + 1
      : Math.floor((high.value - low.value) / step.value + 1e-9) + 1;
  if (!(count <= MOST_POINTS)) return tooMany(text, count);
  const at = (index: number) =>
    factor !== null ? low.value * step.value ** index : low.value + step.value * index;
  return {
    ok: true,
    value: Array.from({ length: count }, (_, index) => Number(at(index).toPrecision(14))),
    warnings: [],
  };
}

function tooMany(text: string, count: number): { ok: false; problem: ParseProblem } {
  return bad(
    `"${text}" has ${Number.isFinite(count) ? count : "too many"} points; an axis takes at most ${MOST_POINTS}.`,
    "Take a larger step.",
  );
}
