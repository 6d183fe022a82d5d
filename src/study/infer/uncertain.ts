import { PUE } from "../../core/energy.ts";
import type { Estimate } from "../../core/estimate.ts";
import { type ServingFigure, servingError } from "../../core/serving/accuracy.ts";
import type { Answer } from "../document.ts";
import type { Facts } from "../facts.ts";
import { distributionOf } from "../sample/distribution.ts";
import type { Input } from "../sample/draws.ts";
import type { Kernel } from "../sample/kernel.ts";
import { kernelOf } from "../sample/leaves.ts";
import { asksForSampling, rangedParts } from "../sample/ranged.ts";
import { INPUT_TOKENS, OUTPUT_TOKENS, PEAK_TO_MEAN } from "./demand.ts";
import { estimateServing, servingFigures } from "./estimate.ts";
import type { InferRequest } from "./request.ts";
import type { InferResult } from "./result.ts";
import type { Site } from "./setup.ts";

/** Figures that a bare --sensitivity means, first choice first. */
const MAIN_FIGURES = ["cost.usdPerMillionOutputTokens", "latency.tpotSeconds", "fleet.gpus"];
/** Whose validated error a figure has; a cost or an energy per token has that of the throughput. */
const ERRORS: readonly (readonly [RegExp, ServingFigure])[] = [
  [/^latency\.ttft/, "ttft"],
  [/^latency\.tpot/, "tpot"],
  [/^latency\.e2e/, "e2e"],
  [/^throughput\.outputTokensPerSecond(PerGpu)?$/, "throughput"],
  [/^cost\.(usdPerMillion|usdPerRequest|rented|owned\.usdPerMillion)/, "throughput"],
  [/^energy\./, "throughput"],
];

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
  const kinds = [...new Set(ERRORS.map(([, kind]) => kind))];
  const errors = kinds.map((kind): Input => {
    const [low, high] = servingError(kind, site.part.chip, site.engine.measured).interval;
    return { name: `${kind} measured/predicted`, distribution: distributionOf({ low, high }, false) };
  });
  const errorOf = figures.outputs.map((path) => {
    const kind = ERRORS.find(([pattern]) => pattern.test(path))?.[1];
    return kind === undefined ? undefined : own + kinds.indexOf(kind);
  });
  return {
    inputs: [...figures.inputs, ...errors],
    outputs: figures.outputs,
    run(values, out) {
      figures.run(values, out);
      for (let o = 0; o < out.length; o++) {
        const error = errorOf[o];
        if (error !== undefined) out[o] = out[o]! * values[error]!;
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
