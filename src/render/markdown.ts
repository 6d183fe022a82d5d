import { markdownTable } from "markdown-table";
import { columnUnit, format, type Kind } from "../units/index.ts";
import { equation, type Line } from "./explain.ts";
import { tableCells } from "./table.ts";
import { type Block, isEmpty, type View } from "./view.ts";

/** A view as GitHub-flavoured Markdown. */
export function markdownOf(view: View, digits: number, derivation: readonly Line[] = []): string {
  const shown = view.filter((block) => !isEmpty(block));
  const blocks = shown.map((block) => blockMarkdown(block, digits));
  const lines = derivation.map((line) => `* \`${equation(line)}\` (${line.source})`).join("\n");
  return `${[...blocks, ...(lines === "" ? [] : [`## How each figure is derived\n\n${lines}`])].join("\n\n")}\n`;
}

function blockMarkdown(block: Block, digits: number): string {
  if (block.block === "title") return `# ${block.text}`;
  const heading = block.heading === undefined ? "" : `## ${block.heading}\n\n`;
  switch (block.block) {
    case "facts":
      return (
        heading +
        markdownTable([["", "", ""], ...block.facts.map((fact) => [fact.label, fact.value, fact.note ?? ""])])
      );
    case "table": {
      const { head, body } = tableCells(block.table, digits);
      const align = block.table.columns.map((column) => (column.kind === undefined ? "l" : "r"));
      const notes = (block.table.notes ?? []).map((note) => `\n\n${note}`).join("");
      return heading + markdownTable([head, ...body], { align }) + notes;
    }
    case "bars": {
      const unit = columnUnit(
        block.kind,
        block.bars.flatMap((bar) => bar.value ?? []),
      );
      const cell = (value: number | undefined) =>
        value === undefined ? "-" : format(block.kind, value, { digits, unit });
      const noted = block.bars.some(({ note }) => note !== undefined);
      const rows = block.bars.map(({ label, value, note = "" }) => [
        label,
        cell(value),
        ...(noted ? [note] : []),
      ]);
      const align = noted ? ["l", "r", "l"] : ["l", "r"];
      return heading + markdownTable([align.map(() => ""), ...rows], { align });
    }
    case "notes":
      return heading + block.lines.map((line) => `* ${line}`).join("\n");
    case "plot": {
      const head = ["", block.x.title, block.y.title];
      const rows = block.series.flatMap((series) =>
        series.points.map(([x, y]) => [
          series.name,
          format(block.x.kind, x, { digits }),
          format(block.y.kind, y, { digits }),
        ]),
      );
      return heading + markdownTable([head, ...rows]);
    }
    case "heat": {
      const { x, y, cells } = block;
      const head = [`${block.title}: ${y.title} by ${x.title}`];
      const text = (kind: Kind, value: number | undefined) =>
        value === undefined ? "-" : format(kind, value, { digits });
      return (
        heading +
        markdownTable([
          [...head, ...x.values.map((value) => text(x.kind, value))],
          ...cells.map((row, index) => [
            text(y.kind, y.values[index]),
            ...row.map((value) => text(block.kind, value)),
          ]),
        ])
      );
    }
  }
}
