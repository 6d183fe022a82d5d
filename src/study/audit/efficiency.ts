import type { Estimate } from "../../core/estimate.ts";
import { predictedGoodput } from "../../core/training/goodput.ts";
import { ProblemError } from "../../units/problem.ts";
import { newNotes } from "../document.ts";
import type { Facts } from "../facts.ts";
import { MEDIAN_MFU, WHOLE_RUN_GOODPUT } from "../train/efficiency.ts";
import { solveTraining } from "../train/estimate.ts";
import type { Claim } from "./audit.ts";
import type { AuditRequest } from "./request.ts";

const DAY = 86_400;

/** The number of chips: stated, or what is claimed, or what the claimed chip-time makes in the stated days. */
export function statedChips({ gpus, days }: AuditRequest, { kind, value }: Claim): number | undefined {
  if (gpus !== undefined) return gpus;
  if (kind === "gpu-count") return value;
  return kind === "gpu-hours" && days !== undefined
    ? Math.max(1, Math.round(value / (days * DAY)))
    : undefined;
}

/** Inputs of a run that a prediction of its step takes. */
const OF_STEP = ["model", "params", "active", "gpu", "precision", "goodput"] as const;

/** MFU of a run whose source does not say it: predicted as `train` does where the machine is known, else what published runs reach. */
export function openMfu(
  request: AuditRequest,
  gpus: number | undefined,
  tokens: number | undefined,
  facts: Facts,
): Estimate {
  if (request.gpu === undefined || gpus === undefined || tokens === undefined) return MEDIAN_MFU;
  const run = Object.fromEntries(
    OF_STEP.flatMap((key) => (request[key] === undefined ? [] : [[key, request[key]]])),
  );
  try {
    return solveTraining({ ...run, gpus, tokens }, facts, newNotes()).mfu;
  } catch (error) {
    // a run that does not fit as it is told is still a claim
    if (error instanceof ProblemError) return MEDIAN_MFU;
    throw error;
  }
}

/** Its goodput likewise: by the number of chips, else what published runs reach. */
export const openGoodput = (gpus: number | undefined): Estimate =>
  gpus === undefined ? WHOLE_RUN_GOODPUT : predictedGoodput(gpus);
