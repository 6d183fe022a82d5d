import type { Io } from "../io.ts";
import { refuse } from "../units/problem.ts";
import { parseJsonObject } from "./run.ts";

/** Requests of a file, in its order: NDJSON, or CSV whose first line names the keys. */
export async function pointsOf(name: string, io: Io): Promise<readonly Record<string, unknown>[]> {
  const text = name === "-" ? io.readStdin() : io.readFile(name);
  if (text === undefined) return refuse("E-FILE", `There is no file "${name}".`, { flag: "--points" });
  const rows = name.endsWith(".csv") ? await csvRows(text, name) : jsonRows(text, name);
  return rows.map(({ command: _command, ...point }) => point);
}

function jsonRows(text: string, name: string): readonly Record<string, unknown>[] {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.map((line, index) => parseJsonObject(line, `line ${index + 1} of ${name}`));
}

/** Cells are read as flags are: 1T, 30d; an empty cell says nothing. */
async function csvRows(text: string, name: string): Promise<readonly Record<string, unknown>[]> {
  const { parse } = await import("csv-parse/sync");
  let rows: readonly Record<string, string>[];
  try {
    rows = parse(text, { columns: true, bom: true, trim: true, skip_empty_lines: true });
  } catch (error) {
    return refuse("E-VALUE", `${name} is not CSV with the keys in its first line.`, {
      flag: "--points",
      hint: `${(error as Error).message}.`,
    });
  }
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row)
        .filter(([, cell]) => cell !== "")
        .map(([key, cell]) => [key, requestValue(cell)]),
    ),
  );
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** A cell as a request would hold it, so that it is written as it would be there; the rest is text, read by its field. */
function requestValue(cell: string): unknown {
  if (cell === "true" || cell === "false") return cell === "true";
  return NUMBER.test(cell) ? Number(cell) : cell;
}
