import type { InferResult } from "./result.ts";
import { carries, type Deployment, deploymentAt, type Goal, strains } from "./search.ts";

const DOUBLINGS = 60;
const HALVINGS = 24;

/** The most that a deployment carries within its bounds, and what breaks first beyond; undefined where the load has no amount. */
export function capacityPart(found: Deployment, goal: Goal): InferResult["capacity"] {
  if (goal.demand.kind !== "open" && goal.demand.kind !== "closed") return undefined;
  if (!carries(found)) return undefined;
  const at = (factor: number): Deployment =>
    deploymentAt(found.prepared, scaled(goal, factor), found.replicas);
  let low = 1;
  let high = 2;
  for (let i = 0; i < DOUBLINGS && carries(at(high)); i++) {
    low = high;
    high *= 2;
  }
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (carries(at(middle))) low = middle;
    else high = middle;
  }
  const most = at(low);
  const requestsPerSecond = most.throughput / most.load.output;
  return {
    requestsPerSecond,
    concurrency: requestsPerSecond * most.times.e2e,
    breaks: breakOf(at(high), goal),
  };
}

function scaled(goal: Goal, factor: number): Goal {
  const { demand } = goal;
  if (demand.kind === "saturated") return goal;
  return { ...goal, demand: { ...demand, amount: demand.amount * factor } };
}

/** The bound that is broken most, else the queue or the memory. */
function breakOf(over: Deployment, goal: Goal): string {
  const { prepared, load, times } = over;
  const worst = strains(prepared, load, times, goal.bounds).sort((a, b) => b.strain - a.strain)[0];
  if (worst !== undefined && worst.strain > 1) return `${worst.bound.metric} ${worst.bound.statistic}`;
  return load.kind === "open" && times.batch < times.fitting * 0.99
    ? "the queue"
    : "memory for keys and values";
}
