import { stringify } from "csv-stringify/sync";
import type { Table, View } from "./view.ts";

/** The first table of a view as CSV: raw numbers in base units, the unit in the column's key; a formula in a cell is defused. */
export function csvOf(view: View, result: unknown): string {
  const block = view.find((candidate) => candidate.block === "table");
  return block === undefined ? csvOfRecord(result) : csvOfTable(block.table);
}

export function csvOfTable(table: Table): string {
  const header = table.columns.map((column) => column.key);
  return stringify([header, ...table.rows.map((row) => row.map((cell) => cell ?? ""))], {
    escape_formulas: true,
  });
}

/** A result without a table: one line a figure, by its JSON path. */
export function csvOfRecord(result: unknown): string {
  const rows: (string | number | boolean)[][] = [];
  const walk = (value: unknown, path: string) => {
    if (value !== null && typeof value === "object") {
      for (const [key, inner] of Object.entries(value)) walk(inner, path === "" ? key : `${path}.${key}`);
    } else if (value !== undefined && value !== null) {
      rows.push([path, value as string | number | boolean]);
    }
  };
  walk(result, "");
  return stringify([["path", "value"], ...rows], { escape_formulas: true });
}
