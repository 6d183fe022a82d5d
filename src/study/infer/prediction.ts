import { assume, type Estimate } from "../../core/estimate.ts";
import type { Interval, Notes } from "../document.ts";
import { note } from "../economics.ts";
import type { InferResult } from "./result.ts";

/** Measured over predicted, at the 5 and 95 % points, on chips and sources left out of the fit. */
export const TPOT_ERROR = assume(
  1,
  [1 / 1.47, 1.47],
  "813 public measurements of TPOT and ITL, chips left out of the fit",
  "2026",
);
export const TTFT_ERROR = assume(
  1,
  [1 / 2.5, 2.5],
  "651 public measurements of TTFT, chips left out of the fit",
  "2026",
);
export const THROUGHPUT_ERROR = assume(
  1,
  [1 / 1.44, 1.44],
  "1,358 public measurements of throughput, chips left out of the fit",
  "2026",
);
export const E2E_ERROR = assume(1, [1 / 1.58, 1.58], "37 public measurements of end-to-end latency", "2026");
/** An engine without measurements of its own deserves no better than this. */
const UNSEEN = 2;

/** 90 % intervals that the model's validation earns its figures. */
export function predictionIntervals(result: InferResult, notes: Notes): Readonly<Record<string, Interval>> {
  const { latency, throughput, cost, energy } = result;
  const wider = result.engine.measured ? 1 : UNSEEN / TPOT_ERROR.interval[1];
  const intervals: Record<string, Interval> = {};
  const add = (
    path: string,
    value: number | undefined,
    { interval: [low, high] }: Estimate,
    invert = false,
  ) => {
    if (value === undefined) return;
    const [below, above] = invert ? [1 / high, 1 / low] : [low, high];
    intervals[path] = { p05: (value * below) / wider, p50: value, p95: value * above * wider };
  };
  add("latency.ttftSeconds", latency.ttftSeconds, TTFT_ERROR);
  add("latency.tpotSeconds", latency.tpotSeconds, TPOT_ERROR);
  add("latency.e2eSeconds", latency.e2eSeconds, E2E_ERROR);
  add("throughput.outputTokensPerSecond", throughput.outputTokensPerSecond, THROUGHPUT_ERROR);
  add("throughput.outputTokensPerSecondPerGpu", throughput.outputTokensPerSecondPerGpu, THROUGHPUT_ERROR);
  add("cost.usdPerMillionOutputTokens", cost?.usdPerMillionOutputTokens, THROUGHPUT_ERROR, true);
  add("energy.joulesPerOutputToken", energy?.joulesPerOutputToken, THROUGHPUT_ERROR, true);
  note(notes, "measured over predicted TPOT", TPOT_ERROR);
  note(notes, "measured over predicted TTFT", TTFT_ERROR);
  note(notes, "measured over predicted throughput", THROUGHPUT_ERROR);
  return intervals;
}
