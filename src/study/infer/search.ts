import { type Prepared, prepare } from "../../core/serving/prepare.ts";
import { type Spreads, spreads } from "../../core/serving/queueing.ts";
import { fits, serve } from "../../core/serving/service.ts";
import { chipsOf, type Load, type RequestTokens, type ServingLayout } from "../../core/serving/setup.ts";
import type { ServiceTimes } from "../../core/serving/times.ts";
import type { Bound } from "../../units/slo.ts";
import type { Demand } from "./demand.ts";
import { type Site, setupOf } from "./setup.ts";

/** What a search looks for. */
export interface Goal {
  readonly tokens: RequestTokens;
  readonly demand: Demand;
  readonly bounds: readonly Bound[];
  /** Accelerators in all, where fixed. */
  readonly gpus: number | undefined;
}

/** A layout with as many replicas as the demand takes, and what one of them does. */
export interface Deployment {
  readonly layout: ServingLayout;
  readonly prepared: Prepared;
  readonly replicas: number;
  readonly gpus: number;
  /** Load of one replica. */
  readonly load: Load;
  readonly times: ServiceTimes;
  /** Largest latency over its bound: at most 1 where all are met. */
  readonly strain: number;
  /** Output tokens a second of all replicas. */
  readonly throughput: number;
  /** Share of the accelerators that read prompts only, where they are set apart. */
  readonly promptShare?: number;
}

/** Why a layout is no answer. */
export interface Rejected {
  readonly layout: ServingLayout;
  readonly why: "memory" | "slo" | "load" | "chips";
  /** The nearest that it comes to the bounds, where they are why. */
  readonly nearest?: Deployment;
}

/** More replicas than this serve nobody. */
const MOST_REPLICAS = 1e7;

/** One layout with the fewest replicas that carry the demand within its bounds; or why there are none. */
export function deploy(site: Site, layout: ServingLayout, goal: Goal): Deployment | Rejected {
  const prepared = prepare(setupOf(site, layout));
  const chips = chipsOf(layout);
  if (!fits(prepared, loadOf(goal, 1))) return { layout, why: "memory" };
  const at = (replicas: number): Deployment => deploymentAt(prepared, goal, replicas);
  if (goal.gpus !== undefined) {
    const replicas = Math.min(Math.floor(goal.gpus / chips), mostReplicas(goal.demand));
    if (replicas < 1) return { layout, why: "chips" };
    return judged(at(replicas));
  }
  const one = at(1);
  if (goal.demand.kind === "saturated") return judged(one);
  if (carries(one)) return one;
  const most = mostReplicas(goal.demand);
  let enough = at(Math.min(2, most));
  while (enough.replicas < most && !carries(enough)) enough = at(Math.min(4 * enough.replicas, most));
  if (!carries(enough)) {
    const verdict = judged(enough);
    return "why" in verdict ? verdict : { layout, why: "load", nearest: verdict };
  }
  let few = Math.max(1, Math.floor(enough.replicas / 4));
  while (enough.replicas - few > 1) {
    const middle = at(Math.floor((few + enough.replicas) / 2));
    if (carries(middle)) enough = middle;
    else few = middle.replicas;
  }
  return enough;
}

/** A replica serves at least one user of those in flight. */
function mostReplicas(demand: Demand): number {
  return demand.kind === "closed" || demand.kind === "static"
    ? Math.max(1, Math.min(MOST_REPLICAS, Math.floor(demand.amount)))
    : MOST_REPLICAS;
}

function judged(found: Deployment): Deployment | Rejected {
  if (found.strain > 1) return { layout: found.layout, why: "slo", nearest: found };
  if (overloaded(found)) return { layout: found.layout, why: "load", nearest: found };
  return found;
}

/** Arrivals faster than answers: the queue grows without end. */
const overloaded = ({ load, times }: Deployment): boolean => load.kind === "open" && times.overloaded;

