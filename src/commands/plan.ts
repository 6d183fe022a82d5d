import type { Command } from "commander";
import { planInferFields, planTrainFields } from "../input/plan.ts";
import { spreadOf, valuesOf } from "../input/point.ts";
import { planLines, planView } from "../render/views/plan.ts";
import { planInferLines, planInferView } from "../render/views/plan-infer.ts";
import type { PlanInferRequest, PlanInferResult } from "../study/infer/plan-result.ts";
import { planUncertainServing } from "../study/infer/plan-uncertain.ts";
import { withAskedIntervals } from "../study/plan/asked.ts";
import type { PlanTrainRequest } from "../study/plan/request.ts";
import type { PlanTrainResult } from "../study/plan/result.ts";
import { planUncertainTraining } from "../study/plan/uncertain.ts";
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
  sample: { model: "llama-3.1-405b", gpu: "h100", gpus: "16384" },
  figures: [],
  columns: ["best.0.days", "best.0.cost", "best.0.mfu"],
  answer(request, resources) {
    const { point, inputs } = splitRequest(valuesOf(request), (key) => spreadOf(planTrainFields, key));
    return withModelFile(point, resources, (known) =>
      planUncertainTraining(known as PlanTrainRequest, resources.facts, inputs),
    );
  },
  view: planView,
  explain: planLines,
};

export const planInfer: Estimator<PlanInferResult> = {
  name: "plan-infer",
  fields: planInferFields,
  examples: [
    'compute-est plan infer --model llama-3-70b --gpu h100 --gpus 32 --slo "ttft<2s;tpot<40ms"',
    'compute-est plan infer --model deepseek-v3 --gpu b200 --budget 500/h --slo "tpot:p90<50ms"',
    "compute-est plan infer --model llama-3.1-8b --gpu l40s --gpus 4 --objective energy --top 3",
    'compute-est plan infer --model llama-3-70b --gpu h100,h200,b200 --rate 20 --slo "tpot<40ms" --objective cost',
  ],
  sample: { model: "llama-3-70b", gpu: "h100", gpus: 32, slo: "tpot<40ms" },
  figures: [],
  columns: ["best.0.concurrency", "best.0.outputTokensPerSecondPerGpu", "best.0.usdPerMillionOutputTokens"],
  answer(request, resources) {
    const { point, inputs } = splitRequest(valuesOf(request), (key) => spreadOf(planInferFields, key));
    return withModelFile(point, resources, (known) =>
      withAskedIntervals(
        planUncertainServing(known as PlanInferRequest, resources.facts, inputs),
        known as PlanInferRequest,
        inputs,
      ),
    );
  },
  view: planInferView,
  explain: planInferLines,
};

/** `plan train` and `plan infer`: searches layouts, ranks them, says why the rest were turned away. */
export function define(command: Command, context: Context): void {
  const train = command.command("train").description("layouts of a training run");
  defineEstimator(train, context, planTrain as Estimator);
  const infer = command.command("infer").description("layouts, formats and replicas of a serving system");
  defineEstimator(infer, context, planInfer as Estimator);
}
