import type { DemandResult, GrowthPart } from "../../study/demand/run.ts";
import type { Answer } from "../../study/document.ts";
import { counted, format } from "../../units/index.ts";
import type { Line } from "../explain.ts";
import type { Fact, View } from "../view.ts";
import { type RangeColumn, type RangeRows, rangeTable, sensitivityBlocks } from "./ranged.ts";
import { assumptionText } from "./train.ts";

/** Ranges shown of those that move the crossover. */
const SHOWN_MOVERS = 5;

const count = (value: number) => format("count", value);
const times = (value: number) => `${format("multiple", value)}x`;

/** A market over its years: growth, crossover, what moves it, and what sources say. */
export function demandView({ result, assumptions }: Answer<DemandResult>): View {
  return [
    { block: "title", text: `${result.scenario.name} (${result.scenario.date})` },
    { block: "facts", facts: story(result) },
    ...moversBlock(result),
    ...sensitivityBlocks(result),
    { block: "facts", facts: levels(result) },
    yearTable(result),
    ...rangeTable(yearRows(result), result.intervals, RANGES),
    ...plot(result),
    ...triangulationBlock(result),
    ...statedBlock(result),
    {
      block: "notes",
      heading: "Assumed",
      lines: [`the market: ${result.scenario.source}`, ...assumptions.map(assumptionText)],
      mark: "*",
    },
  ];
}

const yearRows = ({ years }: DemandResult): RangeRows => ({
  list: "years",
  title: "year",
  labels: years.map(({ year }) => String(year)),
});
const RANGES: readonly RangeColumn[] = [
  { figure: "training.flop", title: "training", kind: "work", scale: 1 },
  { figure: "inference.flop", title: "inference", kind: "work", scale: 1 },
  { figure: "total.chips", title: "chips", kind: "count", scale: 1 },
  { figure: "total.capexUsd", title: "to buy", kind: "money", scale: 1 },
];

const FACTORS: Readonly<Record<string, string>> = {
  params: "parameters",
  active: "parameters",
  tokens: "data",
  rnd: "research",
  inputTokens: "tokens in",
  mediaTokens: "images and video",
  outputTokens: "tokens out",
  reasoningTokens: "reasoning",
};

const growthText = ({ by }: GrowthPart): string =>
  Object.entries(by)
    .map(([key, factor]) => `${FACTORS[key] ?? key} ${times(factor)}`)
    .join(" · ");

/** Who, how fast each side grows and by what, and when they cross: all of it on a first screen. */
function story(result: DemandResult): Fact[] {
  const { growth, crossover, market } = result;
  const spread = crossingSpread(result);
  const found: Fact[] = [];
  const { firmNames = [] } = market.training ?? {};
  if (firmNames.length > 0) found.push({ label: "firms", value: firmNames.join(", ") });
  if (growth.training !== undefined)
    found.push({
      label: "training grows",
      value: `${times(growth.training.perYear)} a year`,
      note: growthText(growth.training),
    });
  if (growth.inference !== undefined)
    found.push({
      label: "inference grows",
      value: `${times(growth.inference.perYear)} a year`,
      note: growthText(growth.inference),
    });
  if (market.training !== undefined)
    found.push({ label: "crossover", value: [...sentences(crossover), ...spread].join(" ") });
  return found;
}

/** How far the draws of the ranges carry the crossover in FLOP, and the share of them in which it never comes. */
function crossingSpread({ intervals, answered, years }: DemandResult): readonly string[] {
  const path = "crossover.flop.years";
  const interval = intervals?.[path];
  const start = years[0]?.year;
  if (interval === undefined || start === undefined) return [];
  const [early, late] = [interval.p05, interval.p95].map((after) => Math.floor(start + after));
  const never = 1 - (answered?.[path] ?? 1);
  if (never > 1 / 2) return [`In ${format("ratio", never)} of the draws of the ranges it never comes.`];
  const rest = never > 0 ? `; in ${format("ratio", never)} of the draws it never comes` : "";
  return [`The ranges put it in FLOP between ${early} and ${late}${rest}.`];
}

/** Levels behind the growth: what is in flight, what serving takes, and known purchases beside it. */
function levels({ inFlight, normalised, yardsticks }: DemandResult): Fact[] {
  const found: Fact[] = [];
  if (inFlight !== undefined) {
    const { requestsPerSecond, concurrency, kvBytes, chipsByCompute, chipsByMemory, binds } = inFlight;
    found.push({
      label: "in flight",
      value: `${counted(concurrency, "request")}, ${format("bytes", kvBytes)} of KV cache`,
      note: `sequence length x concurrency is memory; ${format("multiple", requestsPerSecond)} requests/s at the peak are the rate. By compute ${count(chipsByCompute)} chips${chipsByMemory === undefined ? "" : `, by memory ${count(chipsByMemory)}`}${binds === undefined ? "" : `: ${binds} binds`}`,
    });
  }
  if (normalised !== undefined) found.push({ label: "serving, year one", value: normalisedText(normalised) });
  if (yardsticks.length > 0)
    found.push({
      label: "beside",
      value: yardsticks
        .map(({ name, gpus, ratio }) => `${times(ratio)} ${name} (${counted(gpus, "GPU")})`)
        .join(", "),
    });
  return found;
}

