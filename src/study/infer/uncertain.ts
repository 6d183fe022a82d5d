import { PUE } from "../../core/energy.ts";
import type { Estimate } from "../../core/estimate.ts";
import type { Answer } from "../document.ts";
import type { Facts } from "../facts.ts";
import { distributionOf } from "../sample/distribution.ts";
import type { Input } from "../sample/draws.ts";
import type { Kernel } from "../sample/kernel.ts";
import { kernelOf } from "../sample/leaves.ts";
import { asksForSampling, rangedParts } from "../sample/ranged.ts";
import { errorAt } from "./confidence.ts";
import { INPUT_TOKENS, OUTPUT_TOKENS, PEAK_TO_MEAN } from "./demand.ts";
import { estimateServing, servingFigures } from "./estimate.ts";
import { ERROR_FIGURES, errorOf } from "./prediction.ts";
import type { InferRequest } from "./request.ts";
import type { InferResult } from "./result.ts";
import type { Site } from "./setup.ts";

/** Figures that a bare --sensitivity means, first choice first. */
const MAIN_FIGURES = ["cost.usdPerMillionOutputTokens", "latency.tpotSeconds", "fleet.gpus"];
/**
 * A serving answer whose inputs are ranges: the accelerator and the layout are those chosen at the medians, replicas, latencies,
 * money and energy are worked out anew for every draw, and each draw is off by as much as predictions were from measurements.
 */
export function estimateUncertainServing(
  request: InferRequest,
  facts: Facts,
  ranges: readonly Input[],
): Answer<InferResult> {
  const answer = estimateServing(request, facts);
  if (ranges.length === 0 && !asksForSampling(request)) return answer;
  const { result } = answer;
  const split = result.split !== undefined;
  const { tp, pp, dp, ep } = result.layout;
  const layout = split ? {} : { tp, pp, dp, ...(ep === undefined ? {} : { ep }) };
  const fixed: InferRequest = { ...request, ...answer.defaults, gpu: [result.fleet.gpu], ...layout };
  const inputs = [...ranges, ...assumedInputs(request, answer)];
  const figures = kernelOf(
    { ...fixed },
    inputs,
    (drawn) => servingFigures(drawn as InferRequest, facts).figures,
  );
  const kernel = withErrors(figures, servingFigures(fixed, facts).site);
  return { ...answer, result: { ...result, ...rangedParts(kernel, request, MAIN_FIGURES) } };
}

/** The kernel with an input for each kind of error, by which the figures of that kind are multiplied. */
function withErrors(figures: Kernel, site: Site): Kernel {
  const own = figures.inputs.length;
  const errors = ERROR_FIGURES.map((figure): Input => {
    const [low, high] = errorAt(figure, site).interval;
    return { name: `${figure} measured/predicted`, distribution: distributionOf({ low, high }, false) };
  });
  const errorOfOutput = figures.outputs.map((path) => {
    const known = errorOf(path);
    return known && { at: own + ERROR_FIGURES.indexOf(known.figure), power: known.power };
  });
  return {
    inputs: [...figures.inputs, ...errors],
    outputs: figures.outputs,
    run(values, out) {
      figures.run(values, out);
      for (let o = 0; o < out.length; o++) {
        const error = errorOfOutput[o];
        if (error === undefined) continue;
        const factor = values[error.at]!;
        out[o] = error.power > 0 ? out[o]! * factor : out[o]! / factor;
      }
    },
  };
}

/** What the answer assumed of surroundings and use, where the user said nothing of it. */
function assumedInputs(request: InferRequest, { defaults }: Answer<InferResult>): readonly Input[] {
  const assumed: readonly (readonly [keyof InferRequest, Estimate, boolean])[] = [
    ["input", INPUT_TOKENS, "input" in defaults],
    ["output", OUTPUT_TOKENS, "output" in defaults],
    ["peak", PEAK_TO_MEAN, "peak" in defaults],
    ["pue", PUE, request.pue === undefined],
  ];
  return assumed.flatMap(
    ([
      name,
      {
        interval: [low, high],
      },
      open,
    ]) =>
      open
        ? [
            {
              name,
              distribution: distributionOf({ low, high }, false),
              whole: name === "input" || name === "output",
            },
          ]
        : [],
  );
}
