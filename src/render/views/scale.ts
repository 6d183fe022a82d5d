import type { Answer } from "../../study/document.ts";
import type { ScaleResult } from "../../study/scale/result.ts";
import { counted, format, formatPetaflopDays, formatRange } from "../../units/index.ts";
import type { Fact, View } from "../view.ts";
import { assumedBlock } from "./assumed.ts";
import { rangedBlocks } from "./ranged.ts";

const count = (value: number) => format("count", value);

/** The optimum of a compute budget by every law, and what straying from it costs. */
export function scaleView({ result, assumptions }: Answer<ScaleResult>, explained = false): View {
  return [
    {
      block: "title",
      text: title(result),
    },
    { block: "facts", facts: facts(result) },
    ...rangedBlocks(result),
    lawTable(result),
    ...lifetimeTable(result),
    {
      block: "table",
      heading: `What a wrong size costs at equal loss, by the fit of ${result.lossLaw}`,
      table: {
        columns: [
          { key: "ratio", title: "size over the best", kind: "multiple" },
          { key: "params", title: "parameters", kind: "count" },
          { key: "tokens", title: "tokens", kind: "count" },
          { key: "compute_ratio", title: "compute over the least", kind: "multiple" },
          { key: "kaplan_ratio", title: "by Kaplan 2020", kind: "multiple" },
        ],
        rows: result.sizes.map((row) => [
          row.ratio,
          row.params,
          row.tokens,
          row.computeRatio,
          row.kaplanRatio,
        ]),
      },
    },
    assumedBlock(assumptions, explained),
  ];
}

/** What a law calls N, where it is not all parameters. */
const BASES = {
  "non-embedding": "parameters without embeddings",
  "flop-per-token": "a sixth of the FLOP of a training token",
} as const;

function title({ compute, intervals }: ScaleResult): string {
  const range = intervals?.["compute.flop"];
  const ends = range === undefined ? "" : ` (${format("work", range.p05)} to ${format("work", range.p95)})`;
  return `Compute-optimal for ${format("work", compute.flop)} = ${formatPetaflopDays(compute.flop)}${ends}`;
}

function facts(result: ScaleResult): Fact[] {
  const { optimum, law, intervals, band, lossLaw, run, repeated, batch } = result;
  const range = (of: "params" | "tokens" | "tokensPerParam") => {
    const interval = intervals?.[`optimum.${of}`];
    return interval && `(${formatRange("count", interval.p05, interval.p95)})`;
  };
  const fact = (label: string, value: string, note?: string): Fact =>
    note === undefined ? { label, value } : { label, value, note };
  return [
    fact("law", law.id, `${law.formula}; ${law.source}`),
    fact("parameters", count(optimum.params), range("params")),
    ...(law.basis === "total" ? [] : [fact("as it counts", count(law.params), BASES[law.basis])]),
    fact("tokens", count(optimum.tokens), range("tokens")),
    fact("tokens per param", format("multiple", optimum.tokensPerParam), range("tokensPerParam")),
    fact(
      "over today's laws",
      `${formatRange("count", band.params.low, band.params.high)} parameters`,
      `on ${formatRange("count", band.tokens.low, band.tokens.high)} tokens: ${formatRange("multiple", band.tokensPerParam.low, band.tokensPerParam.high)} a parameter`,
    ),
    ...(optimum.loss === undefined ? [] : [fact("loss", format("multiple", optimum.loss))]),
    ...(run === undefined
      ? []
      : [fact("your run", `${count(run.params)} on ${count(run.tokens)}`, `${runText(run)}, by ${lossLaw}`)]),
    ...(repeated === undefined
      ? []
      : [
          fact(
            "repeated data",
            counted(repeated.epochs, "epoch", "multiple"),
            `worth ${count(repeated.effectiveTokens)} fresh tokens, ${count(repeated.mostTokens)} at most however often; one more is worth ${format("ratio", repeated.marginal)}`,
          ),
        ]),
    fact(
      "batch",
      counted(batch.tokens, "token"),
      `within a factor of ${format("multiple", batch.withinFactor)}, growing as tokens^${format("multiple", batch.growth)}; learning rate ${batch.learningRate.toPrecision(2)} (DeepSeek LLM)`,
    ),
    ...(law.caution === undefined ? [] : [fact("caution", law.caution)]),
  ];
}

/** A run against the cheapest of the same loss, and against the best tokens of its size. */
function runText({
  params,
  tokens,
  tokensRatio,
  computeRatio,
  sizeRatio,
}: NonNullable<ScaleResult["run"]>): string {
  const times = (value: number) => `${format("multiple", value)}x`;
  return `${format("multiple", tokens / params)} a parameter: ${times(tokensRatio)} the best tokens of its size; ${times(computeRatio)} the least compute and ${times(sizeRatio)} the size for its loss`;
}

function lawTable({ laws }: ScaleResult): View[number] {
  const cautions = laws.flatMap((row) => (row.caution === undefined ? [] : [`${row.law}: ${row.caution}`]));
  return {
    block: "table",
    main: true,
    heading: "By every law, from few tokens per parameter to many",
    table: {
      columns: [
        { key: "law", title: "law" },
        { key: "params", title: "parameters", kind: "count" },
        { key: "tokens", title: "tokens", kind: "count" },
        { key: "tokens_per_param", title: "tokens per param", kind: "multiple" },
        { key: "extrapolation", title: "x beyond its fit", kind: "multiple", optional: 1 },
        { key: "in_band", title: "in today's band", optional: 2 },
      ],
      rows: laws.map((row) => [
        row.law,
        row.params,
        row.tokens,
        row.tokensPerParam,
        row.extrapolation,
        row.inBand,
      ]),
      notes: cautions,
    },
  };
}

type Lifetime = NonNullable<ScaleResult["lifetime"]>;
const weighed = ({ servedTokens, weighedTokens }: Lifetime): boolean => servedTokens !== weighedTokens;
const weight = (lifetime: Lifetime): string =>
  weighed(lifetime) ? ` that weigh ${count(lifetime.weighedTokens)} by cost` : "";

function lifetimeTable({ lifetime }: ScaleResult): View {
  if (lifetime === undefined) return [];
  return [
    {
      block: "table",
      heading: `Cheapest over training and serving ${counted(lifetime.servedTokens, "token")}${weight(lifetime)}, at the same loss`,
      table: {
        columns: [
          { key: "law", title: "fit" },
          { key: "params", title: "parameters", kind: "count" },
          { key: "tokens", title: "tokens", kind: "count" },
          { key: "saving", title: weighed(lifetime) ? "cost saved" : "compute saved", kind: "ratio" },
        ],
        rows: lifetime.fits.map((fit) => [fit.law, fit.params, fit.tokens, fit.saving]),
      },
    },
  ];
}
