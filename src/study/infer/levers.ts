import type { WeightPrecision } from "../../core/serving/setup.ts";
import { candidateLayouts } from "./layouts.ts";
import type { InferRequest } from "./request.ts";
import type { Lever } from "./result.ts";
import { chipSeconds, type Deployment, type Goal, search } from "./search.ts";
import type { Site } from "./setup.ts";

/** A change that a reader could make, as what it does to the question. */
interface Change {
  readonly name: string;
  readonly site: Site;
  readonly goal: Goal;
  readonly request: InferRequest;
}

const MTP_ACCEPTANCE = 0.8;
const LOOSER = 2;

function changesOf(site: Site, goal: Goal, request: InferRequest): readonly Change[] {
  const { chip } = site.part;
  const changes: Change[] = [];
  const add = (name: string, more: Partial<Change>) => changes.push({ name, site, goal, request, ...more });
  const narrower = narrowerWeights(site);
  if (narrower !== undefined) add(`${narrower} weights`, { site: { ...site, weights: narrower } });
  if (site.kv === undefined || site.kv === "fp16" || site.kv === "bf16") {
    if (chip.peak.fp8 !== undefined) add("fp8 keys and values", { site: { ...site, kv: "fp8" } });
  }
  if (site.options.speculation === undefined && site.shape.mtpLayers > 0) {
    const speculation = { draft: 1, acceptance: MTP_ACCEPTANCE };
    add("speculation by the model's own draft block", {
      site: { ...site, options: { ...site.options, speculation } },
    });
  }
  const { input, cached = 0 } = goal.tokens;
  if (cached === 0 && input > 1)
    add("half of each prompt in the prefix cache", {
      goal: { ...goal, tokens: { ...goal.tokens, cached: Math.floor(input / 2) } },
    });
  for (const [index, bound] of goal.bounds.entries()) {
    const bounds = goal.bounds.with(index, { ...bound, limit: bound.limit * LOOSER });
    const statistic = bound.statistic === "mean" ? "" : ` ${bound.statistic}`;
    add(`twice the bound on ${bound.metric.toUpperCase()}${statistic}`, { goal: { ...goal, bounds } });
  }
  return changes;
}

function narrowerWeights({ weights, part, engine }: Site): WeightPrecision | undefined {
  if (engine.class === "llamacpp") return /^(q4_|mxfp4)/.test(weights) ? undefined : "q4_k_m";
  if (weights === "bf16" || weights === "fp16" || weights === "fp32")
    return part.chip.peak.fp8 === undefined ? "int4" : "fp8";
  return weights === "fp8" && part.chip.peak.fp4 !== undefined ? "nvfp4" : undefined;
}

/** Less than this is no help worth naming. */
const WORTH = 0.98;

/** What each change makes of the cost of a token and of its time, the most helpful first; changes that do not help are left out. */
export function leversOf(
  site: Site,
  goal: Goal,
  request: InferRequest,
  now: Deployment,
  usdPerMillion: number | undefined,
): readonly Lever[] {
  const levers: Lever[] = [];
  for (const change of changesOf(site, goal, request)) {
    const [best] = search(change.site, candidateLayouts(change.site, change.request), change.goal).found;
    if (best === undefined) continue;
    const ratio = chipSeconds(best) / chipSeconds(now);
    if (ratio > WORTH && best.times.tpot / now.times.tpot > WORTH) continue;
    levers.push({
      change: change.name,
      gpus: best.gpus,
      usdPerMillionOutputTokens: usdPerMillion === undefined ? undefined : usdPerMillion * ratio,
      tpotSeconds: best.times.tpot,
      chipTimeRatio: ratio,
    });
  }
  return levers.sort((a, b) => a.chipTimeRatio - b.chipTimeRatio);
}
