import { counted, format } from "../../units/index.ts";
import { ProblemError } from "../../units/problem.ts";
import type { Seconds } from "../../units/quantity.ts";
import { type Answer, type Notes, newNotes } from "../document.ts";
import { type Terms, termsOf } from "../economics.ts";
import type { Facts } from "../facts.ts";
import { chipNamed, machineOf } from "../machine.ts";
import { deploymentPart, limitPart, sloParts } from "./assemble.ts";
import { noteWater, servingBill } from "./bill.ts";
import { boundsOf } from "./bounds.ts";
import { capacityPart } from "./capacity.ts";
import { chanceOf, sureGpus } from "./confidence.ts";
import { demandOf, mediaOf, tokensOf } from "./demand.ts";
import { isSplit, type SplitDeployment, splitDeployment } from "./disaggregate.ts";
import { candidateLayouts, layoutText } from "./layouts.ts";
import { leversOf } from "./levers.ts";
import { predictionIntervals } from "./prediction.ts";
import { refuseAll } from "./refusal.ts";
import type { InferRequest } from "./request.ts";
import type { ChipRow, InferResult } from "./result.ts";
import { type Deployment, type Goal, search } from "./search.ts";
import { refuseTooLong, type Site, servedModel, siteOf } from "./setup.ts";

/** Chips that a question without one is answered on. */
const DEFAULT_CHIPS = ["h100", "h200", "b200", "a100-80gb", "mi300x"];

/**
 * Answers a serving question: accelerators and layout for a demand, latency, memory, money, joules. Throws a ProblemError where
 * the request is wrong, or nothing serves it.
 */
export function estimateServing(request: InferRequest, facts: Facts): Answer<InferResult> {
  const notes = newNotes();
  const { served, goal, media } = askedOf(request, facts, notes);
  const { bounds } = goal;
  const terms = termsOf(request, facts, notes);
  const names = request.gpu ?? DEFAULT_CHIPS;
  if (request.gpu === undefined) {
    notes.assumptions.push({
      key: "accelerators",
      value: names.join(", "),
      source: "compared where none is given",
    });
  }
  const parts = names.map((name) => machineOf(chipNamed(name, facts, "--gpu").row, 1, facts).parts[0]!);
  const answers = parts.map((part) => answerOn(() => siteOf(request, served, part, notes), goal, request));
  const first = answers.find((answer) => answer.found !== undefined);
  if (first?.found === undefined) throw answers[0]!.problem!;
  const { site, found } = first;
  const bill = servingBill(site, found, terms, facts);
  const slo = sloParts(found, bounds).map((part) => ({ ...part, probability: chanceOf(part, site) }));
  const part = deploymentPart(site, found);
  const result: InferResult = {
    ...part,
    request: { ...part.request, ...(media.tokens > 0 ? { mediaTokens: media.tokens } : {}) },
    demand: { ...part.demand, kind: goal.demand.kind },
    ...bill,
    slo,
    sureGpus: "split" in found ? undefined : sureGpus(site, goal, request),
    split: "split" in found ? found.split : undefined,
    capacity: "split" in found ? undefined : capacityPart(found, goal),
    limit: limitPart(found, slo),
    levers:
      "split" in found ? [] : leversOf(site, goal, request, found, bill.cost?.usdPerMillionOutputTokens),
    chips: parts.length > 1 ? chipRows(parts, answers, terms, facts) : undefined,
  };
  if (result.water !== undefined) noteWater(terms, notes);
  warnSlow(result, goal, notes);
  warnWaiting(found, result, notes);
  const idle = (request.gpus ?? 0) - found.gpus;
  if (idle > 0) {
    notes.warnings.push({
      code: "W-IDLE",
      message: `${idle} of ${request.gpus} accelerators stand idle: no layout answers sooner with more than ${found.gpus}.`,
    });
  }
  return { result: { ...result, intervals: predictionIntervals(result, site, notes) }, ...notes };
}

/** Silent reading at 238 words a minute [Brysbaert 2019], three words to four tokens [OpenAI's rule]. */
const READING: Seconds = 60 / (238 * (4 / 3));

/** People who wait for answers read them as they come; an endless queue or a batch has no reader. */
function warnSlow({ latency }: InferResult, { demand, bounds }: Goal, notes: Notes): void {
  const read = demand.kind === "open" || demand.kind === "closed";
  if (!read || latency.tpotSeconds <= READING || bounds.some(({ metric }) => metric === "tpot")) return;
  notes.warnings.push({
    code: "W-SLOW",
    message: `A token every ${format("duration", latency.tpotSeconds)} is slower than people read (${format("duration", READING)}); --slo "tpot<100ms" asks for quicker.`,
  });
}

