import type { DemandResult } from "../../study/demand/run.ts";
import type { Answer } from "../../study/document.ts";
import { DAYS_PER_YEAR, SECONDS_PER_DAY, SECONDS_PER_YEAR } from "../../units/quantity.ts";
import type { Line, Operand } from "../explain.ts";

const SERVED = "2 FLOP an active parameter and token: Kaplan 2020, section 2.1";

/** The first year and the crossover, derived. */
export function demandLines({ result }: Answer<DemandResult>): readonly Line[] {
  return [...trainingLines(result), ...inferenceLines(result), ...crossoverLines(result)];
}

function trainingLines({ years, filled }: DemandResult): Line[] {
  const [first] = years;
  if (first === undefined || filled.training === undefined) return [];
  const { params, tokens, firms, runs, rnd, mfu } = filled.training;
  return [
    {
      name: `training in ${first.year}`,
      formula: "6 x active x tokens x firms x runs x research",
      operands: [
        { name: "active", value: params, kind: "count" },
        { name: "tokens", value: tokens, kind: "count" },
        { name: "firms", value: firms, kind: "count" },
        { name: "runs", value: runs, kind: "count" },
        { name: "research", value: rnd, kind: "multiple" },
      ],
      value: first.training.flop,
      kind: "work",
      source: "Kaplan 2020, section 2.1; research over final runs: Epoch AI 2026",
    },
    {
      name: "chips that train",
      formula: "training / (peak x MFU x a year)",
      operands: [
        { name: "training", value: first.training.flop, kind: "work" },
        { name: "peak", value: filled.peak, kind: "rate" },
        { name: "MFU", value: mfu, kind: "ratio" },
        { name: "a year", value: SECONDS_PER_YEAR, kind: "duration" },
      ],
      value: first.training.chips,
      kind: "count",
      source: "chips busy all year",
    },
  ];
}

function inferenceLines(result: DemandResult): Line[] {
  const { years, filled } = result;
  const [first] = years;
  if (first === undefined || filled.inference === undefined || !(first.inference.flop > 0)) return [];
  const { active, computedTokensPerDay } = filled.inference;
  return [
    {
      name: `inference in ${first.year}`,
      formula: "2 x active x tokens a day x days",
      operands: [
        { name: "active", value: active, kind: "count" },
        { name: "tokens a day", value: computedTokensPerDay, kind: "count" },
        { name: "days", value: DAYS_PER_YEAR, kind: "multiple" },
      ],
      value: first.inference.flop,
      kind: "work",
      source: SERVED,
    },
    {
      ...servingMethod(result, filled.inference),
      name: "chips that serve",
      value: first.inference.chips,
      kind: "count",
    },
  ];
}

const A_DAY: Operand = { name: "a day", value: SECONDS_PER_DAY, kind: "duration" };

/** Chips by the method that the scenario counts with. */
function servingMethod(
  { filled, market, years }: DemandResult,
  served: NonNullable<DemandResult["filled"]["inference"]>,
): Pick<Line, "formula" | "operands" | "source"> {
  const {
    headline,
    secondsPerToken = 0,
    chipsPerStream = 1,
    tokensPerSecondPerChip = 0,
  } = market.inference?.sizing ?? {};
  const peak: Operand = { name: "peak over mean", value: served.peakToAverage, kind: "multiple" };
  const source = "chips that stand ready for the busiest hours";
  if (headline === "latency")
    return {
      formula: "written a day x seconds a token x chips a stream / a day x peak over mean",
      operands: [
        { name: "written a day", value: served.writtenTokensPerDay, kind: "count" },
        { name: "seconds a token", value: secondsPerToken, kind: "duration" },
        { name: "chips a stream", value: chipsPerStream, kind: "multiple" },
        A_DAY,
        peak,
      ],
      source: `${source}: each request holds its own`,
    };
  if (headline === "throughput")
    return {
      formula: "tokens a day / tokens a second and chip / a day x peak over mean",
      operands: [
        { name: "tokens a day", value: years[0]!.inference.tokensPerDay, kind: "count" },
        { name: "tokens a second and chip", value: tokensPerSecondPerChip, kind: "multiple" },
        A_DAY,
        peak,
      ],
      source: `${source}, by a measured rate`,
    };
  return {
    formula: "2 x active x tokens a day x peak over mean / (peak x utilisation x a day)",
    operands: [
      { name: "active", value: served.active, kind: "count" },
      { name: "tokens a day", value: served.computedTokensPerDay, kind: "count" },
      peak,
      { name: "peak", value: filled.peak, kind: "rate" },
      { name: "utilisation", value: served.utilisation, kind: "ratio" },
      A_DAY,
    ],
    source,
  };
}

/** In closed form where all parts of inference grow alike; parts that grow apart have none. */
function crossoverLines({ years, growth, crossover, parity, filled }: DemandResult): Line[] {
  const [first] = years;
  const lines: Line[] = [];
  const { flop } = crossover;
  if (first !== undefined && growth.training && growth.inference && flop.years !== undefined) {
    const [a, b] = [growth.training.perYear, growth.inference.perYear];
    const closed = Math.log(first.training.flop / first.inference.flop) / Math.log(b / a);
    if (Math.abs(closed / flop.years - 1) < 1e-9)
      lines.push({
        name: `years after ${first.year} to the crossover`,
        formula: "ln(training / inference) / ln(its growth / growth of training)",
        operands: [
          { name: "training", value: first.training.flop, kind: "work" },
          { name: "inference", value: first.inference.flop, kind: "work" },
          { name: "its growth", value: b, kind: "multiple" },
          { name: "growth of training", value: a, kind: "multiple" },
        ],
        value: flop.years,
        kind: "multiple",
        source: "both grow by a factor a year",
      });
  }
  if (parity !== undefined && filled.training !== undefined)
    lines.push({
      name: "served tokens that match a model's training",
      formula: "3 x research x tokens",
      operands: [
        { name: "research", value: filled.training.rnd, kind: "multiple" },
        { name: "tokens", value: filled.training.tokens, kind: "count" },
      ],
      value: parity.tokensPerModel,
      kind: "count",
      source: "6 FLOP a parameter and token to train, 2 to serve: the size cancels",
    });
  return lines;
}
