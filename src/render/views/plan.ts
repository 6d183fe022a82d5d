import type { Answer } from "../../study/document.ts";
import type { PlanRow, PlanTrainResult } from "../../study/plan/result.ts";
import { counted, format } from "../../units/index.ts";
import { JOULES_PER_KWH, SECONDS_PER_DAY } from "../../units/quantity.ts";
import type { Line } from "../explain.ts";
import type { Column, Row, View } from "../view.ts";
import { assumedBlock } from "./assumed.ts";
import { bestRows, medianOf, type RangeColumn, rangeEnds, rangeTable } from "./ranged.ts";

const COLUMNS: readonly Column[] = [
  { key: "gpu", title: "chips" },
  { key: "tp", title: "tp", kind: "integer" },
  { key: "pp", title: "pp", kind: "integer" },
  { key: "vpp", title: "vpp", kind: "integer", optional: 4 },
  { key: "cp", title: "cp", kind: "integer", optional: 5 },
  { key: "ep", title: "ep", kind: "integer", optional: 5 },
  { key: "dp", title: "dp", kind: "integer" },
  { key: "zero", title: "ZeRO", kind: "integer", optional: 2 },
  { key: "micro_batch", title: "micro", kind: "integer", optional: 2 },
  { key: "recompute", title: "recompute", optional: 3 },
  { key: "step_seconds", title: "step", kind: "duration" },
  { key: "mfu", title: "MFU", kind: "ratio" },
  { key: "peak_bytes_per_gpu", title: "memory", kind: "bytes", optional: 1 },
  { key: "seconds", title: "time", kind: "duration" },
  { key: "cost_usd", title: "rent", kind: "money", optional: 1 },
  { key: "joules", title: "energy", kind: "energy", optional: 6 },
];

/** How a plan looks: the best layouts, why each differs, what was turned away, and the front. */
export function planView({ result, assumptions }: Answer<PlanTrainResult>, explained = false): View {
  const {
    best,
    rejected,
    considered,
    evaluated,
    pruned,
    objective,
    model,
    tokens,
    front,
    frontAgainst,
    intervals,
  } = result;
  const name = model === "model" ? "the model" : model;
  const count = (value: number) => format("integer", value);
  const rows = bestRows(best.length);
  const differing = best.flatMap((row, index) =>
    row.differs === undefined ? [] : [`${index + 1}: ${row.differs}.`],
  );
  return [
    {
      block: "title",
      text: `Layouts to train ${name} on ${counted(tokens, "token")}${medianOf(intervals, "tokens", "count")}, best by ${objective}`,
    },
    {
      block: "table",
      main: true,
      table: { columns: COLUMNS, rows: best.map(rowCells), ...rangeEnds(rows, intervals, RANGES) },
    },
    ...rangeTable(rows, intervals, RANGES),
    ...(differing.length === 0
      ? []
      : [{ block: "notes", heading: "Against the best", lines: differing } as const]),
    {
      block: "bars",
      heading: `${counted(considered, "layout", "integer")}: ${count(evaluated)} computed, ${count(pruned)} beaten by a bound, the rest turned away because`,
      kind: "count",
      bars: rejected.slice(0, MOST_REASONS).map(({ text, layouts }) => ({ label: text, value: layouts })),
    },
    frontPlot(front, frontAgainst),
    assumedBlock(assumptions, explained),
  ];
}

const RANGES: readonly RangeColumn[] = [
  { figure: "days", key: "seconds", title: "time", kind: "duration", scale: SECONDS_PER_DAY },
  { figure: "cost", key: "cost_usd", title: "rent", kind: "money", scale: 1 },
  { figure: "energy", key: "joules", title: "energy", kind: "energy", scale: JOULES_PER_KWH },
];
const MOST_REASONS = 6;

function rowCells(row: PlanRow): Row {
  const { layout } = row;
  return [
    `${format("integer", row.gpus)} x ${row.gpu}`,
    layout.tp,
    layout.pp,
    layout.vpp,
    layout.cp,
    layout.ep,
    layout.dp,
    layout.zero,
    layout.microBatch,
    layout.recompute,
    row.stepSeconds,
    row.mfu,
    row.peakBytesPerGpu,
    row.days * SECONDS_PER_DAY,
    row.cost,
    row.energy === undefined ? undefined : row.energy * JOULES_PER_KWH,
  ];
}

function frontPlot(front: readonly PlanRow[], against: PlanTrainResult["frontAgainst"]): View[number] {
  const byCost = against === "cost" && front.every((row) => row.cost !== undefined);
  return {
    block: "plot",
    heading: `No layout beats these both in tokens/s and in ${byCost ? "cost" : "memory"}`,
    x: byCost
      ? { title: "rent of the run", kind: "money" }
      : { title: "memory of an accelerator", kind: "bytes" },
    y: { title: "tokens/s per accelerator", kind: "count" },
    series: [
      {
        name: "front",
        mark: "o",
        points: front.map(
          (row) => [byCost ? (row.cost ?? 0) : row.peakBytesPerGpu, row.tokensPerSecondPerGpu] as const,
        ),
      },
    ],
  };
}

/** Derivation of the best layout's time. */
export function planLines({ result }: Answer<PlanTrainResult>): readonly Line[] {
  return result.best.slice(0, 1).map((row) => ({
    name: "tokens/s per accelerator",
    formula: "batch / (step x accelerators)",
    operands: [
      { name: "batch", value: row.tokensPerSecondPerGpu * row.stepSeconds * row.gpus, kind: "count" },
      { name: "step", value: row.stepSeconds, kind: "duration" },
      { name: "accelerators", value: row.gpus, kind: "count" },
    ],
    value: row.tokensPerSecondPerGpu,
    kind: "count",
    source: "the predicted step; compute-est train with this layout derives it by cause",
  }));
}
