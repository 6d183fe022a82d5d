import {
  type DisaggregatedTimes,
  disaggregatedLoop,
  disaggregatedOpen,
  fullestDecode,
} from "../../core/serving/disaggregated.ts";
import { preparePrompt } from "../../core/serving/prefill.ts";
import { type Prepared, prepare } from "../../core/serving/prepare.ts";
import { fits } from "../../core/serving/service.ts";
import { chipsOf, type Load, type ServingLayout } from "../../core/serving/setup.ts";
import { endToEnd } from "../../core/serving/times.ts";
import { noAnswer, refuse } from "../../units/problem.ts";
import { candidateLayouts } from "./layouts.ts";
import { climb, type Most } from "./most.ts";
import type { InferRequest } from "./request.ts";
import { burstOf, type Deployment, type Goal, strainOf } from "./search.ts";
import { type Site, setupOf } from "./setup.ts";

/** Prompts on accelerators of their own. */
export interface Split {
  readonly prefillGpus: number;
  readonly decodeGpus: number;
  readonly prefillLayout: ServingLayout;
  readonly prefillWorkers: number;
  readonly decodeWorkers: number;
  readonly transferSeconds: number;
  /** Share of the time that prefill accelerators work. */
  readonly prefillBusy: number;
}

export interface SplitDeployment extends Deployment {
  readonly split: Split;
}

/** Whether a request sets prompts apart; both numbers belong together. */
export function isSplit({ prefillGpus, decodeGpus, gpus }: InferRequest, { demand }: Goal): boolean {
  if (prefillGpus === undefined && decodeGpus === undefined) return false;
  if (prefillGpus === undefined || decodeGpus === undefined) {
    refuse("E-UNDER", "--prefill-gpus and --decode-gpus go together.", {
      flag: prefillGpus === undefined ? "--prefill-gpus" : "--decode-gpus",
    });
  }
  if (gpus !== undefined) {
    refuse("E-OVER", "--gpus is the sum of --prefill-gpus and --decode-gpus.", {
      flag: "--gpus",
      hint: "Drop it.",
    });
  }
  if (demand.kind === "closed" || demand.kind === "open") return true;
  return refuse("E-UNUSED", "--prefill-gpus and --decode-gpus go with --concurrency or a rate.", {
    flag: "--prefill-gpus",
  });
}

/** The best layouts of both sides: bounds met first, then the most tokens a second. */
export function splitDeployment(site: Site, goal: Goal, request: InferRequest): SplitDeployment {
  const { prefillGpus = 1, decodeGpus = 1 } = request;
  const sides = [prefillGpus, decodeGpus].map((gpus) => workersOf(site, goal, request, gpus));
  let best: SplitDeployment | undefined;
  for (const prefill of sides[0]!)
    for (const decode of sides[1]!) {
      const found = splitAt(prefill, decode, goal, prefillGpus + decodeGpus);
      if (best === undefined || better(found, best)) best = found;
    }
  if (best !== undefined) return best;
  return noAnswer(
    "E-MEMORY",
    `${site.model.name} in ${site.weights} does not fit ${Math.min(prefillGpus, decodeGpus)} x ${site.part.row.name}.`,
    { flag: prefillGpus < decodeGpus ? "--prefill-gpus" : "--decode-gpus", hint: "Give that side more." },
  );
}

/** Prefill's parts of the accelerators that are tried. */
const PARTS = 8;

/** For each share of accelerators set apart for prompts, the layouts that carry the most users within the bounds. */
export function mostSplits(
  site: Site,
  goal: Goal,
  request: InferRequest,
  gpus: number,
): readonly SplitMost[] {
  const counts = Array.from({ length: PARTS - 1 }, (_, part) => Math.round((gpus * (part + 1)) / PARTS));
  return [...new Set(counts)].flatMap((prefillGpus) => {
    if (prefillGpus < 1 || prefillGpus >= gpus) return [];
    const prefills = workersOf(site, goal, request, prefillGpus);
    const decodes = workersOf(site, goal, request, gpus - prefillGpus);
    const best = bestSplit(prefills, decodes, goal, gpus);
    return best === undefined ? [] : [best];
  });
}

/** The pair that carries the most; pairs that could not carry more than one that is known are not worked out. */
function bestSplit(
  prefills: readonly Workers[],
  decodes: readonly Workers[],
  goal: Goal,
  gpus: number,
): SplitMost | undefined {
  const reads = prefills.map((prefill) => promptCeiling(prefill, goal));
  const writes = decodes.map((decode) => tokenCeiling(decode, goal));
  const pairs = prefills.flatMap((prefill, i) =>
    decodes.map((decode, j) => ({ prefill, decode, ceiling: Math.min(reads[i]!, writes[j]!) })),
  );
  let best: SplitMost | undefined;
  for (const { prefill, decode, ceiling } of pairs.sort((a, b) => b.ceiling - a.ceiling)) {
    if (ceiling <= (best?.most.throughput ?? 0)) break;
    const at = (amount: number) =>
      splitAt(prefill, decode, { ...goal, demand: { kind: "closed", amount } }, gpus);
    const found = climb(at, carriesSplit, goal, 1, 1) as SplitMost | undefined;
    if (found !== undefined && found.most.throughput > (best?.most.throughput ?? 0)) best = found;
  }
  return best;
}

