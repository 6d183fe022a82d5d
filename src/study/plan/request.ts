import { facilityEnergy, serverWatts, trainingLoad } from "../../core/energy.ts";
import { BATCH_ROUNDING } from "../../core/training/defaults.ts";
import { predictedGoodput } from "../../core/training/goodput.ts";
import type { TrainingJob } from "../../core/training/job.ts";
import { counted, parseAxis } from "../../units/index.ts";
import { noAnswer, ProblemError, refuse } from "../../units/problem.ts";
import { JOULES_PER_KWH, MOST_THINGS, SECONDS_PER_DAY, SECONDS_PER_HOUR } from "../../units/quantity.ts";
import { type Answer, type Notes, newNotes } from "../document.ts";
import { note, termsOf } from "../economics.ts";
import type { Facts } from "../facts.ts";
import { chipNamed, defaultPrecision, type MachinePart, machineOf, peakOf, requirePeak } from "../machine.ts";
import { type Model, modelOf } from "../model.ts";
import { rentOf } from "../prices.ts";
import { given, TOKENS_PER_PARAM } from "../train/efficiency.ts";
import { fixedOf, trainingJobOf } from "../train/predict.ts";
import type { TrainRequest } from "../train/request.ts";
import { differenceText } from "./difference.ts";
import { REJECTION_TEXT } from "./outcome.ts";
import type { PlanRow, PlanTrainResult } from "./result.ts";
import type { TrainingSpace } from "./space.ts";
import {
  type PlanFleet,
  type PlannedLayout,
  type PlanObjective,
  planTraining,
  SLOWEST_ROOMY,
  type TrainingPlan,
} from "./train.ts";

/** A question of layout: what `train` asks, over one or several fleets, with an aim. */
export interface PlanTrainRequest
  extends Omit<TrainRequest, "gpu" | "gpus" | "days" | "budget" | "mfu" | "fleet"> {
  /** Names of chips to choose among. */
  readonly gpu?: readonly string[];
  /** Numbers of chips to choose among, in the grammar of a sweep's axis. */
  readonly gpus?: string;
  readonly objective?: PlanObjective;
  readonly top?: number;
}

/** The best layouts of a run over the fleets named, why the rest were turned away, and the front of two aims. */
export function planTrainingRun(request: PlanTrainRequest, facts: Facts): Answer<PlanTrainResult> {
  const notes = newNotes();
  const asTrain = trainPartOf(request);
  const model = modelOf(asTrain, facts, notes);
  if (model === undefined)
    refuse("E-UNDER", "There is no model to plan for.", {
      flag: "--model",
      hint: "Give --model or --params.",
    });
  const parts = fleetsOf(request, facts);
  const terms = termsOf(request, facts, notes);
  const tokens = tokensOf(request, model, notes);
  const job = trainingJobOf(asTrain, model, tokens, parts[0]!, parts[0]!.count);
  const fleets = parts.map((part): PlanFleet => {
    const power = serverWatts(part.chip);
    const rent = rentOf(part, request);
    return {
      chip: part.chip,
      chips: part.count,
      ...(rent === undefined ? {} : { usdPerChipSecond: rent.usdPerHour / SECONDS_PER_HOUR }),
      ...(power === undefined
        ? {}
        : { wattsPerChip: facilityEnergy(1, power.watts, trainingLoad(part.chip).value, terms.pue) }),
    };
  });
  const plan = planTraining(job, {
    fleets,
    objective: request.objective ?? "time",
    top: request.top ?? TOP,
    space: spaceOf(asTrain, request.globalBatch === undefined),
  });
  if (plan.best.length === 0) refusePlan(plan, job);
  const row = (planned: PlannedLayout): PlanRow => rowOf(planned, model, tokens, request, notes);
  const result: PlanTrainResult = {
    objective: plan.objective,
    model: model.name,
    tokens,
    best: plan.best.map(row),
    front: plan.front.map(row),
    frontAgainst: plan.frontAgainst,
    considered: plan.considered,
    evaluated: plan.evaluated,
    pruned: plan.pruned,
    rejected: plan.rejected.map(({ reason, layouts }) => ({ reason, text: REJECTION_TEXT[reason], layouts })),
  };
  if (plan.objective === "headroom") note(notes, "slowest layout, over the fastest", SLOWEST_ROOMY);
  if (plan.tight) {
    notes.warnings.push({
      code: "W-MEMORY-TIGHT",
      message: "These layouts fit only at the low end of the predicted memory.",
    });
  }
  return { result, ...notes };
}

