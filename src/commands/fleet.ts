import type { Command } from "commander";
import { fleetFields } from "../input/fleet.ts";
import { spreadOf, valuesOf } from "../input/point.ts";
import { fleetLines, fleetView } from "../render/views/fleet.ts";
import { compareUncertainFleets } from "../study/fleet/compare.ts";
import type { FleetRequest } from "../study/fleet/request.ts";
import type { FleetResult } from "../study/fleet/result.ts";
import { splitRequest } from "../study/sample/uncertain.ts";
import type { Estimator } from "./estimator.ts";
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
  sample: { fleets: ["10000xa100", "dojo-exapod"] },
  figures: [],
  columns: ["fleets.0.peakFlopPerSecond", "fleets.0.rentUsdPerDay", "fleets.0.days"],
  answer(request, resources) {
    const { point, inputs } = splitRequest(valuesOf(request), (key) => spreadOf(fleetFields, key));
    return withModelFile(point, resources, (known) =>
      compareUncertainFleets(known as FleetRequest, resources.facts, inputs),
    );
  },
  view: fleetView,
  explain: fleetLines,
};

/** Declares the options, the call and the views of the command. */
export function define(command: Command, context: Context): void {
  defineEstimator(command, context, fleet as Estimator);
}
