import { prepare } from "../../core/serving/prepare.ts";
import { fits } from "../../core/serving/service.ts";
import { chipsOf, type ServingLayout } from "../../core/serving/setup.ts";
import { layoutText } from "./layouts.ts";
import { type Most, mostCarried } from "./most.ts";
import type { FrontPoint } from "./plan-result.ts";
import type { Place } from "./plan-space.ts";
import { type Deployment, deploy, deploymentAt, type Goal, loadOf, strains } from "./search.ts";
import { type Site, setupOf } from "./setup.ts";

/** One setup of the space, judged. */
export interface Option {
  readonly site: Site;
  readonly carried: Most;
  /** Accelerators that are paid for, idle ones included. */
  readonly gpus: number;
}

/** Why layouts are no plan, counted. */
export interface Reasons {
  considered: number;
  memory: number;
  chips: number;
  bounds: number;
  /** The fewest accelerators that would carry the demand, where those there are do not. */
  fewest: number;
  /** The layout that comes nearest to the bounds. */
  nearest: { strain: number; text: string } | undefined;
}

/** Counts of what a search turned away, before it turned anything away. */
export const newReasons = (): Reasons => ({
  considered: 0,
  memory: 0,
  chips: 0,
  bounds: 0,
  fewest: Infinity,
  nearest: undefined,
});

/** A layout on as many replicas as there are accelerators for, with the most users they carry; undefined, and why noted, where none. */
export function judgeMost(
  site: Site,
  gpus: number,
  layout: ServingLayout,
  goal: Goal,
  reasons: Reasons,
): Option | undefined {
  reasons.considered++;
  const replicas = Math.floor(gpus / chipsOf(layout));
  if (replicas < 1) {
    reasons.chips++;
    return undefined;
  }
  const prepared = prepare(setupOf(site, layout));
  if (!fits(prepared, loadOf(goal, 1))) {
    reasons.memory++;
    return undefined;
  }
  const carried = mostCarried(prepared, goal, replicas, replicas, true);
  if (carried !== undefined) return { site, carried, gpus };
  reasons.bounds++;
  const alone = deploymentAt(prepared, { ...goal, demand: { kind: "closed", amount: replicas } }, replicas);
  noteNearest(reasons, alone, goal, site);
  return undefined;
}

/** A layout on the fewest replicas that carry the demand, and what would give way first with more of it. */
export function judgeFewest(
  { site, gpus }: Place,
  layout: ServingLayout,
  goal: Goal,
  reasons: Reasons,
): Option | undefined {
  reasons.considered++;
  const found = deploy(site, layout, goal);
  if ("why" in found) {
    if (found.why === "memory") reasons.memory++;
    else if (found.why === "chips") reasons.chips++;
    else reasons.bounds++;
    if (found.nearest !== undefined && found.why === "slo") noteNearest(reasons, found.nearest, goal, site);
    return undefined;
  }
  if (gpus !== undefined && found.gpus > gpus) {
    reasons.chips++;
    reasons.fewest = Math.min(reasons.fewest, found.gpus);
    return undefined;
  }
  const { prepared, replicas } = found;
  const amount = goal.demand.kind === "saturated" ? 1 : goal.demand.amount;
  const carried = mostCarried(prepared, goal, replicas, amount);
  return {
    site,
    carried: { most: found, breaks: carried?.breaks ?? "memory for keys and values" },
    gpus: found.gpus,
  };
}

function noteNearest(reasons: Reasons, alone: Deployment, goal: Goal, { weights }: Site): void {
  if (reasons.nearest !== undefined && reasons.nearest.strain <= alone.strain) return;
  const worst = strains(alone.prepared, alone.load, alone.times, goal.bounds).sort(
    (a, b) => b.strain - a.strain,
  )[0];
  if (worst === undefined) return;
  const { metric, statistic, limit } = worst.bound;
  const reached = Math.round(worst.strain * limit * 1e5) / 100;
  reasons.nearest = {
    strain: alone.strain,
    text: `${metric} ${statistic} ${reached} ms with ${layoutText(alone.layout)} in ${weights}`,
  };
}

/** Users a replica at which the trade of speed against throughput is drawn. */
const CURVE = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

/** What a layout makes of speed for a user against throughput, bounds left aside. */
export function curveOf(found: Deployment, goal: Goal, gpus: number, site: Site): readonly FrontPoint[] {
  const { prepared, replicas, layout } = found;
  const text = layoutText(layout);
  return CURVE.filter((batch) => batch <= found.times.fitting).map((batch) => {
    const there = deploymentAt(
      prepared,
      { ...goal, bounds: [], demand: { kind: "closed", amount: batch * replicas } },
      replicas,
    );
    return {
      outputTokensPerSecondPerUser: 1 / there.times.tpot,
      outputTokensPerSecondPerGpu: there.throughput / gpus,
      layout: text,
      precision: site.weights,
      batch,
    };
  });
}
