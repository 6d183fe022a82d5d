import type { Estimate } from "../../core/estimate.ts";
import { type ServingFigure, servingError } from "../../core/serving/accuracy.ts";
import { SERVING_CONSTANTS } from "../../core/serving/constants.ts";
import type { Bound } from "../../units/slo.ts";
import { normalScore, normalShare, Z95 } from "../sample/normal.ts";
import { candidateLayouts } from "./layouts.ts";
import type { InferRequest } from "./request.ts";
import type { SloPart } from "./result.ts";
import { type Goal, search } from "./search.ts";
import type { Site } from "./setup.ts";

/** Measured over predicted of a figure at a site. */
export const errorAt = (figure: ServingFigure, { part, engine }: Site): Estimate =>
  servingError(figure, part.chip, engine.measured, SERVING_CONSTANTS.engines[engine.class].family);

/** Standard deviation of the logarithm of measured over predicted. */
function deviation(metric: Bound["metric"], site: Site): number {
  const [, high] = errorAt(metric, site).interval;
  return Math.log(high) / Z95;
}

/** Chance that a bound holds, as far as the validated error of its figure goes. */
export const chanceOf = (
  { metric, valueSeconds, limitSeconds }: Pick<SloPart, "metric" | "valueSeconds" | "limitSeconds">,
  site: Site,
): number => normalShare(Math.log(limitSeconds / valueSeconds) / deviation(metric, site));

/** How sure a cautious reader wants to be that a bound holds. */
const SURE = 0.9;

/** Accelerators with which each bound holds nine times in ten, where their number is open and some layout has it. */
export function sureGpus(site: Site, goal: Goal, request: InferRequest): number | undefined {
  if (goal.gpus !== undefined || goal.bounds.length === 0) return undefined;
  const bounds = goal.bounds.map((bound) => ({
    ...bound,
    limit: bound.limit * Math.exp(-normalScore(SURE) * deviation(bound.metric, site)),
  }));
  return search(site, candidateLayouts(site, request), { ...goal, bounds }).found[0]?.gpus;
}
