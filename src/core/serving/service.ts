import { saturated, staticBatch } from "./batch.ts";
import { cachePerRequest, cachePool } from "./capacity.ts";
import { closedLoop, running } from "./closed-loop.ts";
import { openLoop } from "./open-loop.ts";
import type { Prepared } from "./prepare.ts";
import type { Load } from "./setup.ts";
import type { ServiceTimes } from "./times.ts";

/** Means of one replica under a load; undefined where the weights leave no room for a single request. */
export function serve(p: Prepared, load: Load): ServiceTimes | undefined {
  if (!fits(p, load)) return undefined;
  switch (load.kind) {
    case "closed":
      return closedLoop(p, load, load.concurrency);
    case "open":
      return openLoop(p, load, load.rate);
    case "static":
      return staticBatch(p, load, load.batch);
    case "running":
      return running(p, load, load.batch);
    case "saturated":
      return saturated(p, load, load.server);
  }
}

/** Whether weights and the cache of one request of these tokens fit. */
export function fits(p: Prepared, load: Load): boolean {
  const pool = cachePool(p);
  return pool > 0 && pool >= cachePerRequest(p, load.input + load.output);
}
