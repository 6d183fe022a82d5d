import type { Command } from "commander";
import { spreadOf, valuesOf } from "../input/point.ts";
import { scaleFields } from "../input/scale.ts";
import { scaleView } from "../render/views/scale.ts";
import { scaleLines } from "../render/views/scale-explain.ts";
import { splitRequest } from "../study/sample/uncertain.ts";
import { estimateUncertainScale } from "../study/scale/estimate.ts";
import type { ScaleRequest } from "../study/scale/request.ts";
import type { ScaleResult } from "../study/scale/result.ts";
import type { Estimator } from "./estimator.ts";
import type { Context } from "./index.ts";
import { defineEstimator } from "./run.ts";

export const scale: Estimator<ScaleResult> = {
  name: "scale",
  fields: scaleFields,
  examples: [
    "compute-est scale --flop 1e26",
    "compute-est scale --budget 100M --gpu h100",
    "compute-est scale --fleet tesla-a100-7360 --days 90 --law hoffmann-a1",
    "compute-est scale --flop 1e24 --lifetime-tokens 2T",
  ],
  sample: { flop: 1e26 },
  figures: [],
  columns: ["optimum.params", "optimum.tokens", "optimum.tokensPerParam"],
  answer(request, resources) {
    const { point, inputs } = splitRequest(valuesOf(request), (key) => spreadOf(scaleFields, key));
    return estimateUncertainScale(point as ScaleRequest, resources.facts, inputs);
  },
  view: scaleView,
  explain: scaleLines,
};

/** Declares the options, the call and the views of the command. */
export function define(command: Command, context: Context): void {
  defineEstimator(command, context, scale as Estimator);
}
