import { prepare } from "../../core/serving/prepare.ts";
import { fits } from "../../core/serving/service.ts";
import type { KvPrecision, ServingLayout, WeightPrecision } from "../../core/serving/setup.ts";
import { chipsOf } from "../../core/serving/setup.ts";
import { noAnswer, ProblemError, refuse } from "../../units/problem.ts";
import { type Answer, newNotes } from "../document.ts";
import { rentOf, termsOf } from "../economics.ts";
import type { Facts } from "../facts.ts";
import { chipNamed, type MachinePart, machineOf } from "../machine.ts";
import { type Aim, paretoFront } from "../rank.ts";
import type { Ranged } from "../sample/ranged.ts";
import { type ServingBill, servingBill } from "./bill.ts";
import { boundsOf } from "./bounds.ts";
import { mediaOf, tokensOf } from "./demand.ts";
import { mostSplits, type Split, type SplitDeployment } from "./disaggregate.ts";
import { candidateLayouts } from "./layouts.ts";
import { type Most, mostCarried } from "./most.ts";
import type { InferRequest } from "./request.ts";
import { type Deployment, deploymentAt, type Goal, loadOf, strains } from "./search.ts";
import { refuseTooLong, type Site, servedModel, setupOf, siteOf } from "./setup.ts";

export type ServingObjective = "throughput" | "cost" | "latency" | "energy";

/** A planning question: how best to serve on these accelerators. */
export interface PlanInferRequest extends InferRequest {
  /** USD an hour of rent; stands for a number of accelerators. */
  readonly budget?: number;
  readonly objective?: ServingObjective;
  readonly top?: number;
  /** Also tries prompts on accelerators of their own. */
  readonly split?: boolean;
}

/** One way to serve, with the most users that it carries within the bounds. */
export interface ServingPlan {
  readonly gpu: string;
  readonly precision: WeightPrecision;
  readonly kvPrecision: string;
  readonly layout: ServingLayout;
  readonly replicas: number;
  readonly gpus: number;
  readonly idleGpus: number;
  /** Requests that a replica may run at once: the engine's limit to set. */
  readonly batchLimit: number;
  readonly concurrency: number;
  readonly ttftSeconds: number;
  readonly tpotSeconds: number;
  readonly outputTokensPerSecond: number;
  /** Over all accelerators, idle ones too. */
  readonly outputTokensPerSecondPerGpu: number;
  readonly outputTokensPerSecondPerUser: number;
  readonly usdPerMillionOutputTokens?: number | undefined;
  readonly joulesPerOutputToken?: number | undefined;
  /** What gives way first beyond. */
  readonly breaks: string;
  /** Where prompts have accelerators of their own; the layout and replicas are then those that write. */
  readonly split?: Split | undefined;
}

export interface PlanInferResult extends Pick<Ranged, "intervals"> {
  readonly model: { readonly name: string; readonly params: number };
  readonly request: {
    readonly inputTokens: number;
    readonly outputTokens: number;
    readonly cachedTokens: number;
  };
  readonly objective: ServingObjective;
  readonly gpus: number;
  readonly considered: number;
  /** Accelerators to choose among. */
  readonly chips: readonly string[];
  /** Best first. */
  readonly best: readonly ServingPlan[];
  readonly rejected: readonly {
    readonly reason: string;
    readonly layouts: number;
    readonly nearest?: string | undefined;
  }[];
  /** Points that none beats both in tokens a second a user and a GPU; bounds do not matter here. */
  readonly front: readonly FrontPoint[];
}

export interface FrontPoint {
  readonly outputTokensPerSecondPerUser: number;
  readonly outputTokensPerSecondPerGpu: number;
  readonly layout: string;
  readonly precision: string;
  readonly batch: number;
}

/** Keys and values as the engine keeps them where nothing else is said. */
export const SIXTEEN_BIT = "16-bit";
const DEFAULT_CHIP = "h100";
const DEFAULT_TOP = 5;
const SERVER = 8;

/** One setup of the space, judged. */
interface Option {
  readonly site: Site;
  readonly carried: Most;
  readonly gpus: number;
}