/** Bounds are met, arrivals keep up, and nobody waits for memory. */
export function carries(found: Deployment): boolean {
  const { load, times } = found;
  const waits = load.kind === "closed" && load.concurrency > Math.max(1, times.batch) * (1 + 1e-9);
  return found.strain <= 1 && !overloaded(found) && !waits;
}

/** One replica's share of a demand. */
export function loadOf({ demand, tokens }: Goal, replicas: number): Load {
  switch (demand.kind) {
    case "closed":
      return { ...tokens, kind: "closed", concurrency: demand.amount / replicas };
    case "open":
      return { ...tokens, kind: "open", rate: demand.amount / replicas, ...burstOf(demand, replicas) };
    case "static":
      return { ...tokens, kind: "static", batch: demand.amount / replicas };
    case "saturated":
      return { ...tokens, kind: "saturated" };
  }
}

/** Of arrivals dealt to replicas at random less of the burst is left to each. [thinning of a renewal process] */
export const burstOf = (
  { burstiness }: { burstiness?: number },
  replicas: number,
): { burstiness?: number } =>
  burstiness === undefined ? {} : { burstiness: 1 + (burstiness - 1) / replicas };

/** So many replicas of a prepared layout under their share of the demand. */
export function deploymentAt(prepared: Prepared, goal: Goal, replicas: number): Deployment {
  const load = loadOf(goal, replicas);
  const times = serve(prepared, load)!;
  const { layout } = prepared.setup;
  const gpus = replicas * chipsOf(layout);
  const strain = strainOf(prepared, load, times, goal.bounds);
  return { layout, prepared, replicas, gpus, load, times, strain, throughput: times.throughput * replicas };
}

/** Each bound's latency over its limit; percentiles are worked out only where a bound is on one. */
export function strains(
  p: Prepared,
  load: Load,
  times: ServiceTimes,
  bounds: readonly Bound[],
): { readonly bound: Bound; readonly strain: number }[] {
  let spread: Spreads | undefined;
  return bounds.map((bound) => {
    const { metric, statistic, limit } = bound;
    if (statistic === "mean") return { bound, strain: times[metric] / limit };
    spread ??= spreads(p, load, times);
    return { bound, strain: spread[metric][statistic] / limit };
  });
}

/** The largest latency over its bound: at most 1 where all are met; 0 where there are none. */
export const strainOf = (p: Prepared, load: Load, times: ServiceTimes, bounds: readonly Bound[]): number =>
  bounds.length === 0 ? 0 : Math.max(...strains(p, load, times, bounds).map(({ strain }) => strain));

/** Chip-seconds an output token takes: what every objective of money comes down to on one kind of chip. */
export const chipSeconds = ({ gpus, throughput }: Deployment): number => gpus / throughput;

/** Costs this near each other are the same: the quicker answer decides. */
const SAME_COST = 1e-9;

/** Cheaper first, or the quicker of two that cost the same. */
function byCost(a: Deployment, b: Deployment): number {
  const [costA, costB] = [chipSeconds(a), chipSeconds(b)];
  if (Math.abs(costA - costB) > SAME_COST * costA) return costA - costB;
  return a.gpus - b.gpus || a.times.e2e - b.times.e2e;
}

/** Where the accelerators are given: those that answer soonest first, and of equals the fewest; an endless queue by what it gets done. */
const bySpeed = (a: Deployment, b: Deployment): number =>
  (a.load.kind === "saturated" ? b.throughput - a.throughput : a.times.e2e - b.times.e2e) || a.gpus - b.gpus;

/** All layouts tried: those that carry the demand, the best first, and the others with why. */
export function search(
  site: Site,
  layouts: readonly ServingLayout[],
  goal: Goal,
): { readonly found: readonly Deployment[]; readonly rejected: readonly Rejected[] } {
  const found: Deployment[] = [];
  const rejected: Rejected[] = [];
  for (const layout of layouts) {
    const outcome = deploy(site, layout, goal);
    if ("why" in outcome) rejected.push(outcome);
    else found.push(outcome);
  }
  found.sort(goal.gpus === undefined ? byCost : bySpeed);
  return { found, rejected };
}
