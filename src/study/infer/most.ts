import type { Prepared } from "../../core/serving/prepare.ts";
import { carries, type Deployment, deploymentAt, type Goal, strains } from "./search.ts";

const DOUBLINGS = 60;
/** Relative width at which a search for the most load stops. */
const CLOSE = 1e-6;

/** The most that so many replicas carry within the bounds. */
export interface Most {
  readonly most: Deployment;
  /** What gives way first beyond: a bound, the queue, or the memory. */
  readonly breaks: string;
}

/** Replicas or a split under a demand. */
type At = (amount: number) => Deployment;

/** The largest demand of its kind that replicas carry; whole users per replica where `whole`. Undefined where they do not carry the first. */
export function mostCarried(
  prepared: Prepared,
  goal: Goal,
  replicas: number,
  first: number,
  whole = false,
): Most | undefined {
  const at: At = (amount) => deploymentAt(prepared, withAmount(goal, amount), replicas);
  return climb(at, carries, goal, first, whole ? replicas : undefined);
}

/** The largest demand that is carried, searched upwards from one that is; in whole units where one is given. */
export function climb(
  at: At,
  carried: (found: Deployment) => boolean,
  goal: Goal,
  first: number,
  unit?: number,
): Most | undefined {
  let most = at(first);
  if (!carried(most)) return undefined;
  let low = first;
  let high = 2 * first;
  let over = at(high);
  for (let i = 0; i < DOUBLINGS && carried(over); i++) {
    low = high;
    most = over;
    high *= 2;
    over = at(high);
  }
  const step = unit ?? CLOSE * high;
  while (high - low > step * 1.000001) {
    const half = (low + high) / 2;
    const middle = unit === undefined ? half : Math.round(half / unit) * unit;
    const there = at(middle);
    if (carried(there)) [low, most] = [middle, there];
    else [high, over] = [middle, there];
  }
  return { most, breaks: breakOf(over, goal) };
}

function withAmount(goal: Goal, amount: number): Goal {
  return goal.demand.kind === "saturated" ? goal : { ...goal, demand: { ...goal.demand, amount } };
}

function breakOf({ prepared, load, times }: Deployment, goal: Goal): string {
  const worst = strains(prepared, load, times, goal.bounds).sort((a, b) => b.strain - a.strain)[0];
  if (worst !== undefined && worst.strain > 1) return `${worst.bound.metric} ${worst.bound.statistic}`;
  return load.kind === "open" && times.batch < times.fitting * 0.99
    ? "the queue"
    : "memory for keys and values";
}
