import { format, type Kind } from "../units/index.ts";
import type { Page } from "./theme.ts";
import { wrap } from "./wrap.ts";

/** One figure as a line that a person could check by hand: name = formula = numbers = value [source]. */
export interface Line {
  readonly name: string;
  /** The formula in its operands' names, e.g. "work / (chips x rate)". */
  readonly formula: string;
  readonly operands: readonly Operand[];
  readonly value: number;
  readonly kind: Kind;
  readonly source: string;
}

export interface Operand {
  readonly name: string;
  readonly value: number;
  readonly kind: Kind;
}

/** Digits that let a reader redo the arithmetic. */
const CHECK_DIGITS = 5;

/** `days = flop / (chips x rate) = 3.8e25 FLOP / (16,384 x 356 TFLOP/s) = 75.3 d   [source]` */
export function explainText(lines: readonly Line[], page: Page): string {
  return lines.flatMap((line) => lineText(line, page)).join("\n");
}

function lineText(line: Line, page: Page): readonly string[] {
  const show = (kind: Kind, value: number) => format(kind, value, { digits: CHECK_DIGITS });
  const numbers = substitute(line, show);
  const value = show(line.kind, line.value);
  const parts = [
    line.formula,
    ...(numbers === line.formula || numbers === value ? [] : [numbers]),
    value,
  ].join(" = ");
  const [first = "", ...rest] = wrap(`${line.name} = ${parts}`, page.width - 2);
  const source = wrap(`[${line.source}]`, page.width - 4).map((text) => `    ${page.theme.dim(text)}`);
  const named = first.startsWith(line.name)
    ? page.theme.label(line.name) + first.slice(line.name.length)
    : first;
  return [named, ...rest.map((text) => `  ${text}`), ...source];
}

/** The formula with every operand's name replaced by its value. */
export function substitute(line: Line, show: (kind: Kind, value: number) => string): string {
  const names = [...line.operands].sort((a, b) => b.name.length - a.name.length);
  if (names.length === 0) return line.formula;
  const pattern = new RegExp(
    names.map((operand) => `(?<![\\w-])${literal(operand.name)}(?![\\w-])`).join("|"),
    "g",
  );
  return line.formula.replace(pattern, (name) => {
    const operand = names.find((candidate) => candidate.name === name)!;
    return show(operand.kind, operand.value);
  });
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
