import { mostCarried } from "./most.ts";
import type { InferResult } from "./result.ts";
import type { Deployment, Goal } from "./search.ts";

/** The most that a deployment carries within its bounds, and what breaks first beyond; undefined where the load has no amount. */
export function capacityPart(found: Deployment, goal: Goal): InferResult["capacity"] {
  const { demand } = goal;
  if (demand.kind !== "open" && demand.kind !== "closed") return undefined;
  const carried = mostCarried(found.prepared, goal, found.replicas, demand.amount);
  if (carried === undefined) return undefined;
  const { most, breaks } = carried;
  const requestsPerSecond = most.throughput / most.load.output;
  return { requestsPerSecond, concurrency: requestsPerSecond * most.times.e2e, breaks };
}
