import type { Estimate } from "../../core/estimate.ts";
import { counted, format } from "../../units/index.ts";
import { noAnswer, refuse } from "../../units/problem.ts";
import type { Count } from "../../units/quantity.ts";
import { defaultPrecision, type Machine, requirePeak } from "../machine.ts";
import type { Model } from "../model.ts";
import { changesText } from "../plan/difference.ts";
import type { NearestFit } from "../plan/nearest-fit.ts";
import { REJECTION_TEXT } from "../plan/outcome.ts";
import { given, MEDIAN_MFU } from "./efficiency.ts";
import { type NoFit, type Prediction, predictTraining } from "./predict.ts";
import type { TrainRequest } from "./request.ts";
import type { Solution } from "./solve.ts";

/** Where the MFU of a run comes from: the user, a prediction, or published runs. */
export interface Efficiency {
  /** What holds where nothing is predicted. */
  readonly assumed: Estimate;
  /** Predicts a model on so many chips; undefined where the user said, or where there is nothing to predict from. */
  readonly predict:
    | ((
        model: Pick<Model, "params" | "active">,
        tokens: Count,
        chips: Count | undefined,
      ) => Prediction | NoFit | undefined)
    | undefined;
}

/** Flags that only a prediction uses. */
const PREDICTED_BY = [
  "tp",
  "pp",
  "vpp",
  "cp",
  "ep",
  "dp",
  "shardGroup",
  "zero",
  "sequenceParallel",
  "recompute",
  "globalBatch",
  "microBatch",
  "attention",
  "stack",
  "overlap",
  "softwareYear",
] as const;

/** `--mfu` overrides; a fleet of one kind of chip is predicted; anything else takes the median of published runs. */
export function efficiencyOf(
  request: TrainRequest,
  model: Model | undefined,
  machine: Machine | undefined,
): Efficiency {
  for (const part of machine?.parts ?? [])
    requirePeak(part.chip, request.precision ?? defaultPrecision(part.chip));
  const [part] = machine?.parts ?? [];
  const predictable = part !== undefined && machine?.parts.length === 1 && request.mfu === undefined;
  refuseUnused(request, predictable);
  if (!predictable)
    return { assumed: request.mfu === undefined ? MEDIAN_MFU : given(request.mfu), predict: undefined };
  const seen = new Map<string, Prediction | NoFit>();
  const predict: Efficiency["predict"] = ({ params, active }, tokens, chips) => {
    if (chips === undefined) return undefined;
    const key = `${params} ${active} ${tokens} ${chips}`;
    const known = seen.get(key);
    if (known !== undefined) return known;
    const shape = model?.shape;
    const found = predictTraining(
      request,
      { params, active, ...(shape === undefined ? {} : { shape }) },
      tokens,
      part,
      chips,
    );
    seen.set(key, found);
    return found;
  };
  return { assumed: MEDIAN_MFU, predict };
}

function refuseUnused(request: TrainRequest, predictable: boolean): void {
  if (request.loraRank !== undefined && request.method !== "lora" && request.method !== "qlora") {
    refuse("E-UNUSED", "--lora-rank says something of adapters, and --method trains none.", {
      flag: "--lora-rank",
      hint: "Add --method lora.",
    });
  }
  if (predictable) return;
  const unused = PREDICTED_BY.find((key) => request[key] !== undefined);
  if (unused === undefined) return;
  const flag = `--${unused.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  const why =
    request.mfu === undefined
      ? "no fleet of one kind of accelerator is named"
      : "--mfu says how fast the run is";
  refuse("E-UNUSED", `${flag} is used to predict the step, and ${why}.`, {
    flag,
    hint: request.mfu === undefined ? "Add --gpu and --gpus." : "Drop one of the two.",
  });
}

/** Says that a run does not fit, and the nearest change that does. */
export function refuseMemory(
  model: Model,
  machine: Machine | undefined,
  solution: Solution,
  noFit: NoFit,
): never {
  const chip = machine?.parts[0]?.chip;
  const name = model.name === "model" ? `A model of ${format("count", model.params)} parameters` : model.name;
  const chips = format("integer", solution.chips ?? 1);
  const { leanest, reason } = noFit;
  if (leanest === undefined) {
    const why = reason === undefined ? "" : `: ${REJECTION_TEXT[reason]}`;
    return noAnswer(
      "E-LAYOUT",
      `No layout cuts this run over ${counted(solution.chips ?? 1, "accelerator", "integer")} as asked${why}.`,
      {
        flag: "--tp",
        hint: "`compute-est plan train` shows why layouts are rejected.",
      },
    );
  }
  const nearest = noFit.nearest();
  const room = `${format("bytes", leanest.memory)} of ${format("bytes", chip?.memory ?? 0)} each`;
  return noAnswer(
    "E-MEMORY",
    `${name} does not fit on ${chips} x ${chip?.name ?? "this chip"}: the leanest layout needs ${room}.`,
    {
      flag: "--gpus",
      hint:
        nearest === undefined
          ? "Take chips with more memory, or a smaller model."
          : `This would fit: ${nearestText(nearest)}.`,
    },
  );
}

/** `chips 8 -> 16, tp 1 -> 8` */
function nearestText({ changes, job, layout }: NearestFit): string {
  const { tp, pp, zero, recompute } = layout;
  const cut = `${counted(job.chips, "accelerator", "integer")} as tp ${tp}, pp ${pp}, ZeRO-${zero}, recompute ${recompute}`;
  return changes.length === 0 || changes.length > MOST_CHANGES ? cut : changesText(changes);
}

/** More changes than this read worse than the layout itself. */
const MOST_CHANGES = 3;
