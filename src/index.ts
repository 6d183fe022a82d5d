/**
 * The library: the same estimates as the command line, as functions. Nothing here prints or reads files.
 * @packageDocumentation
 */
import { loadChips } from "./catalog/chips.ts";
import { loadFleets } from "./catalog/fleets.ts";
import { loadGrids } from "./catalog/grids.ts";
import { loadModels } from "./catalog/models.ts";
import { auditFields } from "./input/audit.ts";
import { fleetFields } from "./input/fleet.ts";
import { inferFields } from "./input/infer.ts";
import { planInferFields } from "./input/plan.ts";
import { requestReader } from "./input/request.ts";
import { scaleFields } from "./input/scale.ts";
import { readScenario } from "./input/scenario.ts";
import { trainFields } from "./input/train.ts";
import { type AuditResult, auditClaim as audit } from "./study/audit/estimate.ts";
import type { AuditRequest } from "./study/audit/request.ts";
import { type DemandResult, runScenario } from "./study/demand/run.ts";
import type { Scenario } from "./study/demand/scenario.ts";
import type { Answer } from "./study/document.ts";
import { type Facts, factsOf } from "./study/facts.ts";
import { compareFleets as compare } from "./study/fleet/compare.ts";
import type { FleetRequest } from "./study/fleet/request.ts";
import type { FleetResult } from "./study/fleet/result.ts";
import { estimateServing as serve } from "./study/infer/estimate.ts";
import { planServing as plan } from "./study/infer/plan.ts";
import type { PlanInferRequest, PlanInferResult } from "./study/infer/plan-result.ts";
import type { InferRequest } from "./study/infer/request.ts";
import type { InferResult } from "./study/infer/result.ts";
import { estimateScale as scale } from "./study/scale/estimate.ts";
import type { ScaleRequest } from "./study/scale/request.ts";
import type { ScaleResult } from "./study/scale/result.ts";
import { estimateTraining as train } from "./study/train/estimate.ts";
import type { TrainRequest } from "./study/train/request.ts";
import type { TrainResult } from "./study/train/result.ts";
import { refuse } from "./units/problem.ts";

export type { Chip } from "./core/chip.ts";
export type { Estimate } from "./core/estimate.ts";
export type { ModelShape } from "./core/shape.ts";
export type { AuditResult } from "./study/audit/estimate.ts";
export type { AuditRequest } from "./study/audit/request.ts";
export { loadPreset as marketPreset, type PresetId as MarketPreset } from "./study/demand/presets.ts";
export type { DemandResult } from "./study/demand/run.ts";
export type { Scenario } from "./study/demand/scenario.ts";
export type { Answer, Assumption, Interval, Warning } from "./study/document.ts";
export type { Facts } from "./study/facts.ts";
export type { FleetRequest } from "./study/fleet/request.ts";
export type { FleetResult } from "./study/fleet/result.ts";
export type { PlanInferRequest, PlanInferResult } from "./study/infer/plan-result.ts";
export type { InferRequest } from "./study/infer/request.ts";
export type { InferResult } from "./study/infer/result.ts";
export type { ScaleRequest } from "./study/scale/request.ts";
export type { ScaleResult } from "./study/scale/result.ts";
export type { TrainRequest } from "./study/train/request.ts";
export type { TrainResult } from "./study/train/result.ts";
export { format, parseAxis, parseFleet, parseNumber, parseQuantity } from "./units/checked.ts";
export type { Kind, Parsed, Quantity, Range } from "./units/index.ts";
export { type Problem, ProblemError } from "./units/problem.ts";
export { VERSION } from "./version.ts";

/** The catalogue that ships with the package; loaded once. */
export const catalogue: Facts = factsOf({
  chips: await loadChips(),
  models: await loadModels(),
  fleets: await loadFleets(),
  grids: await loadGrids(),
});

/** A request in which one chip may stand without a list about it. */
export type Named<Request extends { readonly gpu?: readonly string[] }> = Omit<Request, "gpu"> & {
  readonly gpu?: string | readonly string[];
};

/** The models of the facts handed over, which are a catalogue or refused. */
function modelsOf(facts: Facts): Facts["models"] {
  if (typeof facts?.once === "function") return facts.models;
  return refuse("E-VALUE", "The facts of an estimate are a catalogue, such as `catalogue`.");
}

const readTrain = requestReader<TrainRequest>("train", trainFields);
const readInfer = requestReader<InferRequest>("infer", inferFields);
const readPlan = requestReader<PlanInferRequest>("plan-infer", planInferFields);
const readFleet = requestReader<FleetRequest>("fleet", fleetFields);
const readScale = requestReader<ScaleRequest>("scale", scaleFields);
const readAudit = requestReader<AuditRequest>("audit", auditFields);

/**
 * Compute, and with a machine time, money, energy and carbon of a training run; solves for what the request leaves open.
 * Values are in the units of the flags (days, USD an hour). Throws ProblemError where the request is wrong or has no answer.
 */
export function estimateTraining(request: TrainRequest, facts: Facts = catalogue): Answer<TrainResult> {
  return train(readTrain(request, modelsOf(facts)), facts);
}

/** Accelerators, latency, memory, money and energy of serving a model under a demand. Throws ProblemError likewise. */
export function estimateServing(request: Named<InferRequest>, facts: Facts = catalogue): Answer<InferResult> {
  return serve(readInfer(request, modelsOf(facts)), facts);
}

/** Ways to serve on given accelerators or a budget, ranked by the users they carry within bounds. Throws ProblemError likewise. */
export function planServing(
  request: Named<PlanInferRequest>,
  facts: Facts = catalogue,
): Answer<PlanInferResult> {
  return plan(readPlan(request, modelsOf(facts)), facts);
}

/** Fleets side by side: peak, memory, power, price, and the time a given run takes. Throws ProblemError likewise. */
export function compareFleets(request: FleetRequest, facts: Facts = catalogue): Answer<FleetResult> {
  return compare(readFleet(request, modelsOf(facts)), facts);
}

/** Compute-optimal parameters and tokens by every law, for compute that is given, bought, or run on a machine. Throws ProblemError likewise. */
export function estimateScale(request: ScaleRequest, facts: Facts = catalogue): Answer<ScaleResult> {
  return scale(readScale(request, modelsOf(facts)), facts);
}

/**
 * Training and serving of a market over its years, and when serving overtakes. A market of the package is loaded first:
 * `estimateDemand(await marketPreset("article-2023"))`. Throws ProblemError likewise.
 */
export function estimateDemand(scenario: Scenario, facts: Facts = catalogue): Answer<DemandResult> {
  modelsOf(facts);
  return runScenario(scenarioOf(scenario), facts);
}

/** The scenario handed over, checked as one in a file is. */
function scenarioOf(given: unknown): Scenario {
  const preset =
    typeof given === "string" ? given : (given as { preset?: unknown } | null | undefined)?.preset;
  if (preset !== undefined)
    refuse("E-VALUE", "estimateDemand takes a scenario, not the name of one.", {
      hint: `A market of the package: estimateDemand(await marketPreset(${JSON.stringify(preset)})).`,
    });
  return readScenario(given, "the call") as Scenario;
}

/** A published figure recomputed, and the hidden assumptions that make it true. Throws ProblemError likewise. */
export function auditClaim(request: AuditRequest, facts: Facts = catalogue): Answer<AuditResult> {
  return audit(readAudit(request, modelsOf(facts)), facts);
}
