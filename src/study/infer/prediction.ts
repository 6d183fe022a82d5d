import { type ServingFigure, servingError } from "../../core/serving/accuracy.ts";
import type { Interval, Notes } from "../document.ts";
import { note } from "../economics.ts";
import type { InferResult } from "./result.ts";
import type { Site } from "./setup.ts";

/** Figures whose error the notes name, as a reader says them. */
const NAMED: readonly (readonly [ServingFigure, string])[] = [
  ["tpot", "measured over predicted TPOT"],
  ["ttft", "measured over predicted TTFT"],
  ["throughput", "measured over predicted throughput"],
];

/** 90 % intervals that the model's validation earns its figures. */
export function predictionIntervals(
  result: InferResult,
  { part, engine }: Site,
  notes: Notes,
): Readonly<Record<string, Interval>> {
  const { latency, throughput, cost, energy } = result;
  const error = (figure: ServingFigure) => servingError(figure, part.chip, engine.measured);
  const intervals: Record<string, Interval> = {};
  const add = (path: string, value: number | undefined, figure: ServingFigure) => {
    if (value === undefined) return;
    // the errors are factors either way, so a cost per token has those of its throughput
    const [low, high] = error(figure).interval;
    intervals[path] = { p05: value * low, p50: value, p95: value * high };
  };
  add("latency.ttftSeconds", latency.ttftSeconds, "ttft");
  add("latency.tpotSeconds", latency.tpotSeconds, "tpot");
  add("latency.e2eSeconds", latency.e2eSeconds, "e2e");
  add("throughput.outputTokensPerSecond", throughput.outputTokensPerSecond, "throughput");
  add("throughput.outputTokensPerSecondPerGpu", throughput.outputTokensPerSecondPerGpu, "throughput");
  add("cost.usdPerMillionOutputTokens", cost?.usdPerMillionOutputTokens, "throughput");
  add("energy.joulesPerOutputToken", energy?.joulesPerOutputToken, "throughput");
  for (const [figure, name] of NAMED) note(notes, name, error(figure));
  return intervals;
}
