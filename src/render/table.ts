import CliTable3 from "cli-table3";
import { columnUnit, format } from "../units/index.ts";
import type { Page } from "./theme.ts";
import type { Column, Row, Table } from "./view.ts";
import { padEnd, textWidth, wrap } from "./wrap.ts";

/** Below this width a table is printed as one block a record. */
const RECORD_WIDTH = 60;
const GAP = 2;
const NARROWEST = 6;

const PLAIN = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "  ",
} as const;
/** A rule under the header alone, as books set tables. */
const RULED = { ...PLAIN, mid: "─", "mid-mid": "──" } as const;

/** Cells as text: a column has one unit, chosen from its largest entry and named in its heading. */
export function tableCells(table: Table, digits: number): { head: string[]; body: string[][] } {
  const body: string[][] = table.rows.map(() => []);
  const head = table.columns.map((column, index) => {
    const { kind } = column;
    if (kind === undefined) {
      for (const [r, row] of table.rows.entries()) body[r]!.push(textCell(row, index));
      return column.title;
    }
    const numbers = table.rows.map((row) => row[index]).filter((cell) => typeof cell === "number");
    const unit = columnUnit(kind, numbers);
    for (const [r, row] of table.rows.entries()) {
      const cell = row[index];
      const text =
        typeof cell === "number" ? format(kind, cell, { digits, unit, bare: true }) : textCell(row, index);
      body[r]!.push(text);
    }
    return unit.heading === "" || numbers.length === 0 ? column.title : `${column.title} (${unit.heading})`;
  });
  return { head, body };
}

function textCell(row: Row, index: number): string {
  const cell = row[index];
  if (typeof cell === "boolean") return cell ? "yes" : "no";
  return cell === undefined || cell === "" ? "-" : String(cell);
}

/** A table within the page: optional columns are dropped first, then text wraps; narrow pages get one record a block. */
export function tableText(table: Table, page: Page): readonly string[] {
  const notes = (table.notes ?? []).flatMap((note) => wrap(note, page.width)).map(page.theme.dim);
  if (table.rows.length === 0) return [page.theme.dim("(nothing)"), ...notes];
  const fitted = page.width < RECORD_WIDTH ? undefined : fitColumns(table, page);
  if (fitted === undefined) return [...records(table, page), ...notes];
  const { table: kept, dropped, text: narrowest } = fitted;
  const { head, body } = tableCells(kept, page.digits);
  const widths = columnWidths(head, body, kept.columns, { page: page.width, text: narrowest });
  const text = new CliTable3({
    head: head.map((cell, index) =>
      wrap(cell, widths[index] ?? NARROWEST)
        .map(page.theme.label)
        .join("\n"),
    ),
    colWidths: widths.map((width) => width),
    colAligns: kept.columns.map((column) => (column.kind === undefined ? "left" : "right")),
    chars: page.unicode ? RULED : PLAIN,
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0, compact: true },
  });
  for (const row of body)
    text.push(row.map((cell, index) => wrap(cell, widths[index] ?? NARROWEST).join("\n")));
  const lines = text
    .toString()
    .split("\n")
    .map((line) => line.trimEnd());
  const left =
    dropped.length === 0 ? [] : wrap(`Not shown at this width: ${dropped.join(", ")}.`, page.width);
  return [...lines, ...left.map(page.theme.dim), ...notes];
}

/** Least widths of a column of text: the roomy one until every optional column is gone. */
const TEXT_WIDTHS = [24, 12] as const;

interface Fitted {
  readonly table: Table;
  readonly dropped: readonly string[];
  /** Least width of its columns of text. */
  readonly text: number;
}

/** Undefined where the columns that must be shown do not fit side by side. */
function fitColumns(table: Table, page: Page): Fitted | undefined {
  const dropped: string[] = [];
  let current = table;
  for (;;) {
    const { head, body } = tableCells(current, page.digits);
    const need = (text: number) =>
      current.columns.reduce(
        (sum, column, index) => sum + leastWidth(column, head, body, { index, text }) + GAP,
        -GAP,
      );
    const candidate = current.columns.reduce<Column | undefined>(
      (worst, column) => ((column.optional ?? 0) > (worst?.optional ?? 0) ? column : worst),
      undefined,
    );
    if (candidate === undefined) {
      const text = TEXT_WIDTHS.find((width) => need(width) <= page.width);
      return text === undefined ? undefined : { table: current, dropped, text };
    }
    if (need(TEXT_WIDTHS[0]) <= page.width) return { table: current, dropped, text: TEXT_WIDTHS[0] };
    current = without(current, candidate);
    dropped.unshift(candidate.title);
  }
}

function without(table: Table, column: Column): Table {
  const at = table.columns.indexOf(column);
  return {
    ...table,
    columns: table.columns.filter((_, index) => index !== at),
    rows: table.rows.map((row) => row.filter((_, index) => index !== at)),
  };
}

/** Numbers never wrap; headings and text wrap at words. */
function leastWidth(
  column: Column,
  head: readonly string[],
  body: readonly string[][],
  { index, text }: { readonly index: number; readonly text: number },
): number {
  const words = (title: string) => Math.max(...title.split(" ").map(textWidth));
  const heading = words(head[index] ?? "");
  if (column.kind !== undefined) return Math.max(heading, ...body.map((row) => textWidth(row[index] ?? "")));
  return Math.max(
    heading,
    Math.min(text, Math.max(...body.map((row) => textWidth(row[index] ?? "")))),
    NARROWEST,
  );
}

function columnWidths(
  head: readonly string[],
  body: readonly string[][],
  columns: readonly Column[],
  { page, text }: { readonly page: number; readonly text: number },
): readonly number[] {
  const natural = columns.map((_, index) =>
    Math.max(textWidth(head[index] ?? ""), ...body.map((row) => textWidth(row[index] ?? ""))),
  );
  const least = columns.map((column, index) => leastWidth(column, head, body, { index, text }));
  const widths = natural.map((width, index) => Math.max(least[index] ?? NARROWEST, width));
  let over = widths.reduce((sum, width) => sum + width + GAP, -GAP) - page;
  while (over > 0) {
    let widest = -1;
    for (let index = 0; index < widths.length; index++) {
      const slack = widths[index]! - least[index]!;
      if (slack > 0 && (widest < 0 || slack > widths[widest]! - least[widest]!)) widest = index;
    }
    if (widest < 0) break;
    widths[widest]! -= 1;
    over -= 1;
  }
  return widths;
}

function records(table: Table, page: Page): readonly string[] {
  const { head, body } = tableCells(table, page.digits);
  const labels = Math.min(Math.max(...head.map(textWidth)), Math.floor(page.width / 2));
  return body.flatMap((row, index) => [
    ...(index === 0 ? [] : [""]),
    ...row.flatMap((cell, column) => {
      const label = wrap(head[column] ?? "", labels);
      const value = wrap(cell, Math.max(8, page.width - labels - GAP));
      return Array.from({ length: Math.max(label.length, value.length) }, (_, line) =>
        `${page.theme.label(padEnd(label[line] ?? "", labels))}  ${value[line] ?? ""}`.trimEnd(),
      );
    }),
  ]);
}
