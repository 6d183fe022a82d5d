import type { ServingFigure } from "../../core/serving/accuracy.ts";
import type { Interval, Notes } from "../document.ts";
import { note } from "../economics.ts";
import { errorAt } from "./confidence.ts";
import type { InferResult } from "./result.ts";
import type { Site } from "./setup.ts";

/** Figures whose error the notes name, as a reader says them. */
const NAMED: readonly (readonly [ServingFigure, string])[] = [
  ["tpot", "measured over predicted TPOT"],
  ["ttft", "measured over predicted TTFT"],
  ["throughput", "measured over predicted throughput"],
];

/**
 * Whose validated error a figure has by its path, and to which power: a cost, a carbon or an energy of a token is chip-time, which
 * goes as one over throughput.
 */
const ERRORS: readonly (readonly [path: RegExp, figure: ServingFigure, power: 1 | -1])[] = [
  [/^latency\.ttft/, "ttft", 1],
  [/^latency\.tpot/, "tpot", 1],
  [/^latency\.e2e/, "e2e", 1],
  [/^throughput\.outputTokensPerSecond(PerGpu)?$/, "throughput", 1],
  [/^cost\.((rented|owned)\.)?usdPer(Million|Request)/, "throughput", -1],
  [/^(energy|carbon|water)\..*Per(Request|OutputToken|InputToken)$/, "throughput", -1],
];
export const ERROR_FIGURES: readonly ServingFigure[] = [...new Set(ERRORS.map(([, figure]) => figure))];

/** The error of a figure, undefined for what is not predicted. */
export function errorOf(
  path: string,
): { readonly figure: ServingFigure; readonly power: 1 | -1 } | undefined {
  const found = ERRORS.find(([pattern]) => pattern.test(path));
  return found && { figure: found[1], power: found[2] };
}

/** 90 % intervals that the model's validation earns its figures. */
export function predictionIntervals(
  result: InferResult,
  site: Site,
  notes: Notes,
): Readonly<Record<string, Interval>> {
  const { latency, throughput, cost, energy } = result;
  const error = (figure: ServingFigure) => errorAt(figure, site);
  const intervals: Record<string, Interval> = {};
  const add = (path: string, value: number | undefined) => {
    const known = errorOf(path);
    if (value === undefined || known === undefined) return;
    // the errors are factors either way, so a cost per token has those of its throughput
    const [low, high] = error(known.figure).interval;
    intervals[path] = { p05: value * low, p50: value, p95: value * high };
  };
  add("latency.ttftSeconds", latency.ttftSeconds);
  add("latency.tpotSeconds", latency.tpotSeconds);
  add("latency.e2eSeconds", latency.e2eSeconds);
  add("throughput.outputTokensPerSecond", throughput.outputTokensPerSecond);
  add("throughput.outputTokensPerSecondPerGpu", throughput.outputTokensPerSecondPerGpu);
  add("cost.usdPerMillionOutputTokens", cost?.usdPerMillionOutputTokens);
  add("energy.joulesPerOutputToken", energy?.joulesPerOutputToken);
  for (const [figure, name] of NAMED) note(notes, name, error(figure));
  return intervals;
}
