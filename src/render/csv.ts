import { stringify } from "csv-stringify/sync";
import type { Table, View } from "./view.ts";

/**
 * The table that is the answer as CSV, or else one line a figure of the whole result: raw numbers in base units, the unit in
 * the key; a formula in a cell is defused.
 */
export function csvOf(view: View, result: unknown): string {
  const tables = view.flatMap((block) =>
    block.block === "table" && block.main === true ? [block.table] : [],
  );
  const [table] = tables;
  return table === undefined || tables.length > 1 ? csvOfRecord(result) : csvOfTable(table);
}

/** A table as CSV (RFC 4180): keys of columns, then rows. */
export function csvOfTable({ columns, rows, ends }: Table, header = true): string {
  const keys = [...columns, ...(ends?.columns ?? [])].map((column) => column.key);
  const body = rows.map((row, index) => [...row, ...(ends?.rows[index] ?? [])]);
  return csv(header ? [keys, ...body] : body);
}

/** One line a figure, by its JSON path. */
function csvOfRecord(result: unknown): string {
  const rows: Cell[][] = [];
  const walk = (value: unknown, path: string) => {
    if (value !== null && typeof value === "object") {
      for (const [key, inner] of Object.entries(value)) walk(inner, path === "" ? key : `${path}.${key}`);
    } else if (value !== undefined && value !== null) {
      rows.push([path, value as Cell]);
    }
  };
  walk(result, "");
  return csv([["path", "value"], ...rows]);
}

type Cell = number | string | boolean | undefined;

const csv = (rows: readonly (readonly Cell[])[]): string =>
  stringify([...rows], { escape_formulas: true, cast: { boolean: String } });
