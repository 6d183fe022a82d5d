import type { Estimate } from "../../core/estimate.ts";
import { predictedGoodput } from "../../core/training/goodput.ts";
import { ProblemError } from "../../units/problem.ts";
import { newNotes } from "../document.ts";
import type { Facts } from "../facts.ts";
import { MEDIAN_MFU, WHOLE_RUN_GOODPUT } from "../train/efficiency.ts";
import { solveTraining } from "../train/estimate.ts";
import type { AuditRequest } from "./estimate.ts";

/** Inputs of a run that a prediction of its step takes. */
const OF_STEP = ["model", "params", "active", "gpu", "gpus", "precision", "goodput"] as const;

/** MFU of a run whose source does not say it: predicted as `train` does where the machine is known, else what published runs reach. */
export function openMfu(request: AuditRequest, tokens: number | undefined, facts: Facts): Estimate {
  if (request.gpu === undefined || request.gpus === undefined || tokens === undefined) return MEDIAN_MFU;
  const run = Object.fromEntries(
    OF_STEP.flatMap((key) => (request[key] === undefined ? [] : [[key, request[key]]])),
  );
  try {
    return solveTraining({ ...run, tokens }, facts, newNotes()).mfu;
  } catch (error) {
    // a run that does not fit as it is told is still a claim
    if (error instanceof ProblemError) return MEDIAN_MFU;
    throw error;
  }
}

/** Its goodput likewise: by the number of chips, else what published runs reach. */
export const openGoodput = ({ gpus }: AuditRequest): Estimate =>
  gpus === undefined ? WHOLE_RUN_GOODPUT : predictedGoodput(gpus);
