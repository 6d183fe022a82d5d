import type { Command } from "commander";
import { spreadOf, valuesOf } from "../input/point.ts";
import { scaleFields } from "../input/scale.ts";
import { scaleLines, scaleView } from "../render/views/scale.ts";
import { splitRequest } from "../study/sample/uncertain.ts";
import { estimateScale } from "../study/scale/estimate.ts";
import type { ScaleRequest } from "../study/scale/request.ts";
import type { ScaleResult } from "../study/scale/result.ts";
import { refuse } from "../units/problem.ts";
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
  figures: [],
  columns: ["optimum.params", "optimum.tokens", "optimum.tokensPerParam"],
  answer(request, resources) {
    const { point, inputs } = splitRequest(valuesOf(request), (key) => spreadOf(scaleFields, key));
    const [range] = inputs;
    if (range !== undefined) {
      refuse("E-RANGE", `"${range.name}" is a range; scale takes one budget at a time.`, {
        flag: range.name,
        hint: "compute-est sweep scale takes many.",
      });
    }
    return estimateScale(point as ScaleRequest, resources.facts);
  },
  view: scaleView,
  explain: scaleLines,
};

export function define(command: Command, context: Context): void {
  defineEstimator(command, context, scale as Estimator);
}