/** What a plan shares with `train`: everything but the fleets to choose among. */
export function trainPartOf({
  gpu: _gpu,
  gpus: _gpus,
  objective: _objective,
  top: _top,
  ...shared
}: PlanTrainRequest): TrainRequest {
  return shared;
}

const TOP = 5;

function spaceOf(request: TrainRequest, openBatch: boolean): TrainingSpace {
  const fixed = fixedOf(request);
  const only = Object.fromEntries(Object.entries(fixed).map(([key, value]) => [key, [value]]));
  return { ...only, ...(openBatch ? { batchRounding: BATCH_ROUNDING } : {}) };
}

function tokensOf(request: PlanTrainRequest, model: Model, notes: Notes): number {
  if (request.tokens !== undefined) return request.tokens;
  if (request.tokensPerParam !== undefined) return request.tokensPerParam * model.params;
  if (model.tokens !== undefined) return model.tokens;
  note(notes, "tokens per parameter", TOKENS_PER_PARAM);
  return TOKENS_PER_PARAM.value * model.params;
}

/** Every chip named with every number of chips named. */
function fleetsOf(request: PlanTrainRequest, facts: Facts): readonly MachinePart[] {
  if (request.gpu === undefined || request.gpus === undefined) {
    return refuse("E-UNDER", "A plan needs accelerators and their number.", {
      flag: "--gpus",
      hint: "E.g. --gpu h100 --gpus 1024, or --gpu h100,b200 --gpus 512,1024.",
    });
  }
  const counts = parseAxis("count", String(request.gpus));
  if (!counts.ok)
    throw new ProblemError({
      ...counts.problem,
      message: `--gpus ${counts.problem.message}`,
      flag: "--gpus",
      exit: 2,
    });
  const whole = counts.value.filter((count) => !Number.isInteger(count) || count < 1 || count > MOST_THINGS);
  if (whole.length > 0)
    refuse("E-BOUNDS", `--gpus ${whole[0]} is no number of accelerators from 1 to ${MOST_THINGS}.`, {
      flag: "--gpus",
    });
  return request.gpu.flatMap((name) => {
    const { row } = chipNamed(name, facts, "--gpu");
    return counts.value.map((count) => {
      const part = machineOf(row, count, facts).parts[0]!;
      requirePeak(part.chip, request.precision ?? defaultPrecision(part.chip));
      return part;
    });
  });
}

function rowOf(
  planned: PlannedLayout,
  model: Model,
  tokens: number,
  request: PlanTrainRequest,
  notes: Notes,
): PlanRow {
  const { job, layout, fleet } = planned;
  const goodput = request.goodput === undefined ? predictedGoodput(fleet.chips) : given(request.goodput);
  if (request.goodput === undefined && !notes.assumptions.some(({ key }) => key === "goodput"))
    note(notes, "goodput", goodput);
  const seconds = tokens / planned.tokensPerSecond / goodput.value;
  const peak = peakOf(fleet.chip, request.precision ?? defaultPrecision(fleet.chip)) ?? 0;
  return {
    gpu: fleet.chip.id,
    gpus: fleet.chips,
    layout: { ...layout, globalBatch: job.globalBatch },
    stepSeconds: planned.stepSeconds,
    tokensPerSecondPerGpu: planned.tokensPerSecondPerChip,
    mfu: (6 * model.active * planned.tokensPerSecondPerChip) / peak,
    peakBytesPerGpu: planned.memory,
    headroom: planned.headroom,
    days: seconds / SECONDS_PER_DAY,
    cost: planned.usdPerToken === undefined ? undefined : (planned.usdPerToken * tokens) / goodput.value,
    energy:
      planned.joulesPerToken === undefined
        ? undefined
        : (planned.joulesPerToken * tokens) / goodput.value / JOULES_PER_KWH,
    differs:
      planned.difference === undefined
        ? undefined
        : differenceText(planned.difference, request.objective ?? "time"),
  };
}

function refusePlan(plan: TrainingPlan, job: TrainingJob): never {
  const reasons = plan.rejected
    .slice(0, 3)
    .map(({ reason, layouts }) => `${REJECTION_TEXT[reason]} (${layouts})`);
  const fleet = `${job.chips} x ${job.chip.name}`;
  return noAnswer(
    plan.leanest === undefined ? "E-LAYOUT" : "E-MEMORY",
    `None of ${counted(plan.considered, "layout", "integer")} runs on ${fleet}: ${reasons.join("; ")}.`,
    {
      flag: "--gpus",
      hint: "Take more accelerators, ones with more memory, or fix less of the layout.",
    },
  );
}