const sentences = ({ flop, chipHours }: DemandResult["crossover"]): readonly string[] =>
  flop.kind === chipHours.kind && flop.year === undefined && chipHours.year === undefined
    ? [flop.sentence]
    : [flop.sentence, chipHours.sentence];

function normalisedText(normalised: NonNullable<DemandResult["normalised"]>): string {
  const { chipsPerBillionDaily, joulesPerToken, usdPerMillionTokens, impliedUtilisation } = normalised;
  return [
    `${format("multiple", chipsPerBillionDaily)} chips per 1e9 tokens a day`,
    ...(joulesPerToken === undefined ? [] : [`${format("multiple", joulesPerToken)} J a token`]),
    ...(usdPerMillionTokens === undefined ? [] : [`${format("money", usdPerMillionTokens)} per million`]),
    ...(impliedUtilisation === undefined ? [] : [`${format("ratio", impliedUtilisation)} of the peak used`]),
  ].join(", ");
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
        { key: "kwh", title: "energy (kWh)", kind: "count", optional: 2 },
        { key: "capex_usd", title: "to buy", kind: "money" },
        { key: "tokens_per_day", title: "tokens a day", kind: "count", optional: 1 },
        { key: "share_of_stock", title: "of known stock", kind: "ratio" },
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
      heading: "FLOP a year",
      x: { title: `years after ${start}`, kind: "multiple" },
      y: { title: "FLOP", kind: "work", log: true },
      series: [
        { name: "training", mark: "T", points: training },
        { name: "inference", mark: "i", points: inference },
      ],
    },
  ];
}

function moversBlock({ movers }: DemandResult): View {
  if (movers.length === 0) return [];
  const when = ({ kind, year }: DemandResult["crossover"]["flop"]) =>
    kind === "crosses" && year !== undefined
      ? year.toFixed(1)
      : kind === "already"
        ? "from the start"
        : "never";
  return [
    {
      block: "table",
      heading: "What moves the crossover most: the year at either end of a range",
      table: {
        columns: [
          { key: "input", title: "assumption" },
          { key: "low", title: "from" },
          { key: "high", title: "to" },
          { key: "low_year", title: "then" },
          { key: "high_year", title: "and" },
        ],
        rows: movers
          .slice(0, SHOWN_MOVERS)
          .map(({ input, low, high }) => [
            input,
            count(low.value),
            count(high.value),
            when(low.crossing),
            when(high.crossing),
          ]),
      },
    },
  ];
}

function triangulationBlock({ triangulation }: DemandResult): View {
  if (triangulation === undefined) return [];
  return [
    {
      block: "table",
      heading: `The traffic by each method: ${times(triangulation.spread)} between the most and the fewest chips`,
      table: {
        columns: [
          { key: "method", title: "by" },
          { key: "chips", title: "chips", kind: "count" },
          { key: "chips_per_billion_daily", title: "per 1e9 tokens a day", kind: "multiple" },
          { key: "implied_utilisation", title: "peak used", kind: "ratio" },
        ],
        rows: triangulation.results.map(({ method, chips, normalised }) => [
          method,
          chips,
          normalised?.chipsPerBillionDaily,
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
        rows: stated.map(({ what, value, computed, ratio }) => [
          what,
          count(value),
          computed === undefined ? undefined : count(computed),
          ratio,
        ]),
      },
    },
  ];
}

/** The first year, derived. */
export function demandLines({ result }: Answer<DemandResult>): readonly Line[] {
  const [first] = result.years;
  const { training } = result.market;
  const lines: Line[] = [];
  if (first !== undefined && training !== undefined) {
    const { params, active, firms, runs = 1 } = training;
    const model = active ?? params;
    const each = first.training.flop / (6 * model * firms * runs);
    lines.push({
      name: `training in ${first.year}`,
      formula: "6 x active x tokens and research x firms x runs",
      operands: [
        { name: "active", value: model, kind: "count" },
        { name: "tokens and research", value: each, kind: "count" },
        { name: "firms", value: firms, kind: "count" },
        { name: "runs", value: runs, kind: "count" },
      ],
      value: first.training.flop,
      kind: "work",
      source: "Kaplan 2020, section 2.1; research over final runs: Epoch AI 2026",
    });
  }
  if (first?.inferenceShare !== undefined)
    lines.push({
      name: "inference share",
      formula: "inference / all",
      operands: [
        { name: "inference", value: first.inference.flop, kind: "work" },
        { name: "all", value: first.total.flop, kind: "work" },
      ],
      value: first.inferenceShare,
      kind: "ratio",
      source: "2 x active x computed tokens a year: Kaplan 2020, section 2.1",
    });
  return lines;
}
