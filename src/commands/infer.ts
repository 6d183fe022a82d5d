import type { Command } from "commander";
import { loadApiPrices } from "../catalog/api-prices.ts";
import { inferFields } from "../input/infer.ts";
import { spreadOf, valuesOf } from "../input/point.ts";
import { inferView } from "../render/views/infer.ts";
import { inferLines } from "../render/views/infer-explain.ts";
import { listedPrices } from "../study/infer/list-prices.ts";
import type { InferRequest } from "../study/infer/request.ts";
import type { InferResult } from "../study/infer/result.ts";
import { estimateUncertainServing } from "../study/infer/uncertain.ts";
import { splitRequest } from "../study/sample/uncertain.ts";
import type { Estimator } from "./estimator.ts";
import { INFER_FIGURES } from "./figures.ts";
import type { Context } from "./index.ts";
import { withModelFile } from "./model-file.ts";
import { defineEstimator } from "./run.ts";

export const infer: Estimator<InferResult> = {
  name: "infer",
  fields: inferFields,
  examples: [
    'compute-est infer --model llama-3-70b --gpu h100 --input 4096 --output 512 --concurrency 200 --slo "tpot<50ms"',
    "compute-est infer --model llama-3.1-8b --gpu l40s --rate 5                 # 5 requests a second",
    "compute-est infer --model deepseek-v3 --precision fp8 --gpu h200,b200 --users 10M --requests 8",
    "compute-est infer --model llama-3.1-8b --gpu rtx-4090 --engine llamacpp   # one user at home",
    'compute-est infer --model llama-3-70b --gpu h100 --users "1M to 5M" --price "2 to 3/h" --sensitivity',
  ],
  sample: { model: "llama-3-70b", gpu: "h100", rate: 5 },
  figures: INFER_FIGURES,
  columns: ["fleet.gpus", "latency.tpotSeconds", "cost.usdPerMillionOutputTokens"],
  async answer(request, resources) {
    const { point, inputs } = splitRequest(valuesOf(request), (key) => spreadOf(inferFields, key));
    const answer = await withModelFile(point, resources, (known) =>
      estimateUncertainServing(known as InferRequest, resources.facts, inputs),
    );
    const rows = await loadApiPrices();
    const { name } = answer.result.model;
    const listed = resources.facts.once(`list prices of ${name}`, () => listedPrices(name, rows));
    return listed.length === 0 ? answer : { ...answer, result: { ...answer.result, listed } };
  },
  view: inferView,
  explain: inferLines,
};

/** Declares the options, the call and the views of the command. */
export function define(command: Command, context: Context): void {
  defineEstimator(command, context, infer as Estimator);
}
