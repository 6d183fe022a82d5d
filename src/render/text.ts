import { columnUnit, format } from "../units/index.ts";
import { heatLines } from "./heat.ts";
import { plotLines } from "./plot.ts";
import { tableText } from "./table.ts";
import type { Page } from "./theme.ts";
import {
  type BarsBlock,
  type Block,
  type Fact,
  type FactsBlock,
  isEmpty,
  type NotesBlock,
  type View,
} from "./view.ts";
import { padEnd, textWidth, wrap } from "./wrap.ts";

/** A view as text for a person, within the page's width. */
export function textOf(view: View, page: Page): string {
  const shown = view.filter((block) => !isEmpty(block));
  return `${shown.map((block) => blockText(block, page).join("\n")).join("\n\n")}\n`;
}

function blockText(block: Block, page: Page): readonly string[] {
  switch (block.block) {
    case "title":
      return wrap(block.text, page.width).map(page.theme.heading);
    case "facts":
      return [...headingLines(block.heading, page), ...factLines(block, page)];
    case "table":
      return [...headingLines(block.heading, page), ...tableText(block.table, page)];
    case "bars":
      return [...headingLines(block.heading, page), ...barLines(block, page)];
    case "notes":
      return [...headingLines(block.heading, page), ...noteLines(block, page)];
    case "plot":
      return [...headingLines(block.heading, page), ...plotLines(block, page)];
    case "heat":
      return [...headingLines(block.heading, page), ...heatLines(block, page)];
  }
}

function headingLines(heading: string | undefined, page: Page): readonly string[] {
  return heading === undefined ? [] : wrap(heading, page.width).map(page.theme.heading);
}

/** Labels take at most this share of the page. */
const LABEL_SHARE = 0.45;

function factLines(block: FactsBlock, page: Page): readonly string[] {
  const natural = Math.max(...block.facts.map((fact) => textWidth(fact.label)));
  const labels = Math.min(natural, Math.floor(page.width * LABEL_SHARE));
  return block.facts.flatMap((fact) => {
    const left = wrap(fact.label, labels);
    const right = valueLines(fact, page.width - labels - 2, page);
    return Array.from({ length: Math.max(left.length, right.length) }, (_, index) =>
      `${page.theme.label(padEnd(left[index] ?? "", labels))}  ${right[index] ?? ""}`.trimEnd(),
    );
  });
}

/** The value stands out; the remark behind it does not. */
function valueLines(fact: Fact, width: number, page: Page): readonly string[] {
  const text = fact.note === undefined ? fact.value : `${fact.value}  ${fact.note}`;
  const noteStart = fact.note === undefined ? text.length : fact.value.length;
  let seen = 0;
  return wrap(text, width).map((line) => {
    const split = Math.min(Math.max(noteStart - seen, 0), line.length);
    seen += line.length + 1;
    const value = split > 0 ? page.theme.value(line.slice(0, split)) : "";
    return value + (split < line.length ? page.theme.dim(line.slice(split)) : "");
  });
}

function noteLines(block: NotesBlock, page: Page): readonly string[] {
  const mark = block.mark ?? "";
  const hang = mark === "" ? 0 : textWidth(mark) + 1;
  return block.lines.flatMap((line) =>
    wrap(line, page.width - hang).map((part, index) =>
      page.theme.dim(`${hang === 0 ? "" : index === 0 ? `${mark} ` : " ".repeat(hang)}${part}`),
    ),
  );
}

/** Eighths of a character cell; ASCII pages use whole cells. */
const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

function barOf(share: number, cells: number, unicode: boolean): string {
  if (!unicode) return "#".repeat(Math.round(share * cells));
  const eighths = Math.round(share * cells * 8);
  return "█".repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? "");
}

const SHORTEST_BAR = 10;
const LONGEST_BAR = 48;

/** Cells of the longest bar: no more than leave every note room beside its own. */
function barRoom({ bars }: BarsBlock, largest: number, cells: number): number {
  const rooms = bars.map(({ value = 0, note }) =>
    note === undefined || value <= 0 ? cells : Math.floor(((cells - textWidth(note) - 1) * largest) / value),
  );
  return Math.max(0, Math.min(LONGEST_BAR, cells, Math.max(SHORTEST_BAR, Math.min(...rooms))));
}

function barLines(block: BarsBlock, page: Page): readonly string[] {
  const values = block.bars.map((bar) => bar.value);
  const largest = Math.max(...values.map((value) => value ?? 0));
  const unit = columnUnit(
    block.kind,
    values.filter((value) => value !== undefined),
  );
  const figures = values.map((value) =>
    value === undefined ? "-" : format(block.kind, value, { digits: page.digits, unit }),
  );
  const numbers = Math.max(...figures.map(textWidth));
  const natural = Math.max(...block.bars.map((bar) => textWidth(bar.label)));
  const labels = Math.max(8, Math.min(natural, page.width - numbers - SHORTEST_BAR - 4));
  const before = labels + numbers + 4;
  const room = barRoom(block, largest, page.width - before);
  return block.bars.flatMap((bar, index) => {
    const share = largest > 0 ? (bar.value ?? 0) / largest : 0;
    const label = wrap(bar.label, labels);
    const line = `${padEnd(label[0] ?? "", labels)}  ${(figures[index] ?? "").padStart(numbers)}  ${page.theme.bar(barOf(share, room, page.unicode))}`;
    const own = bar.note === undefined ? [] : [bar.note];
    const [beside, below] =
      textWidth(`${line.trimEnd()} ${own.join()}`) <= page.width ? [own, []] : [[], own];
    return [
      [line.trimEnd(), ...beside.map(page.theme.dim)].join(" "),
      ...label.slice(1),
      ...below.flatMap((note) => wrap(note, page.width - 2).map((text) => `  ${page.theme.dim(text)}`)),
    ];
  });
}
