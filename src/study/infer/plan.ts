import { counted } from "../../units/index.ts";
import { noAnswer, refuse } from "../../units/problem.ts";
import { type Answer, type Notes, newNotes } from "../document.ts";
import { type Terms, termsOf } from "../economics.ts";
import type { Facts } from "../facts.ts";
import type { MachinePart } from "../machine.ts";
import { type Aim, paretoFront } from "../rank.ts";
import { type ServingBill, servingBill } from "./bill.ts";
import { boundsOf } from "./bounds.ts";
import { DEMAND_KEYS, type Demand, demandOf, mediaOf, tokensOf } from "./demand.ts";
import { mostSplits, type SplitDeployment } from "./disaggregate.ts";
import { candidateLayouts } from "./layouts.ts";
import { curveOf, judgeFewest, judgeMost, newReasons, type Option, type Reasons } from "./plan-options.ts";
import type {
  FrontPoint,
  PlanInferRequest,
  PlanInferResult,
  ServingObjective,
  ServingPlan,
} from "./plan-result.ts";
import { type Place, partsOf, placesOf } from "./plan-space.ts";
import type { Goal } from "./search.ts";
import { refuseTooLong, servedModel } from "./setup.ts";

/** Keys and values as the engine keeps them where nothing else is said. */
export const SIXTEEN_BIT = "16-bit";
const DEFAULT_TOP = 5;

/**
 * Every layout, replica count and number format that the accelerators allow, ranked by what they carry; or, with a demand, by
 * what carrying it takes. With why the others are not. Throws a ProblemError where none is.
 */
export function planServing(request: PlanInferRequest, facts: Facts): Answer<PlanInferResult> {
  const notes = newNotes();
  const served = servedModel(request, facts, notes);
  const media = mediaOf(request, notes);
  const tokens = tokensOf(request, media.tokens, notes);
  refuseTooLong(tokens, served, media);
  const bounds = boundsOf(request);
  const terms = termsOf(request, facts, notes);
  const parts = partsOf(request, facts, notes);
  const demand = demandedOf(request, tokens, notes);
  const places = placesOf(request, served, parts, demand !== undefined, notes);
  const reasons = newReasons();
  const points: FrontPoint[] = [];
  const options = places.flatMap((place) => {
    const goal: Goal = { tokens, bounds, demand: demand ?? ONE_USER, gpus: undefined };
    return optionsOn(place, request, goal, demand !== undefined, reasons, points);
  });
  if (options.length === 0) refuseAll(request, parts, places[0]!.gpus, reasons);
  const objective = request.objective ?? "throughput";
  const ranked = rankedBy(objective, options, terms, facts);
  return {
    result: {
      model: { name: served.model.name, params: served.model.params },
      request: { inputTokens: tokens.input, outputTokens: tokens.output, cachedTokens: tokens.cached ?? 0 },
      objective,
      demand:
        demand === undefined
          ? undefined
          : { kind: demand.kind, amount: demand.kind === "saturated" ? 0 : demand.amount },
      gpus: ranked[0]!.gpus,
      chips: parts.map(({ row }) => row.id),
      considered: reasons.considered,
      best: ranked.slice(0, request.top ?? DEFAULT_TOP).map(planPart),
      rejected: rejectedPart(reasons),
      front: frontOf(points),
    },
    ...notes,
  };
}

const ONE_USER: Demand = { kind: "closed", amount: 1 };

/** The demand of a request that states one. */
function demandedOf(request: PlanInferRequest, tokens: Goal["tokens"], notes: Notes): Demand | undefined {
  if (!DEMAND_KEYS.some((key) => request[key] !== undefined)) return undefined;
  if (request.split === true) {
    refuse("E-UNUSED", "--split looks for the most users that accelerators carry, and a demand is given.", {
      flag: "--split",
      hint: "Drop the demand, or ask infer with --prefill-gpus and --decode-gpus.",
    });
  }
  return demandOf(request, tokens, notes);
}

function optionsOn(
  place: Place,
  request: PlanInferRequest,
  goal: Goal,
  demanded: boolean,
  reasons: Reasons,
  points: FrontPoint[],
): readonly Option[] {
  const { site, gpus } = place;
  const layouts = candidateLayouts(site, gpus === undefined ? request : { ...request, gpus });
  const options = layouts.flatMap((layout) => {
    const option =
      demanded || gpus === undefined
        ? judgeFewest(place, layout, goal, reasons)
        : judgeMost(site, gpus, layout, goal, reasons);
    if (option === undefined) return [];
    points.push(...curveOf(option.carried.most, goal, option.gpus, site));
    return [option];
  });
  if (request.split !== true || gpus === undefined) return options;
  const splits = mostSplits(site, { ...goal, gpus }, request, gpus);
  reasons.considered += splits.length;
  return [...options, ...splits.map((carried) => ({ site, carried, gpus }))];
}

interface Billed extends Option {
  readonly bill: ServingBill;
}

/** Options this near each other are equal: the wider keys and values, which lose nothing, stand for both. */
const ALIKE = 0.002;