/** Every layout, replica count and number format that the accelerators allow, ranked; with why the others are not. */
export function planServing(request: PlanInferRequest, facts: Facts): Answer<PlanInferResult> {
  const notes = newNotes();
  const served = servedModel(request, facts);
  const media = mediaOf(request, notes);
  const tokens = tokensOf(request, media.tokens, notes);
  refuseTooLong(tokens, served, media);
  const bounds = boundsOf(request);
  const terms = termsOf(request, facts, notes);
  if (request.gpu === undefined) notes.defaults.gpu = [DEFAULT_CHIP];
  const parts = (request.gpu ?? [DEFAULT_CHIP]).map(
    (name) => machineOf(chipNamed(name, facts, "--gpu").row, 1, facts).parts[0]!,
  );
  const refused: ProblemError[] = [];
  const reasons = newReasons();
  const options: Option[] = [];
  const points: FrontPoint[] = [];
  const sites = parts.flatMap((part) => {
    const gpus = gpusOf(request, part, notes.defaults);
    const goal: Goal = { tokens, demand: { kind: "closed", amount: 1 }, bounds, gpus };
    const site = siteOrProblem(() => siteOf(request, served, part, notes, true));
    if (site instanceof ProblemError) {
      refused.push(site);
      return [];
    }
    return sitesOf(request, site).map((one) => ({ site: one, gpus, goal }));
  });
  // one chip of several that cannot is left out and said; where none can, the first says why
  if (sites.length === 0) throw refused[0]!;
  for (const { problem } of refused) notes.warnings.push({ code: "W-CHIP", message: problem.message });
  for (const { site, gpus, goal } of sites) {
    for (const layout of candidateLayouts(site, { ...request, gpus })) {
      const option = judge(site, layout, goal, gpus, reasons, points);
      if (option !== undefined) options.push(option);
    }
    if (request.split !== true) continue;
    const splits = mostSplits(site, goal, request, gpus);
    reasons.considered += splits.length;
    options.push(...splits.map((carried) => ({ site, carried, gpus })));
  }
  const objective = request.objective ?? "throughput";
  const billed = options.map((option) => ({
    ...option,
    bill: servingBill(option.site, option.carried.most, terms, facts),
  }));
  if (billed.length === 0) refuseAll(request, parts, sites[0]!.gpus, reasons);
  billed.sort((a, b) => scoreOf(objective, a) - scoreOf(objective, b));
  const { gpus } = billed[0]!;
  return {
    result: {
      model: { name: served.model.name, params: served.model.params },
      request: { inputTokens: tokens.input, outputTokens: tokens.output, cachedTokens: tokens.cached ?? 0 },
      objective,
      gpus,
      chips: parts.map(({ row }) => row.id),
      considered: reasons.considered,
      best: billed.slice(0, request.top ?? DEFAULT_TOP).map(planPart),
      rejected: rejectedPart(reasons),
      front: frontOf(points),
    },
    ...notes,
  };
}

function siteOrProblem(make: () => Site): Site | ProblemError {
  try {
    return make();
  } catch (error) {
    if (error instanceof ProblemError) return error;
    throw error;
  }
}