/** Users that a fixed number of accelerators has no room for wait for those that are served. */
function warnWaiting(
  { load, times }: Deployment | SplitDeployment,
  { capacity }: InferResult,
  notes: Notes,
): void {
  if (load.kind !== "closed" || load.concurrency <= Math.max(1, times.batch) * (1 + ROUNDING)) return;
  const most =
    capacity === undefined
      ? ""
      : ` ${counted(Math.floor(capacity.concurrency), "request")} in flight are the most that is carried.`;
  notes.warnings.push({
    code: "W-QUEUE",
    message: `More are in flight than fit in memory at once, so requests wait for room before their first token.${most}`,
  });
}
const ROUNDING = 1e-9;

/** What is served to whom, within which bounds. */
function askedOf(request: InferRequest, facts: Facts, notes: Notes) {
  const served = servedModel(request, facts, notes);
  const media = mediaOf(request, notes);
  const tokens = tokensOf(request, media.tokens, notes);
  refuseTooLong(tokens, served, media);
  const demand = demandOf(request, tokens, notes);
  const goal: Goal = { tokens, demand, bounds: boundsOf(request), gpus: request.gpus };
  return { served, goal, media };
}

/** Figures of a request as numbers, without the advice around them: what a draw of uncertain inputs is answered with. */
export function servingFigures(request: InferRequest, facts: Facts) {
  const notes = newNotes();
  const { served, goal } = askedOf(request, facts, notes);
  const part = machineOf(chipNamed(request.gpu![0]!, facts, "--gpu").row, 1, facts).parts[0]!;
  const { site, found, problem } = answerOn(() => siteOf(request, served, part, notes), goal, request);
  if (found === undefined) throw problem;
  const { fleet, latency, throughput, demand: load } = deploymentPart(site, found);
  const bill = servingBill(site, found, termsOf(request, facts, notes), facts);
  return { site, figures: { fleet, demand: load, latency, throughput, ...bill } };
}

type Outcome =
  | { readonly site: Site; readonly found: Deployment | SplitDeployment; readonly problem?: undefined }
  | { readonly site?: undefined; readonly found?: undefined; readonly problem: ProblemError };

/** The cheapest deployment on one chip, or the refusal that says why there is none. */
function answerOn(siteFor: () => Site, goal: Goal, request: InferRequest): Outcome {
  try {
    const site = siteFor();
    if (isSplit(request, goal)) return { site, found: splitWithin(site, goal, request) };
    return { site, found: cheapest(site, goal, request) };
  } catch (error) {
    if (error instanceof ProblemError) return { problem: error };
    throw error;
  }
}

/** The best split, or the refusal of one that breaks a bound or cannot keep up. */
function splitWithin(site: Site, goal: Goal, request: InferRequest): SplitDeployment {
  const found = splitDeployment(site, goal, request);
  if (found.strain <= 1 && !found.times.overloaded) return found;
  return refuseAll(site, goal, request, [{ layout: found.layout, why: "slo", nearest: found }]);
}

function cheapest(site: Site, goal: Goal, request: InferRequest): Deployment {
  const { found, rejected } = search(site, candidateLayouts(site, request), goal);
  return found[0] ?? refuseAll(site, goal, request, rejected);
}

/** The comparison: one row a chip, "why" where it has no answer, ratios to the first that has one. */
function chipRows(
  parts: readonly { readonly row: { readonly id: string; readonly name: string } }[],
  answers: readonly Outcome[],
  terms: Terms,
  facts: Facts,
): readonly ChipRow[] {
  let reference: number | undefined;
  return answers.map((answer, index) => {
    const { id: gpu, name } = parts[index]!.row;
    if (answer.found === undefined) return { gpu, name, why: answer.problem.problem.message };
    const { site, found } = answer;
    const { cost, energy } = servingBill(site, found, terms, facts);
    // a million output tokens bear more or less of a request's cost, by how its time divides: the request is what is paid for
    const usd = cost?.usdPerRequest;
    reference ??= usd;
    return {
      gpu,
      name,
      gpus: found.gpus,
      layout: `${found.replicas} x ${layoutText(found.layout)}`,
      ttftSeconds: found.times.ttft,
      tpotSeconds: found.times.tpot,
      outputTokensPerSecondPerGpu: found.throughput / found.gpus,
      usdPerMillionOutputTokens: cost?.usdPerMillionOutputTokens,
      usdPerRequest: usd,
      whPerRequest: energy?.whPerRequest,
      ratio: usd === undefined || reference === undefined ? undefined : usd / reference,
    };
  });
}
