import type { Command } from "commander";
import { planTrainFields } from "../input/plan.ts";
import { spreadOf, valuesOf } from "../input/point.ts";
import { planLines, planView } from "../render/views/plan.ts";
import { type PlanTrainRequest, type PlanTrainResult, planTrainingRun } from "../study/plan/request.ts";
import { splitRequest } from "../study/sample/uncertain.ts";
import type { Estimator } from "./estimator.ts";
import type { Context } from "./index.ts";
import { withModelFile } from "./model-file.ts";
import { defineEstimator } from "./run.ts";

export const planTrain: Estimator<PlanTrainResult> = {
  name: "plan-train",
  fields: planTrainFields,
  examples: [
    "compute-est plan train --model llama-3.1-405b --gpu h100 --gpus 16384",
    "compute-est plan train --model llama-3-70b --gpu h100,b200 --gpus 256..2048..x2 --objective cost",
    "compute-est plan train --params 70B --gpu a100 --gpus 512 --recompute full --top 3",
  ],
  figures: [],
  columns: ["best.0.days", "best.0.cost", "best.0.mfu"],
  answer(request, resources) {
    const { point } = splitRequest(valuesOf(request), (key) => spreadOf(planTrainFields, key));
    return withModelFile(point, resources, (known) =>
      planTrainingRun(known as PlanTrainRequest, resources.facts),
    );
  },
  view: planView,
  explain: planLines,
};

/** `plan train`: searches layouts, ranks them, says why the rest were turned away. */
export function define(command: Command, context: Context): void {
  const train = command.command("train").description("layouts of a training run");
  defineEstimator(train, context, planTrain as Estimator);
}