function gpusOf(request: PlanInferRequest, part: MachinePart, defaults: Record<string, unknown>): number {
  const { gpus, budget } = request;
  if (gpus !== undefined && budget !== undefined) {
    refuse("E-OVER", "--gpus and --budget both say how many accelerators there are.", {
      flag: "--budget",
      hint: "Drop one.",
    });
  }
  if (budget === undefined) {
    if (gpus === undefined) defaults.gpus = SERVER;
    return gpus ?? SERVER;
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

/** The formats to try: those given, else 16 bits and what the chip multiplies natively. */
function sitesOf(request: PlanInferRequest, site: Site): readonly Site[] {
  const { peak } = site.part.chip;
  const weights: WeightPrecision[] = [site.weights];
  if (request.precision === undefined && site.engine.class !== "llamacpp") {
    if (peak.fp8 !== undefined) weights.push("fp8");
    if (peak.fp4 !== undefined) weights.push("nvfp4");
  }
  const kvs: (KvPrecision | undefined)[] = [request.kvPrecision];
  if (request.kvPrecision === undefined && peak.fp8 !== undefined) kvs.push("fp8");
  return weights.flatMap((precision) => kvs.map((kv) => ({ ...site, weights: precision, kv })));
}

interface Reasons {
  considered: number;
  memory: number;
  chips: number;
  bounds: number;
  /** The layout that comes nearest to the bounds. */
  nearest: { strain: number; text: string } | undefined;
}

const newReasons = (): Reasons => ({ considered: 0, memory: 0, chips: 0, bounds: 0, nearest: undefined });

function judge(
  site: Site,
  layout: ServingLayout,
  goal: Goal,
  gpus: number,
  reasons: Reasons,
  points: FrontPoint[],
): Option | undefined {
  reasons.considered++;
  const replicas = Math.floor(gpus / chipsOf(layout));
  if (replicas < 1) {
    reasons.chips++;
    return undefined;
  }
  const prepared = prepare(setupOf(site, layout));
  if (!fits(prepared, loadOf(goal, 1))) {
    reasons.memory++;
    return undefined;
  }
  const carried = mostCarried(prepared, goal, replicas, replicas, true);
  if (carried === undefined) {
    reasons.bounds++;
    const alone = deploymentAt(prepared, { ...goal, demand: { kind: "closed", amount: replicas } }, replicas);
    noteNearest(reasons, alone, goal, site);
  } else points.push(...curveOf(carried.most, goal, gpus, site));
  return carried === undefined ? undefined : { site, carried, gpus };
}

function noteNearest(reasons: Reasons, alone: Deployment, goal: Goal, { weights }: Site): void {
  if (reasons.nearest !== undefined && reasons.nearest.strain <= alone.strain) return;
  const worst = strains(alone.prepared, alone.load, alone.times, goal.bounds).sort(
    (a, b) => b.strain - a.strain,
  )[0];
  if (worst === undefined) return;
  const { metric, statistic, limit } = worst.bound;
  const reached = Math.round(worst.strain * limit * 1e5) / 100;
  reasons.nearest = {
    strain: alone.strain,
    text: `${metric} ${statistic} ${reached} ms with ${layoutText(alone.layout)} in ${weights}`,
  };
}

/** Users a replica at which the trade of speed against throughput is drawn. */
const CURVE = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

function curveOf(found: Deployment, goal: Goal, gpus: number, site: Site): readonly FrontPoint[] {
  const { prepared, replicas, layout } = found;
  const text = layoutText(layout);
  return CURVE.filter((batch) => batch <= found.times.fitting).map((batch) => {
    const there = deploymentAt(
      prepared,
      { ...goal, bounds: [], demand: { kind: "closed", amount: batch * replicas } },
      replicas,
    );
    return {
      outputTokensPerSecondPerUser: 1 / there.times.tpot,
      outputTokensPerSecondPerGpu: there.throughput / gpus,
      layout: text,
      precision: site.weights,
      batch,
    };
  });
}

export function layoutText({ tp, pp, dp }: ServingLayout): string {
  return `tp${tp}${pp > 1 ? ` pp${pp}` : ""}${dp > 1 ? ` dp${dp}` : ""}`;
}

interface Billed extends Option {
  readonly bill: ServingBill;
}

/** Lower is better. */
function scoreOf(objective: ServingObjective, { carried, gpus, bill }: Billed): number {
  const { times, throughput } = carried.most;
  if (objective === "latency") return times.tpot;
  if (objective === "cost") return costOf(bill, gpus, carried.most.gpus) ?? Number.POSITIVE_INFINITY;
  if (objective === "energy") return bill.energy?.joulesPerOutputToken ?? Number.POSITIVE_INFINITY;
  return gpus / throughput;
}

/** Of a million output tokens; accelerators that stay idle are paid for too. */
const costOf = ({ cost }: ServingBill, gpus: number, busy: number): number | undefined =>
  cost === undefined ? undefined : (cost.usdPerMillionOutputTokens * gpus) / busy;

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
  gpus: number,
  { bounds, nearest }: Reasons,
): never {
  const machine = `${gpus} x ${parts.map(({ row }) => row.name).join(" or ")}`;
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
