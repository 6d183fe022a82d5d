import { fold } from "../../catalog/names.ts";
import { nearest } from "../../catalog/nearest.ts";
import type { Table } from "../../render/view.ts";
import { format, type Kind, parseNumber } from "../../units/index.ts";
import { refuse } from "../../units/problem.ts";
import { SHELVES, type Shelf } from "./shelves.ts";

type Row = Awaited<ReturnType<Shelf["load"]>>[number];

/** A field of rows: its values in their order, and their kind where they are quantities. */
interface Values {
  readonly values: readonly unknown[];
  readonly kind: Kind | undefined;
}

const CONDITION = /^(.+?)\s*(>=|<=|=|~|>|<)\s*(.+)$/;
const DATE = /^\d{4}(-\d{2}){0,2}$/;
/** Kinds that are never read without a unit: 200 bytes of memory were meant as something else. */
const WANTS_UNIT: Readonly<Partial<Record<Kind, string>>> = {
  bytes: "80GB",
  bandwidth: "3TB/s",
  rate: "500TFLOP/s",
};
/** From here on a bare number is one in base units, as CSV prints them. */
const BASE_UNITS = 1e6;

/**
 * The rows of which every condition holds. A field is a column, as printed or by its key in CSV, or a key of the row as JSON
 * prints it; a value is in the grammar of its column.
 */
export function filtered(shelf: Shelf, rows: readonly Row[], conditions: readonly string[]): readonly Row[] {
  if (conditions.length === 0) return rows;
  const table = shelf.table(rows);
  const tests = conditions.map((condition) => testOf(condition, shelf, rows, table));
  return rows.filter((_, index) => tests.every((holds) => holds(index)));
}

/** The columns of every kind of row, as help lists them. */
export function filterFields(): string {
  return Object.values(SHELVES)
    .map((shelf) => `${shelf.kind}: ${titles(shelf.table([])).join(", ")}`)
    .join("\n");
}

const titles = ({ columns }: Table): readonly string[] => columns.map(({ title }) => title);

function testOf(
  condition: string,
  shelf: Shelf,
  rows: readonly Row[],
  table: Table,
): (index: number) => boolean {
  const match = CONDITION.exec(condition.trim());
  if (match === null) {
    return refuse("E-FILTER", `--filter "${condition}" is not a condition.`, {
      flag: "--filter",
      hint: "E.g. vendor=AMD, year>=2023, memory>=80GB, name~llama.",
    });
  }
  const [, name = "", operator = "", wanted = ""] = match;
  const field = columnNamed(name, table) ?? keyNamed(name, rows) ?? unknownField(name, shelf, rows, table);
  const holds = comparison(condition, name.trim(), operator, wanted.trim(), field);
  return (index) => {
    const value = field.values[index];
    return value !== undefined && value !== null && holds(value);
  };
}

function columnNamed(name: string, { columns, rows }: Table): Values | undefined {
  const wanted = fold(name.replace(/\([^)]*\)\s*$/, ""));
  const at = columns.findIndex(({ key, title }) => fold(title) === wanted || fold(key) === wanted);
  return at < 0 ? undefined : { values: rows.map((row) => row[at]), kind: columns[at]!.kind };
}

/** `tflops_dense.bf16`: a key of the rows, however deep. */
function keyNamed(path: string, rows: readonly Row[]): Values | undefined {
  const values = rows.map((row) =>
    path
      .trim()
      .split(".")
      .reduce<unknown>(
        (value, key) =>
          value !== null && typeof value === "object" ? (value as Record<string, unknown>)[key] : undefined,
        row,
      ),
  );
  if (values.every((value) => value === undefined)) return undefined;
  return { values, kind: values.some((value) => typeof value === "number") ? "count" : undefined };
}

function unknownField(name: string, { kind }: Shelf, rows: readonly Row[], table: Table): never {
  const columns = table.columns.flatMap(({ key, title }) => [title, key]);
  const keys = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const near = nearest(name, [...new Set([...columns, ...keys])])[0];
  return refuse("E-FILTER", `${kind} have no field "${name.trim()}".`, {
    flag: "--filter",
    hint: near === undefined ? `They have ${titles(table).join(", ")}.` : `Did you mean ${near}?`,
  });
}

type Comparison = (value: unknown) => boolean;

function comparison(
  condition: string,
  name: string,
  operator: string,
  wanted: string,
  { values, kind }: Values,
): Comparison {
  const text = wanted.toLowerCase();
  if (operator === "~") return (value) => textOf(value, kind).includes(text);
  if (kind !== undefined) {
    const number = numberWanted(condition, name, wanted, kind);
    const printed = format(kind, number);
    // equal is what prints alike: nobody types 85899345920
    return (value) =>
      operator === "=" ? format(kind, Number(value)) === printed : ordered(operator, Number(value), number);
  }
  const known = values.filter((value) => value !== undefined && value !== null).map(String);
  if (known.length > 0 && known.every((value) => DATE.test(value))) {
    if (!DATE.test(wanted)) refuseValue(condition, `${name} takes a year or a date, e.g. 2024 or 2024-07`);
    return (value) => {
      const date = String(value).slice(0, wanted.length);
      return operator === "=" ? date === wanted : ordered(operator, date, wanted);
    };
  }
  if (operator === "=") return (value) => textOf(value, kind) === text;
  if (!known.some((value) => Number.isFinite(Number(value))))
    refuseValue(condition, `${name} holds texts, which have no order: compare with = or ~`);
  const number = Number(wanted);
  if (!Number.isFinite(number)) refuseValue(condition, `${name} is compared with a number`);
  return (value) => ordered(operator, Number(value), number);
}

function numberWanted(condition: string, name: string, wanted: string, kind: Kind): number {
  const parsed = parseNumber(kind, wanted);
  if (!parsed.ok) {
    const { message, hint } = parsed.problem;
    return refuse("E-FILTER", `--filter "${condition}": ${message}`, {
      flag: "--filter",
      ...(hint === undefined ? {} : { hint }),
    });
  }
  const example = WANTS_UNIT[kind];
  if (example !== undefined && parsed.value < BASE_UNITS && Number.isFinite(Number(wanted)))
    refuseValue(condition, `${name} takes a unit, e.g. ${example}`);
  return parsed.value;
}

const refuseValue = (condition: string, why: string): never =>
  refuse("E-FILTER", `--filter "${condition}": ${why}.`, { flag: "--filter" });

/** A cell as it is printed, in lower case. */
function textOf(value: unknown, kind: Kind | undefined): string {
  if (typeof value === "number" && kind !== undefined) return format(kind, value).toLowerCase();
  return (typeof value === "object" ? JSON.stringify(value) : String(value)).toLowerCase();
}

function ordered<T extends number | string>(operator: string, a: T, b: T): boolean {
  switch (operator) {
    case ">=":
      return a >= b;
    case "<=":
      return a <= b;
    case ">":
      return a > b;
    default:
      return a < b;
  }
}