/** Best first; of two that differ in nothing but the format of keys and values, and hardly in what they do, the wider alone. */
function rankedBy(
  objective: ServingObjective,
  options: readonly Option[],
  terms: Terms,
  facts: Facts,
): readonly Billed[] {
  const scored = options.map((option) => {
    const billed = { ...option, bill: servingBill(option.site, option.carried.most, terms, facts) };
    return { billed, score: scoreOf(objective, billed), name: nameOf(option) };
  });
  const widest = new Map<string, (typeof scored)[number]>();
  const wide = ({ billed }: (typeof scored)[number]) => billed.carried.most.prepared.kvBytes;
  for (const one of scored) {
    const known = widest.get(one.name);
    if (known === undefined || wide(one) > wide(known)) widest.set(one.name, one);
  }
  return scored
    .filter((one) => {
      const other = widest.get(one.name)!;
      return one === other || one.score < other.score * (1 - ALIKE);
    })
    .sort((a, b) => a.score - b.score || a.billed.carried.most.times.e2e - b.billed.carried.most.times.e2e)
    .map(({ billed }) => billed);
}

/** All that tells one option from another, but for its keys and values. */
const nameOf = ({ site, carried: { most } }: Option): string =>
  [site.part.row.id, site.weights, JSON.stringify(most.layout), most.replicas, most.promptShare].join(" ");

/** Lower is better. */
function scoreOf(objective: ServingObjective, { carried, gpus, bill }: Billed): number {
  const { times, throughput } = carried.most;
  if (objective === "latency") return times.tpot;
  if (objective === "cost") return perRequest(bill, gpus, carried.most.gpus) ?? Number.POSITIVE_INFINITY;
  if (objective === "energy") return bill.energy?.joulesPerOutputToken ?? Number.POSITIVE_INFINITY;
  return gpus / throughput;
}

/** Of a million output tokens; accelerators that stay idle are paid for too. */
const costOf = ({ cost }: ServingBill, gpus: number, busy: number): number | undefined =>
  cost === undefined ? undefined : (cost.usdPerMillionOutputTokens * gpus) / busy;

/** Of a whole request, its prompt too: the only cost that ways to share it among tokens leave alone. */
const perRequest = ({ cost }: ServingBill, gpus: number, busy: number): number | undefined =>
  cost === undefined ? undefined : (cost.usdPerRequest * gpus) / busy;

function planPart({ site, carried, gpus, bill }: Billed): ServingPlan {
  const { most, breaks } = carried;
  const { times, layout, replicas, throughput, load } = most;
  const idle = gpus - most.gpus;
  return {
    gpu: site.part.row.id,
    precision: site.weights,
    kvPrecision: site.kv ?? (most.prepared.kvBytes === 1 ? "fp8" : SIXTEEN_BIT),
    layout,
    replicas,
    gpus: most.gpus,
    idleGpus: idle,
    batchLimit: Math.max(1, Math.floor(load.kind === "closed" ? load.concurrency : times.batch)),
    concurrency: (load.kind === "closed" ? load.concurrency : times.batch) * replicas,
    ttftSeconds: times.ttft,
    tpotSeconds: times.tpot,
    outputTokensPerSecond: throughput,
    outputTokensPerSecondPerGpu: throughput / gpus,
    outputTokensPerSecondPerUser: 1 / times.tpot,
    usdPerMillionOutputTokens: costOf(bill, gpus, most.gpus),
    usdPerRequest: perRequest(bill, gpus, most.gpus),
    joulesPerOutputToken: bill.energy?.joulesPerOutputToken,
    breaks,
    split: (most as Partial<SplitDeployment>).split,
  };
}

function rejectedPart({ memory, chips, bounds, nearest }: Reasons): PlanInferResult["rejected"] {
  return [
    { reason: "weights and one request do not fit", layouts: memory },
    { reason: "more accelerators than there are", layouts: chips },
    { reason: "even one user a replica breaks a bound", layouts: bounds, nearest: nearest?.text },
  ].filter(({ layouts }) => layouts > 0);
}

function refuseAll(
  request: PlanInferRequest,
  parts: readonly MachinePart[],
  gpus: number | undefined,
  { bounds, fewest, nearest }: Reasons,
): never {
  const machine = `${gpus === undefined ? "" : `${gpus} x `}${parts.map(({ row }) => row.name).join(" or ")}`;
  if (Number.isFinite(fewest)) {
    return noAnswer("E-LOAD", `${machine} cannot carry the demand.`, {
      flag: "--gpus",
      hint: `It takes ${counted(fewest, "accelerator", "integer")} at least.`,
    });
  }
  if (bounds === 0) {
    return noAnswer("E-MEMORY", `No layout on ${machine} holds the weights and one request.`, {
      flag: "--gpus",
      hint: "`compute-est infer` without --gpus says how many would.",
    });
  }
  return noAnswer("E-SLO", `No layout on ${machine} meets "${request.slo}".`, {
    flag: "--slo",
    ...(nearest === undefined ? {} : { hint: `The nearest reaches ${nearest.text}.` }),
  });
}

/** Throughput a GPU and speed a user, both high. */
const AIMS: readonly Aim[] = [
  { figure: 0, better: "high" },
  { figure: 1, better: "high" },
];

function frontOf(points: readonly FrontPoint[]): readonly FrontPoint[] {
  const rows = points.map(
    (point, index) => [point.outputTokensPerSecondPerUser, point.outputTokensPerSecondPerGpu, index] as const,
  );
  return paretoFront(rows, AIMS).map(([, , index]) => points[index]!);
}
