import { mostCarried } from "./most.ts";
import type { InferResult } from "./result.ts";
import type { Deployment, Goal } from "./search.ts";

/** Share of a rate of arrivals from which a search for the most that is carried starts, where the rate itself is too much. */
const SLIGHT = 1e-3;

/** The most that a deployment carries within its bounds, and what breaks first beyond; undefined where the load has no amount. */
export function capacityPart(found: Deployment, goal: Goal): InferResult["capacity"] {
  const { demand } = goal;
  if (demand.kind !== "open" && demand.kind !== "closed") return undefined;
  const { prepared, replicas } = found;
  // where the demand is more than is carried, from one user a replica, or next to no arrivals, upwards
  const first = demand.kind === "closed" ? Math.min(demand.amount, replicas) : demand.amount * SLIGHT;
  const carried =
    mostCarried(prepared, goal, replicas, demand.amount) ?? mostCarried(prepared, goal, replicas, first);
  if (carried === undefined) return undefined;
  const { most, breaks } = carried;
  const requestsPerSecond = most.throughput / most.load.output;
  return { requestsPerSecond, concurrency: requestsPerSecond * most.times.e2e, breaks };
}
