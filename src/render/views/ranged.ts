import type { Ranged } from "../../study/sample/ranged.ts";
import { columnUnit, format, formatRange, type Kind } from "../../units/index.ts";
import { JOULES_PER_KWH, SECONDS_PER_DAY } from "../../units/quantity.ts";
import type { Table, View } from "../view.ts";

/** How the last word of a figure's path says its unit. */
const UNITS: readonly (readonly [ending: RegExp, kind: Kind, scale: number])[] = [
  [/(^|\.)days$/, "duration", SECONDS_PER_DAY],
  [/seconds$/i, "duration", 1],
  [/usd(PerMillion\w+|PerRequest|PerHour|PerGpuHour)?$/i, "money", 1],
  [/(^|\.)cost$/, "money", 1],
  [/kwh$/i, "energy", JOULES_PER_KWH],
  [/kgCo2e$/, "mass", 1],
  [/flop$/, "work", 1],
  [/(^|\.)mfu$/, "ratio", 1],
  [/tokensPerParam$|PerRequest$|joules\w+$|ratio$/i, "multiple", 1],
];

/** A sampled figure as its path says it is meant. */
function figureText(path: string, value: number | undefined): string {
  if (value === undefined) return "no answer";
  // side by side, years are no days
  if (/(^|\.)years$/.test(path)) return `${format("multiple", value)} y`;
  const [, kind, scale] = UNITS.find(([ending]) => ending.test(path)) ?? [undefined, "count", 1];
  return format(kind as Kind, value * (scale as number));
}

/** "3.1 to 4.2": the 90 % interval of a figure, where it has one that is wider than its digits. */
export function spread(
  intervals: Ranged["intervals"],
  path: string,
  kind: Kind,
  scale = 1,
): string | undefined {
  const interval = intervals?.[path];
  if (interval === undefined) return undefined;
  const unit = columnUnit(kind, [interval.p50 * scale]);
  const [low, high] = [interval.p05 * scale, interval.p95 * scale] as const;
  return format(kind, low, { unit }) === format(kind, high, { unit })
    ? undefined
    : formatRange(kind, low, high, { unit });
}

/** " (median of 1T to 3T)", after a figure of a title that stands for a range; nothing after one that is known. */
export function medianOf(intervals: Ranged["intervals"], path: string, kind: Kind): string {
  const range = spread(intervals, path, kind);
  return range === undefined ? "" : ` (median of ${range})`;
}

/** What sampling found beside the intervals: what to find out first, and the draws that have no answer. */
export function rangedBlocks({ sensitivity, answered }: Ranged): View {
  const shares = Object.values(answered ?? {});
  const least = Math.min(...shares);
  const blocks: View[number][] = [];
  if (shares.length > 0) {
    const lines = [
      `${format("ratio", 1 - least)} of the draws have no answer: there the bounds are broken, it does not fit or keep up, or the inputs contradict each other. The intervals are of the others.`,
    ];
    blocks.push({ block: "notes", lines });
  }
  return [...blocks, ...sensitivityBlocks({ sensitivity })];
}

/** An input of a smaller share, whose ends lie closer than this, is not worth a line. */
const LEAST_SHARE = 0.001;
const LEAST_SWING = 0.01;

/** What to find out first. */
export function sensitivityBlocks({ sensitivity }: Pick<Ranged, "sensitivity">): View {
  if (sensitivity === undefined) return [];
  const { output, inputs } = sensitivity;
  const moving = inputs.filter(({ low, high, share }) => share > 0 || low !== high);
  const idle = moving.filter(
    ({ low = 0, high = 0, share }) =>
      share < LEAST_SHARE && Math.abs(high - low) <= LEAST_SWING * Math.abs(high),
  );
  const bars = moving
    .filter((swing) => !idle.includes(swing))
    .map(({ input, low, high, share }) => {
      const [from, to] = [figureText(output, low), figureText(output, high)];
      return {
        label: input,
        value: share,
        note: from === to ? `${from} at both ends: it moves in between` : `${from} to ${to}`,
      };
    });
  const heading = `What ${output} hangs on: share of its variance, and what each input's 5 and 95 % points make of it`;
  const names = idle.map(({ input }) => input).join(", ");
  return [
    { block: "bars", heading, kind: "ratio", bars },
    ...(names === "" ? [] : [{ block: "notes", lines: [`Hardly on: ${names}.`] } as const]),
  ];
}

/** A figure of the rows of a list that has intervals. */
export interface RangeColumn {
  readonly figure: string;
  /** Its column in CSV. */
  readonly key: string;
  readonly title: string;
  readonly kind: Kind;
  readonly scale: number;
}

/** A list of a result, and how its rows are called. */
export interface RangeRows {
  readonly list: string;
  readonly title: string;
  readonly labels: readonly string[];
}

/** The best rows of a plan. */
export const bestRows = (count: number): RangeRows => ({
  list: "best",
  title: "row",
  labels: Array.from({ length: count }, (_, index) => String(index + 1)),
});

/** What ranges make of the rows of a list, in their order; a column has one unit, as in any table. */
export function rangeTable(
  { list, title, labels }: RangeRows,
  intervals: Ranged["intervals"],
  columns: readonly RangeColumn[],
): View {
  const varied = columns.filter(({ figure }) => varies(intervals, list, labels.length, figure));
  const found = varied.map(({ figure, title, kind, scale }) => {
    const ranges = labels.map((_, index) => intervals?.[`${list}.${index}.${figure}`]);
    const unit = columnUnit(
      kind,
      ranges.flatMap((range) => (range === undefined ? [] : [range.p95 * scale])),
    );
    const bare = unit.heading !== "";
    const cells = ranges.map(
      (range) => range && formatRange(kind, range.p05 * scale, range.p95 * scale, { unit, bare }),
    );
    return { key: figure, title: bare ? `${title} (${unit.heading})` : title, cells };
  });
  if (found.length === 0) return [];
  return [
    {
      block: "table",
      heading: "90 % of the draws",
      table: {
        columns: [{ key: "row", title }, ...found.map(({ key, title }) => ({ key, title }))],
        rows: labels.map((label, index) => [label, ...found.map(({ cells }) => cells[index])]),
      },
    },
  ];
}

const varies = (intervals: Ranged["intervals"], list: string, rows: number, figure: string): boolean =>
  Array.from({ length: rows }).some((_, index) => intervals?.[`${list}.${index}.${figure}`] !== undefined);

/** The same intervals as columns of CSV: `seconds_p05` and `seconds_p95` beside `seconds`. */
export function rangeEnds(
  { list, labels }: Pick<RangeRows, "list" | "labels">,
  intervals: Ranged["intervals"],
  columns: readonly RangeColumn[],
): Pick<Table, "ends"> {
  const varied = columns.filter(({ figure }) => varies(intervals, list, labels.length, figure));
  if (varied.length === 0) return {};
  return {
    ends: {
      columns: varied.flatMap(({ key, title }) =>
        ["p05", "p95"].map((end) => ({ key: `${key}_${end}`, title: `${title} ${end}` })),
      ),
      rows: labels.map((_, index) =>
        varied.flatMap(({ figure, scale }) => {
          const range = intervals?.[`${list}.${index}.${figure}`];
          return [range && range.p05 * scale, range && range.p95 * scale];
        }),
      ),
    },
  };
}
