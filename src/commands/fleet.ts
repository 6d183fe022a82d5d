import type { Command } from "commander";
import { fleetFields } from "../input/fleet.ts";
import { pointOf } from "../input/point.ts";
import { fleetLines, fleetView } from "../render/views/fleet.ts";
import { compareFleets, type FleetRequest, type FleetResult } from "../study/fleet/compare.ts";
import type { Estimator } from "./estimator.ts";
import { loadFacts } from "./facts.ts";
import type { Context } from "./index.ts";
import { withModelFile } from "./model-file.ts";
import { defineEstimator } from "./run.ts";

export const fleet: Estimator<FleetResult> = {
  name: "fleet",
  fields: fleetFields,
  operands: { key: "fleets", placeholder: "fleet" },
  examples: [
    "compute-est fleet 10000xa100 tesla-a100-7360 dojo-exapod",
    "compute-est fleet 10000xa100 10000xh100 --params 1.5e12 --tokens 300B",
    'compute-est fleet twitter-10k "10000x?" --reference tesla-a100-7360 tesla-a100-7360',
  ],
  async answer(request, resources) {
    const facts = await loadFacts(resources.userCatalogues);
    return compareFleets((await withModelFile(pointOf(request), resources)) as FleetRequest, facts);
  },
  view: fleetView,
  explain: fleetLines,
};

export function define(command: Command, context: Context): void {
  defineEstimator(command, context, fleet as Estimator);
}
