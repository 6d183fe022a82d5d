import type { Command } from "commander";
import { demandFields, overrides } from "../input/demand.ts";
import { valuesOf } from "../input/point.ts";
import { readScenario } from "../input/scenario.ts";
import { demandView } from "../render/views/demand.ts";
import { demandDetail } from "../render/views/demand-detail.ts";
import { demandLines } from "../render/views/demand-explain.ts";
import { loadPreset, PRESET_IDS, type PresetId } from "../study/demand/presets.ts";
import { type DemandResult, runScenario } from "../study/demand/run.ts";
import type { Scenario } from "../study/demand/scenario.ts";
import { withValue } from "../study/demand/settle.ts";
import { sizeOf } from "../study/media.ts";
import { noAnswer, refuse } from "../units/problem.ts";
import type { Estimator, Resources } from "./estimator.ts";
import type { Context } from "./index.ts";
import { defineEstimator, parseJsonObject } from "./run.ts";

export const demand: Estimator<DemandResult> = {
  name: "demand",
  fields: demandFields,
  examples: [
    "compute-est demand --preset article-2023",
    "compute-est demand --preset article-2023 --firms 10 --users 100M",
    "compute-est demand --preset semianalysis-2023 --triangulate",
    "compute-est demand --scenario market.json --gpu h100 --format csv",
  ],
  sample: { preset: "article-2023" },
  figures: [],
  columns: ["crossover.flop.years", "crossover.chipHours.years"],
  async answer(request, resources) {
    const values = valuesOf(request);
    let scenario = await scenarioOf(values, resources);
    for (const [path, value] of [...overrides(values), ...imageSides(values)]) {
      if (path.startsWith("inference.") && scenario.inference === undefined) absent(path, "serving");
      if (path.startsWith("training.") && scenario.training === undefined) absent(path, "training");
      scenario = withValue(scenario, path, value);
    }
    refuseIdleMedia(values, scenario);
    const answer = runScenario(scenario, resources.facts, values);
    if (values.triangulate !== true)
      return { ...answer, result: { ...answer.result, triangulation: undefined } };
    if (answer.result.triangulation === undefined)
      noAnswer("E-TRAFFIC", "The market has no traffic to count by several methods.", {
        flag: "--triangulate",
      });
    return answer;
  },
  view: (answer, explained) =>
    explained ? [...demandView(answer, true), ...demandDetail(answer)] : demandView(answer),
  explain: demandLines,
};

function imageSides({
  imageSize,
}: Readonly<Record<string, unknown>>): readonly (readonly [string, number])[] {
  if (imageSize === undefined) return [];
  const [width, height] = sizeOf(String(imageSize));
  return [
    ["inference.media.imageWidth", width],
    ["inference.media.imageHeight", height],
  ];
}

/** A rule or a size of media that the market does not have. */
function refuseIdleMedia(values: Readonly<Record<string, unknown>>, { inference }: Scenario): void {
  const { images, videoSeconds, audioSeconds } = inference?.media ?? {};
  if ([images, videoSeconds, audioSeconds].some((amount) => amount !== undefined && amount !== 0)) return;
  for (const [key, flag] of [
    ["imageSize", "--image-size"],
    ["mediaRule", "--media-rule"],
  ] as const)
    if (values[key] !== undefined)
      refuse("E-UNUSED", `${flag} goes with --images, --video or --audio.`, { flag });
}

async function scenarioOf(
  { preset, scenario }: Readonly<Record<string, unknown>>,
  resources: Resources,
): Promise<Scenario> {
  if (preset !== undefined && scenario !== undefined)
    refuse("E-OVER", "--preset and --scenario both name the market.", {
      flag: "--scenario",
      hint: "Drop one.",
    });
  if (preset !== undefined) return loadPreset(preset as PresetId);
  if (scenario === undefined)
    return refuse("E-UNDER", "No market is named.", {
      flag: "--preset",
      hint: `Give --preset ${PRESET_IDS.join("|")}, or --scenario FILE.`,
    });
  if (typeof scenario === "object") return readScenario(scenario, "the request") as Scenario;
  const name = String(scenario);
  const text = resources.readFile(name);
  if (text === undefined) return refuse("E-FILE", `There is no file "${name}".`, { flag: "--scenario" });
  return readScenario(parseJsonObject(text, name), name) as Scenario;
}

function absent(path: string, side: string): never {
  return refuse("E-UNUSED", `The market has no ${side}, so ${path} has nothing to change.`, {
    hint: "Add that side to a scenario file.",
  });
}

/** Declares the options, the call and the views of the command. */
export function define(command: Command, context: Context): void {
  defineEstimator(command, context, demand as Estimator);
}
