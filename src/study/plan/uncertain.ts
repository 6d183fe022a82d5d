import type { Answer, Interval } from "../document.ts";
import type { Facts } from "../facts.ts";
import type { Input } from "../sample/draws.ts";
import { asksForSampling } from "../sample/ranged.ts";
import { estimateTraining } from "../train/estimate.ts";
import { type PlanTrainRequest, planTrainingRun, trainPartOf } from "./request.ts";
import type { PlanRow, PlanTrainResult } from "./result.ts";

/** Where a figure of a plan's row stands in the answer of `train`. */
const FIGURES: readonly (readonly [row: keyof PlanRow, train: string])[] = [
  ["days", "time.days"],
  ["cost", "cost.usd"],
  ["energy", "energy.kwh"],
  ["mfu", "mfu"],
  ["tokensPerSecondPerGpu", "throughput.tokensPerSecondPerGpu"],
];

/** A plan where inputs are ranges: layouts are ranked at the medians, and each of the best is sampled as `train` samples it. */
export function planUncertainTraining(
  request: PlanTrainRequest,
  facts: Facts,
  ranges: readonly Input[],
): Answer<PlanTrainResult> {
  const answer = planTrainingRun(request, facts);
  if (ranges.length === 0 && !asksForSampling(request)) return answer;
  const { result } = answer;
  const { sensitivity: _ranked, ...shared } = trainPartOf(request);
  const open = request.tokens === undefined && request.tokensPerParam === undefined;
  const data = open ? { tokens: result.tokens } : {};
  const intervals: Record<string, Interval> = {};
  result.best.forEach((row, index) => {
    const asked = { ...shared, ...data, ...row.layout, gpu: row.gpu, gpus: row.gpus };
    const found = estimateTraining(asked, facts, ranges).result;
    for (const [figure, path] of FIGURES) {
      const interval = found.intervals?.[path];
      if (interval !== undefined) intervals[`best.${index}.${figure}`] = interval;
    }
    const tokens = found.intervals?.["data.tokens"];
    if (tokens !== undefined) intervals.tokens = tokens;
  });
  return { ...answer, result: { ...result, intervals } };
}
