import type { Command } from "commander";
import { spreadOf, valuesOf } from "../input/point.ts";
import { trainFields } from "../input/train.ts";
import { trainView } from "../render/views/train.ts";
import { trainLines } from "../render/views/train-explain.ts";
import { newNotes } from "../study/document.ts";
import { samplesOf } from "../study/sample/distribution.ts";
import { splitRequest } from "../study/sample/uncertain.ts";
import { estimateTraining, solveTraining } from "../study/train/estimate.ts";
import { KERNEL_INPUTS, trainKernel } from "../study/train/kernel.ts";
import type { TrainRequest } from "../study/train/request.ts";
import type { TrainResult } from "../study/train/result.ts";
import type { Estimator } from "./estimator.ts";
import { TRAIN_FIGURES } from "./figures.ts";
import type { Context } from "./index.ts";
import { withModelFile } from "./model-file.ts";
import { defineEstimator } from "./run.ts";

export const train: Estimator<TrainResult> = {
  name: "train",
  fields: trainFields,
  examples: [
    "compute-est train --params 1.5e12",
    "compute-est train --model llama-3.1-405b --gpu h100 --gpus 16384",
    "compute-est train --params 70B --tokens 15T --gpu h100 --days 30     # how many GPUs?",
    "compute-est train --fleet tesla-a100-7360 --days 90                  # how large a model?",
    "compute-est train --params 70B --gpu h100 --json | jq .result.cost",
  ],
  sample: { params: 1.5e12 },
  figures: TRAIN_FIGURES,
  columns: ["time.days", "cost.usd", "energy.kwh"],
  kernel(request, names, resources) {
    const { point, inputs } = splitRequest(valuesOf(request), (key) => spreadOf(trainFields, key));
    const fixed = point.mfu !== undefined || (point.gpu === undefined && point.fleet === undefined);
    const plain = typeof point.model !== "object" && !String(point.model ?? "").endsWith(".json");
    if (!fixed || !plain || inputs.length > 0 || !names.every((name) => KERNEL_INPUTS.includes(name)))
      return undefined;
    const run = solveTraining(point as TrainRequest, resources.facts, newNotes());
    return trainKernel(
      run,
      names.map((name) => ({ name, distribution: samplesOf([1]) })),
    );
  },
  answer(request, resources) {
    const { point, inputs } = splitRequest(valuesOf(request), (key) => spreadOf(trainFields, key));
    return withModelFile(point, resources, (known) =>
      estimateTraining(known as TrainRequest, resources.facts, inputs),
    );
  },
  view: trainView,
  explain: trainLines,
};

/** Declares the options, the call and the views of the command. */
export function define(command: Command, context: Context): void {
  defineEstimator(command, context, train as Estimator);
}
