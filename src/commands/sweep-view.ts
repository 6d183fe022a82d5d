import { csvOfTable } from "../render/csv.ts";
import type { Block, Column, Row, Table, View } from "../render/view.ts";
import type { Axis } from "../study/sweep/grid.ts";
import { counted } from "../units/index.ts";
import type { Problem } from "../units/problem.ts";
import type { Figure } from "./figures.ts";

/** One point of a sweep: its values, its figures in the order of the columns, and why it has none. */
export interface SweepRow {
  readonly values: Readonly<Record<string, unknown>>;
  readonly figures: readonly (number | undefined)[];
  readonly error?: Problem;
}

/** Marks of a plot's series, in order. */
const MARKS = "ox+*#@%&";

/** Rows as a table, with a line for each named series where one axis is a number. */
export function sweepView(
  axes: readonly Axis[],
  figures: readonly Figure[],
  rows: readonly SweepRow[],
  total: number,
): View {
  const left =
    total === rows.length
      ? counted(total, "point", "integer")
      : `${rows.length} of ${total} points that no other beats`;
  return [
    { block: "table", heading: left, table: tableOf(axes, figures, rows) },
    ...(heatOf(axes, figures, rows) ?? plotOf(axes, figures, rows)),
  ];
}

/** What a part of a whole prints of its CSV, so that the parts concatenate: which columns there are hangs on no row of it. */
export interface CsvPart {
  /** Keys of the points of the whole. */
  readonly keys: readonly string[];
  readonly header: boolean;
}

/** Rows as CSV, with a column that says why a row has no figures where one has none, or a row of another part may. */
export function sweepCsv(
  axes: readonly Axis[],
  figures: readonly Figure[],
  rows: readonly SweepRow[],
  part?: CsvPart,
): string {
  // the path names the unit, so the figure stands as the result has it
  const raw = figures.map((figure) => ({ ...figure, scale: 1 }));
  const table = tableOf(axes, raw, rows, part?.keys);
  const failing = part !== undefined || rows.some((row) => row.error !== undefined);
  const full = failing ? withErrors(table, rows) : table;
  return csvOfTable(full, part?.header ?? true);
}

const withErrors = ({ columns, rows }: Table, from: readonly SweepRow[]): Table => ({
  columns: [...columns, { key: "error", title: "error" }],
  rows: rows.map((row, index) => {
    const error = from[index]?.error;
    return [...row, error && `${error.code}: ${error.message}`];
  }),
});

const keysOf = (axes: readonly Axis[], rows: readonly SweepRow[]): readonly string[] =>
  axes.length > 0 ? axes.map(({ key }) => key) : [...new Set(rows.flatMap((row) => Object.keys(row.values)))];

function tableOf(
  axes: readonly Axis[],
  figures: readonly Figure[],
  rows: readonly SweepRow[],
  keys = keysOf(axes, rows),
): Table {
  const numeric = (key: string) =>
    rows.every((row) => row.values[key] === undefined || typeof row.values[key] === "number");
  const columns: Column[] = [
    ...keys.map((key) =>
      numeric(key) ? ({ key, title: key, kind: axisKind(key) } as const) : { key, title: key },
    ),
    ...figures.map(({ path, title, kind }) => ({ key: path, title, kind })),
  ];
  const body = rows.map(
    (row): Row => [
      ...keys.map((key) => cellOf(row.values[key])),
      ...row.figures.map((value, index) => (value === undefined ? undefined : value * figures[index]!.scale)),
    ],
  );
  const whys = rows.flatMap((row) =>
    row.error === undefined ? [] : [`${describe(row.values)}: ${row.error.message}`],
  );
  return { columns, rows: body, notes: [...new Set(whys)].slice(0, 5) };
}

/** Request values stand in their own unit; counts read best as counts, shares as they were written. */
const axisKind = (key: string): "count" | "multiple" =>
  [
    "params",
    "active",
    "tokens",
    "gpus",
    "budget",
    "globalBatch",
    "seq",
    "concurrency",
    "input",
    "output",
  ].includes(key)
    ? "count"
    : "multiple";

function cellOf(value: unknown): number | string | undefined {
  return typeof value === "number" || typeof value === "string"
    ? value
    : value === undefined
      ? undefined
      : JSON.stringify(value);
}

const describe = (values: SweepRow["values"]): string =>
  Object.entries(values)
    .map(([key, value]) => `${key} ${String(value)}`)
    .join(", ");

/** Axes of fewer values are better told apart as lines. */
const HEAT_VALUES = 3;

/** Shades, where two axes are numbers of several values and there is no third. */
function heatOf(
  axes: readonly Axis[],
  [figure]: readonly Figure[],
  rows: readonly SweepRow[],
): readonly Block[] | undefined {
  const varied = axes.filter(({ values }) => values.length > 1);
  const numeric = varied.filter(
    ({ values }) => values.length >= HEAT_VALUES && values.every((value) => typeof value === "number"),
  );
  if (figure === undefined || varied.length !== 2 || numeric.length !== 2) return undefined;
  const [y, x] = numeric.toSorted((a, b) => a.values.length - b.values.length) as [Axis, Axis];
  const axis = ({ key, values }: Axis) => ({
    title: key,
    kind: axisKind(key),
    values: (values as readonly number[]).toSorted((a, b) => a - b),
  });
  const [down, across] = [axis(y), axis(x)];
  const at = new Map(rows.map((row) => [`${row.values[y.key]} ${row.values[x.key]}`, row.figures[0]]));
  const cell = (yValue: number, xValue: number): number | undefined => {
    const value = at.get(`${yValue} ${xValue}`);
    return value === undefined ? undefined : value * figure.scale;
  };
  return [
    {
      block: "heat",
      title: figure.title,
      kind: figure.kind,
      x: across,
      y: down,
      cells: down.values.map((yValue) => across.values.map((xValue) => cell(yValue, xValue))),
    },
  ];
}

function plotOf(
  axes: readonly Axis[],
  figures: readonly Figure[],
  rows: readonly SweepRow[],
): readonly Block[] {
  const [figure] = figures;
  const x = axes
    .filter(({ values }) => typeof values[0] === "number")
    .toSorted((a, b) => b.values.length - a.values.length)[0];
  if (figure === undefined || x === undefined || x.values.length < 3) return [];
  const others = axes.filter((axis) => axis !== x);
  const name = (row: SweepRow) => others.map(({ key }) => `${key} ${String(row.values[key])}`).join(", ");
  const names = [...new Set(rows.map(name))].slice(0, MARKS.length);
  const series = names.map((label, index) => ({
    name: label,
    mark: MARKS[index]!,
    points: rows.flatMap((row) => {
      const y = row.figures[0];
      return name(row) === label && y !== undefined
        ? [[row.values[x.key] as number, y * figure.scale] as const]
        : [];
    }),
  }));
  const ends = x.values as readonly number[];
  const log = Math.max(...ends) / Math.min(...ends) > 20;
  return [
    {
      block: "plot",
      x: { title: x.key, kind: axisKind(x.key), log },
      y: { title: figure.title, kind: figure.kind, log },
      series,
    },
  ];
}
