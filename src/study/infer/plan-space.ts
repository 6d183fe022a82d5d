import { type KvPrecision, WEIGHT_FORMATS, type WeightPrecision } from "../../core/serving/setup.ts";
import { noAnswer, ProblemError, refuse } from "../../units/problem.ts";
import type { Notes } from "../document.ts";
import type { Facts } from "../facts.ts";
import { chipNamed, type MachinePart, machineOf } from "../machine.ts";
import { rentOf } from "../prices.ts";
import type { PlanInferRequest } from "./plan-result.ts";
import { type Site, siteOf } from "./setup.ts";

const DEFAULT_CHIP = "h100";
const SERVER = 8;

/** Accelerators to choose among; one kind where nothing is said. */
export function partsOf(request: PlanInferRequest, facts: Facts, notes: Notes): readonly MachinePart[] {
  if (request.gpu === undefined) {
    notes.defaults.gpu = [DEFAULT_CHIP];
    notes.assumptions.push({ key: "accelerator", value: DEFAULT_CHIP, source: "where none is given" });
  }
  return (request.gpu ?? [DEFAULT_CHIP]).map(
    (name) => machineOf(chipNamed(name, facts, "--gpu").row, 1, facts).parts[0]!,
  );
}

/** A number format to try on a kind of accelerator, and how many of those there are; undefined where a demand decides. */
export interface Place {
  readonly site: Site;
  readonly gpus: number | undefined;
}

/** Every format on every kind of accelerator that has it. One of several kinds that lacks it is left out, with a warning. */
export function placesOf(
  request: PlanInferRequest,
  served: Parameters<typeof siteOf>[1],
  parts: readonly MachinePart[],
  demanded: boolean,
  notes: Notes,
): readonly Place[] {
  const refused: ProblemError[] = [];
  const places = parts.flatMap((part): Place[] => {
    const gpus = gpusOf(request, part, demanded, notes);
    const site = siteOrProblem(() => siteOf(request, served, part, notes, true));
    if (site instanceof ProblemError) {
      refused.push(site);
      return [];
    }
    return sitesOf(request, site).map((one) => ({ site: one, gpus }));
  });
  if (places.length === 0) throw refused[0]!;
  for (const { problem } of refused) notes.warnings.push({ code: "W-CHIP", message: problem.message });
  return places;
}

function siteOrProblem(make: () => Site): Site | ProblemError {
  try {
    return make();
  } catch (error) {
    if (error instanceof ProblemError) return error;
    throw error;
  }
}

/** As many as are given, or as the budget rents; else one server, or as many as a demand takes. */
function gpusOf(
  request: PlanInferRequest,
  part: MachinePart,
  demanded: boolean,
  notes: Notes,
): number | undefined {
  const { gpus, budget } = request;
  if (gpus !== undefined && budget !== undefined) {
    refuse("E-OVER", "--gpus and --budget both say how many accelerators there are.", {
      flag: "--budget",
      hint: "Drop one.",
    });
  }
  if (budget === undefined) {
    if (gpus !== undefined || demanded) return gpus;
    if (notes.defaults.gpus === undefined) {
      notes.defaults.gpus = SERVER;
      notes.assumptions.push({
        key: "accelerators",
        value: SERVER,
        source: "one server, where none is given",
      });
    }
    return SERVER;
  }
  const rent = rentOf(part, request);
  if (rent === undefined) {
    return noAnswer("E-PRICE", `No rent of ${part.row.name} is known.`, {
      flag: "--budget",
      hint: "Give --price.",
    });
  }
  const paid = Math.floor(budget / rent.usdPerHour);
  if (paid >= 1) return paid;
  return noAnswer(
    "E-BUDGET",
    `--budget does not pay for one ${part.row.name} at $${rent.usdPerHour} an hour.`,
    { flag: "--budget" },
  );
}

/** The formats to try: those given, else the model's own and what the chip multiplies natively in fewer bytes. */
function sitesOf(request: PlanInferRequest, site: Site): readonly Site[] {
  const { peak } = site.part.chip;
  const weights: WeightPrecision[] = [site.weights];
  if (request.precision === undefined && site.engine.class !== "llamacpp") {
    const narrower = (format: WeightPrecision) =>
      WEIGHT_FORMATS[format].bytes < WEIGHT_FORMATS[site.weights].bytes;
    if (peak.fp8 !== undefined && narrower("fp8")) weights.push("fp8");
    if (peak.fp4 !== undefined && narrower("nvfp4")) weights.push("nvfp4");
  }
  const kvs: (KvPrecision | undefined)[] = [request.kvPrecision];
  if (request.kvPrecision === undefined && peak.fp8 !== undefined) kvs.push("fp8");
  return weights.flatMap((precision) => kvs.map((kv) => ({ ...site, weights: precision, kv })));
}
