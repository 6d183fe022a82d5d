import type { KvPrecision } from "../../core/serving/setup.ts";
import type { Answer, Interval } from "../document.ts";
import type { Facts } from "../facts.ts";
import type { Input } from "../sample/draws.ts";
import { asksForSampling } from "../sample/ranged.ts";
import { planServing, SIXTEEN_BIT } from "./plan.ts";
import type { PlanInferRequest, PlanInferResult, ServingPlan } from "./plan-result.ts";
import { estimateUncertainServing } from "./uncertain.ts";

/** Where a figure of a plan's row stands in the answer of `infer`. */
const FIGURES: readonly (readonly [row: keyof ServingPlan, infer: string])[] = [
  ["ttftSeconds", "latency.ttftSeconds"],
  ["tpotSeconds", "latency.tpotSeconds"],
  ["outputTokensPerSecond", "throughput.outputTokensPerSecond"],
  ["usdPerMillionOutputTokens", "cost.usdPerMillionOutputTokens"],
  ["joulesPerOutputToken", "energy.joulesPerOutputToken"],
];

/**
 * A plan where inputs are ranges: layouts and users are those of the medians, and each of the best is sampled under its users as
 * `infer` samples it, bounds left aside.
 */
export function planUncertainServing(
  request: PlanInferRequest,
  facts: Facts,
  ranges: readonly Input[],
): Answer<PlanInferResult> {
  const answer = planServing(request, facts);
  if (ranges.length === 0 && !asksForSampling(request)) return answer;
  const { budget: _budget, objective: _objective, top: _top, slo: _slo, split: _split, ...shared } = request;
  const { sensitivity: _ranked, ...asked } = { ...answer.defaults, ...shared };
  const intervals: Record<string, Interval> = {};
  answer.result.best.forEach((row, index) => {
    const { gpu, gpus, idleGpus, precision, kvPrecision, layout, concurrency } = row;
    const kv = kvPrecision === SIXTEEN_BIT ? {} : { kvPrecision: kvPrecision as KvPrecision };
    const { tp, pp, dp } = layout;
    const { split } = row;
    const machine =
      split === undefined
        ? { gpus, tp, pp, dp }
        : { prefillGpus: split.prefillGpus, decodeGpus: split.decodeGpus };
    const load = answer.result.demand === undefined ? { concurrency } : {};
    const fixed = { ...asked, gpu: [gpu], ...machine, precision, ...kv, ...load };
    const found = estimateUncertainServing(fixed, facts, ranges).result;
    // accelerators that stay idle are paid for too
    const idle = (gpus + idleGpus) / gpus;
    for (const [figure, path] of FIGURES) {
      const interval = found.intervals?.[path];
      if (interval === undefined) continue;
      const scale = figure === "usdPerMillionOutputTokens" ? idle : 1;
      intervals[`best.${index}.${figure}`] = {
        p05: interval.p05 * scale,
        p50: interval.p50 * scale,
        p95: interval.p95 * scale,
      };
    }
  });
  return { ...answer, result: { ...answer.result, intervals } };
}
