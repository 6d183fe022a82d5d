import type { DemandResult } from "../../study/demand/run.ts";
import type { Answer } from "../../study/document.ts";
import { format } from "../../units/index.ts";
import type { View } from "../view.ts";
import { assumedBlock } from "./assumed.ts";
import { levels, story } from "./demand-story.ts";
import { sensitivityBlocks } from "./ranged.ts";

/** Lines of the chart: the story, the years and the chart share one screen. */
const CHART_ROWS = 5;

/** A market over its years on one screen: growth, crossover and what moves it, every year, and what sources say. */
export function demandView({ result, assumptions }: Answer<DemandResult>, explained = false): View {
  return [
    { block: "title", text: `${result.scenario.name} (${result.scenario.date})` },
    { block: "facts", facts: [...story(result), ...levels(result)] },
    yearTable(result),
    ...sensitivityBlocks(result),
    ...plot(result),
    ...triangulationBlock(result),
    ...statedBlock(result),
    assumedBlock(assumptions, explained, [`the market: ${result.scenario.source}`]),
  ];
}

function yearTable({ years, gpu }: DemandResult): View[number] {
  return {
    block: "table",
    main: true,
    heading: `By year, in ${gpu.name}`,
    table: {
      columns: [
        { key: "year", title: "year" },
        { key: "training_flop", title: "training", kind: "work" },
        { key: "inference_flop", title: "inference", kind: "work" },
        { key: "inference_share", title: "inference share", kind: "ratio" },
        { key: "training_accelerator_years", title: "training chip-years", kind: "count", optional: 3 },
        { key: "inference_accelerator_years", title: "inference chip-years", kind: "count", optional: 3 },
        { key: "chips", title: "chips", kind: "count" },
        { key: "watts", title: "power", kind: "power" },
        { key: "kwh", title: "kWh", kind: "count", optional: 2 },
        { key: "capex_usd", title: "to buy", kind: "money" },
        { key: "tokens_per_day", title: "tokens a day", kind: "count", optional: 1 },
        { key: "share_of_stock", title: "of stock", kind: "ratio" },
      ],
      rows: years.map((row) => [
        String(row.year),
        row.training.flop,
        row.inference.flop,
        row.inferenceShare,
        row.training.acceleratorYears,
        row.inference.acceleratorYears,
        row.total.chips,
        row.total.watts,
        row.total.kwh,
        row.total.capexUsd,
        row.inference.tokensPerDay,
        row.shareOfStock,
      ]),
    },
  };
}

function plot({ years }: DemandResult): View {
  const start = years[0]?.year ?? 0;
  const of = (side: "training" | "inference") =>
    years.flatMap((row) => (row[side].flop > 0 ? [[row.year - start, row[side].flop] as const] : []));
  const [training, inference] = [of("training"), of("inference")];
  if (training.length < 2 || inference.length < 2) return [];
  return [
    {
      block: "plot",
      rows: CHART_ROWS,
      x: { title: `years after ${start}`, kind: "multiple" },
      y: { title: "FLOP a year", kind: "work", log: true },
      series: [
        { name: "training", mark: "T", points: training },
        { name: "inference", mark: "i", points: inference },
      ],
    },
  ];
}

function triangulationBlock({ triangulation }: DemandResult): View {
  if (triangulation === undefined) return [];
  return [
    {
      block: "table",
      heading:
        triangulation.results.length === 1
          ? "The traffic by one method: the market has no figures for another"
          : `The traffic by each method: ${format("multiple", triangulation.spread)}x between the most and the fewest chips`,
      table: {
        columns: [
          { key: "method", title: "by" },
          { key: "chips", title: "chips", kind: "count" },
          { key: "chips_per_billion_daily", title: "per 1e9 tokens a day", kind: "multiple" },
          { key: "joules_per_token", title: "J a token", kind: "multiple" },
          { key: "usd_per_million_tokens", title: "a million tokens", kind: "money" },
          { key: "implied_utilisation", title: "peak used", kind: "ratio" },
        ],
        rows: triangulation.results.map(({ method, chips, normalised }) => [
          method,
          chips,
          normalised?.chipsPerBillionDaily,
          normalised?.joulesPerToken,
          normalised?.usdPerMillionTokens,
          normalised?.impliedUtilisation,
        ]),
      },
    },
  ];
}

function statedBlock({ stated }: DemandResult): View {
  if (stated.length === 0) return [];
  return [
    {
      block: "table",
      heading: "What the source prints against what its inputs give",
      table: {
        columns: [
          { key: "what", title: "figure" },
          { key: "value", title: "printed" },
          { key: "computed", title: "computed" },
          { key: "ratio", title: "ratio", kind: "multiple" },
        ],
        rows: stated.map(({ name, value, computed, ratio }) => [
          name,
          format("count", value),
          computed === undefined ? undefined : format("count", computed),
          ratio,
        ]),
      },
    },
  ];
}