/** Output tokens a second that prefill workers could feed if they never stood idle. */
function promptCeiling({ prepared, workers }: Workers, { tokens }: Goal): number {
  const { work } = preparePrompt(prepared, tokens.input, tokens.cached);
  return (workers * prepared.setup.layout.dp * tokens.output) / work;
}

/** Output tokens a second of decode workers that are as full as memory and the bounds on TPOT let them be. */
function tokenCeiling({ prepared, workers }: Workers, { tokens, bounds }: Goal): number {
  // a median may lie below the mean; higher percentiles lie above
  const limits = bounds.filter(({ metric, statistic }) => metric === "tpot" && statistic !== "p50");
  const full = fullestDecode(prepared, tokens, Math.min(Infinity, ...limits.map(({ limit }) => limit)));
  if (full === undefined) return 0;
  const held = endToEnd(0, full.tpot, tokens.output);
  return held > 0 ? (workers * full.batch * tokens.output) / held : Infinity;
}

interface SplitMost extends Most {
  readonly most: SplitDeployment;
}

/** Bounds are met and nobody waits for room beside the running. */
const carriesSplit = ({ strain, times }: Deployment): boolean =>
  strain <= 1 && times.batch < FULL * times.fitting;

/** Bounds first, then keeping up, then the sooner answer. */
function better(a: Deployment, b: Deployment): boolean {
  const [over, under] = [Math.max(1, a.strain), Math.max(1, b.strain)];
  if (over !== under) return over < under;
  if (a.times.overloaded !== b.times.overloaded) return b.times.overloaded;
  return a.times.overloaded ? a.throughput > b.throughput : a.times.e2e < b.times.e2e;
}

interface Workers {
  readonly prepared: Prepared;
  readonly workers: number;
}

function workersOf(site: Site, { tokens }: Goal, request: InferRequest, gpus: number): readonly Workers[] {
  const layouts = candidateLayouts(site, { ...request, gpus });
  return layouts.flatMap((layout) => {
    const prepared = prepare(setupOf(site, layout));
    const one = { ...tokens, kind: "closed", concurrency: 1 } as const;
    return fits(prepared, one) ? [{ prepared, workers: Math.floor(gpus / chipsOf(layout)) }] : [];
  });
}

function splitAt(prefill: Workers, decode: Workers, goal: Goal, gpus: number): SplitDeployment {
  const { tokens, demand } = goal;
  const pair = {
    prefill: prefill.prepared,
    prefillWorkers: prefill.workers,
    decode: decode.prepared,
    decodeWorkers: decode.workers,
  };
  const amount = demand.kind === "saturated" ? 1 : demand.amount;
  const arriving =
    demand.kind === "open"
      ? disaggregatedOpen(pair, { ...tokens, ...burstOf(demand, 1) }, amount)
      : undefined;
  const overloaded = demand.kind === "open" && arriving === undefined;
  const users = overloaded ? OVERLOADED_USERS * decode.workers : amount;
  const there =
    arriving ?? withinCapacity(disaggregatedLoop(pair, tokens, users), decode.workers, users, tokens.output);
  const chips = prefill.workers * chipsOf(prefill.prepared.setup.layout);
  const load: Load =
    demand.kind === "open"
      ? { ...tokens, kind: "open", rate: amount / decode.workers, ...burstOf(demand, decode.workers) }
      : { ...tokens, kind: "closed", concurrency: users / decode.workers };
  const times = {
    ...there,
    gap: there.tpot,
    interference: 0,
    promptWork: preparePrompt(prefill.prepared, tokens.input, tokens.cached).work,
    waiting: there.prefillBusy,
    overloaded,
  };
  return {
    layout: decode.prepared.setup.layout,
    prepared: decode.prepared,
    replicas: decode.workers,
    gpus,
    load,
    times,
    strain: strainOf(decode.prepared, load, times, goal.bounds),
    throughput: there.throughput,
    promptShare: chips / gpus,
    split: {
      prefillGpus: chips,
      decodeGpus: decode.workers * chipsOf(decode.prepared.setup.layout),
      prefillLayout: prefill.prepared.setup.layout,
      prefillWorkers: prefill.workers,
      decodeWorkers: decode.workers,
      transferSeconds: there.transfer,
      prefillBusy: there.prefillBusy,
    },
  };
}

/** Full decode workers write no faster for a longer queue: who waits longer by Little's law waits before the first token. */
function withinCapacity(
  t: DisaggregatedTimes,
  workers: number,
  users: number,
  output: number,
): DisaggregatedTimes {
  const decode = endToEnd(0, t.tpot, output);
  const most = decode > 0 ? (workers * t.batch * output) / decode : Infinity;
  if (t.batch < FULL * t.fitting || t.throughput <= most) return t;
  const e2e = (users * output) / most;
  return { ...t, throughput: most, e2e, ttft: e2e - decode };
}

/** A worker with this share of the requests that fit has no room for more. */
const FULL = 0.999;
/** Users a decode worker has where more arrive than it can serve: enough to be full. */
const OVERLOADED_USERS = 4096;
