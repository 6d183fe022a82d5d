import type { DemandResult } from "../../study/demand/run.ts";
import type { Answer } from "../../study/document.ts";
import { format } from "../../units/index.ts";
import type { Fact, View } from "../view.ts";
import { when } from "./demand-story.ts";
import { type RangeColumn, type RangeRows, rangeTable } from "./ranged.ts";

/** What a first screen has no room for: ranges of every year, all that moves the crossover, parity, and the scenario's notes. */
export function demandDetail({ result }: Answer<DemandResult>): View {
  return [
    { block: "facts", heading: "Parity", facts: parityFacts(result) },
    ...rangeTable(yearRows(result), result.intervals, RANGES),
    ...moversBlock(result),
    {
      block: "facts",
      heading: "When one run passes a threshold (not legal advice)",
      facts: thresholdFacts(result),
    },
    { block: "notes", heading: "Of the scenario", lines: result.market.notes ?? [], mark: "*" },
  ];
}

function parityFacts({ parity, years }: DemandResult): Fact[] {
  if (parity === undefined) return [];
  const { tokensPerModel, chipHourTokensPerModel, days, balancedTrainingShare } = parity;
  const share = years[0]?.inferenceShare;
  const now = share === undefined ? "" : `; here ${format("ratio", 1 - share)}`;
  return [
    {
      label: "a model's training",
      value: `${format("count", tokensPerModel)} served tokens`,
      note: `match it in FLOP, whatever its size (3 x research x tokens); ${format("count", chipHourTokensPerModel)} in chip-hours`,
    },
    {
      label: "the first year's",
      value: `${format("count", days)} days`,
      note: "of its traffic match its training in FLOP",
    },
    {
      label: "balance",
      value: `${format("ratio", balancedTrainingShare)} training`,
      note: `where ten times more of either is worth as much, at this growth (Erdil 2024, Epoch AI)${now}`,
    },
  ];
}

function thresholdFacts({ thresholds, years }: DemandResult): Fact[] {
  const start = years[0]?.year;
  return thresholds.map(({ year, flop, name, status, date, counts }) => ({
    label: year === undefined ? "never" : year === start ? "from the start" : year.toFixed(1),
    value: `${format("work", flop)}  ${name}`,
    note: `${status} ${date}; counts ${counts}`,
  }));
}

const yearRows = ({ years }: DemandResult): RangeRows => ({
  list: "years",
  title: "year",
  labels: years.map(({ year }) => String(year)),
});
const RANGES: readonly RangeColumn[] = [
  { figure: "training.flop", key: "training_flop", title: "training", kind: "work", scale: 1 },
  { figure: "inference.flop", key: "inference_flop", title: "inference", kind: "work", scale: 1 },
  { figure: "total.chips", key: "chips", title: "chips", kind: "count", scale: 1 },
  { figure: "total.capexUsd", key: "capex_usd", title: "to buy", kind: "money", scale: 1 },
];

function moversBlock({ movers }: DemandResult): View {
  if (movers.length === 0) return [];
  return [
    {
      block: "table",
      heading: "What moves the crossover: the year at either end of each range",
      table: {
        columns: [
          { key: "input", title: "assumption" },
          { key: "low", title: "from" },
          { key: "high", title: "to" },
          { key: "low_year", title: "then" },
          { key: "high_year", title: "and" },
        ],
        rows: movers.map(({ input, low, high }) => [
          input,
          format("count", low.value),
          format("count", high.value),
          when(low.crossing),
          when(high.crossing),
        ]),
      },
    },
  ];
}
