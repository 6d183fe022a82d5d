import type { Chip } from "../../core/chip.ts";
import { assume } from "../../core/estimate.ts";
import type { Layout, TrainingJob } from "../../core/training/job.ts";
import {
  type MemoryVerdict,
  memoryRange,
  memoryVerdict,
  trainingMemory,
} from "../../core/training/memory.ts";
import type { MemoryEnd } from "../../core/training/prepare-memory.ts";
import type { Bytes, Count, Joules, Ratio, Seconds, Usd, Watts } from "../../units/quantity.ts";
import { type Front, newFront, newTop, thinned } from "../rank.ts";
import { type Difference, differenceFrom } from "./difference.ts";
import {
  type Candidate,
  FASTEST,
  type Goal,
  newTally,
  type Rejection,
  type Search,
  type Tally,
} from "./outcome.ts";
import { searchLayouts } from "./search.ts";
import { type TrainingSpace, usableCounts } from "./space.ts";

/** A fleet to plan for, with what its chips cost and draw where that is known. */
export interface PlanFleet {
  readonly chip: Chip;
  readonly chips: Count;
  readonly usdPerChipSecond?: number;
  /** Mean power of one chip at work, servers and network included. */
  readonly wattsPerChip?: Watts;
}

/**
 * `time`: seconds per token; `cost` and `energy`: of the whole fleet per token; `headroom`: free memory on the fullest chip, among
 * layouts not much slower than the fastest.
 */
export type PlanObjective = "time" | "cost" | "energy" | "headroom";

/** A layout that fits a fleet, with what it takes. */
export interface PlannedLayout {
  readonly fleet: PlanFleet;
  readonly job: TrainingJob;
  readonly layout: Layout;
  readonly stepSeconds: Seconds;
  readonly tokensPerSecond: number;
  /** Over every chip of the fleet, idle ones too. */
  readonly tokensPerSecondPerChip: number;
  readonly memory: Bytes;
  /** Share of the chip's memory that stays free; absent where the chip's memory is unknown. */
  readonly headroom?: Ratio;
  readonly verdict: MemoryVerdict;
  readonly usdPerToken?: Usd;
  readonly joulesPerToken?: Joules;
  /** Against the best; absent for the best itself. */
  readonly difference?: Difference;
}

export interface TrainingPlan {
  readonly objective: PlanObjective;
  /** The best layouts, best first; empty where nothing fits. */
  readonly best: readonly PlannedLayout[];
  /** Layouts that none beats both in time and in the other axis. */
  readonly front: readonly PlannedLayout[];
  readonly frontAgainst: "memory" | "cost";
  /** Nothing fits at the high end of the memory interval; these fit at its low end. */
  readonly tight: boolean;
  readonly considered: Count;
  readonly evaluated: Count;
  readonly pruned: Count;
  /** Reasons with the layouts they turned away, most first. */
  readonly rejected: readonly { readonly reason: Rejection; readonly layouts: Count }[];
  /** The leanest layout, for where nothing fits. */
  readonly leanest: Search["leanest"];
  /** Fleets whose price or power the objective needs and nobody knows. */
  readonly unrated: readonly PlanFleet[];
}

export interface PlanOptions {
  readonly space?: TrainingSpace;
  /** Fleets to choose among; the job's own chips when absent. */
  readonly fleets?: readonly PlanFleet[];
  readonly objective?: PlanObjective;
  readonly top?: Count;
  /** Members of the front to return at most. */
  readonly front?: Count;
}

const DEFAULT_TOP = 5;
const DEFAULT_FRONT = 12;
/** Layouts this many times slower than the fastest are no choice, however much memory they leave. */
const SLOWEST = 4;
/** And this many times slower, free memory alone is no reason to take them. */
export const SLOWEST_ROOMY = assume(
  1.25,
  [1.1, 1.5],
  "a choice: free memory is worth no more than a quarter of the speed",
  "2026",
);

/** Searches every layout of a space over one or several fleets, ranks them by one objective and keeps the front of two. */
export function planTraining(job: TrainingJob, options: PlanOptions = {}): TrainingPlan {
  const fleets = options.fleets ?? [{ chip: job.chip, chips: job.chips }];
  const objective = options.objective ?? "time";
  const rated = fleets.filter((fleet) => rateOf(fleet, objective) !== undefined);
  const against = fleets.length > 1 ? "cost" : "memory";
  const { found, tight } = firstThatFits(options.space, (end, space) =>
    searchFleets(job, rated, objective, against, { ...options, space }, end),
  );
  const { top, front, tally, leanest } = found;
  const planned = (one: Candidate) => plannedLayout(one, fleetOf(rated, one));
  const [best] = top.items;
  // what a second of its fleet costs over a second of the best's
  const dearer = (one: Candidate): Ratio =>
    (rateOf(fleetOf(rated, one), objective) ?? 1) / (rateOf(fleetOf(rated, best!), objective) ?? 1);
  return {
    objective,
    best: top.items.map((one, i) =>
      i === 0 ? planned(one) : { ...planned(one), difference: differenceFrom(best!, one, dearer(one)) },
    ),
    front: front === undefined ? [] : choices(front, against, options.front ?? DEFAULT_FRONT).map(planned),
    frontAgainst: against,
    tight,
    considered: tally.considered,
    evaluated: tally.evaluated,
    pruned: tally.pruned,
    rejected: reasonsOf(tally),
    leanest,
    unrated: fleets.filter((fleet) => !rated.includes(fleet)),
  };
}

type Found = Omit<Search, "goal">;

/** What fits for sure, else what may, else with chips left idle; where nothing does, the first search. */
function firstThatFits(
  space: TrainingSpace = {},
  search: (end: MemoryEnd, space: TrainingSpace) => Found,
): { readonly found: Found; readonly tight: boolean } {
  const idles = space.idleChips === undefined ? [false, true] : [space.idleChips];
  let first: Found | undefined;
  for (const idleChips of idles) {
    for (const end of ["high", "low"] as const) {
      const found = search(end, { ...space, idleChips });
      first ??= found;
      if (found.top.items.length > 0) return { found, tight: end === "low" };
    }
  }
  return { found: first!, tight: false };
}

/** The front thinned to so many, without what is far too slow to be chosen for its memory. */
function choices(front: Front<Candidate>, against: Goal["front"], most: Count): readonly Candidate[] {
  if (against === "cost") return thinned(front, most);
  const count = front.first.filter((seconds) => seconds <= SLOWEST * front.first[0]!).length;
  const { first, second, items } = front;
  return thinned(
    { first: first.slice(0, count), second: second.slice(0, count), items: items.slice(0, count) },
    most,
  );
}

/** What a second of the fleet costs in the terms of an objective; undefined where that takes a price or a power nobody knows. */
function rateOf({ chips, usdPerChipSecond, wattsPerChip }: PlanFleet, objective: PlanObjective) {
  if (objective === "time" || objective === "headroom") return 1;
  const each = objective === "cost" ? usdPerChipSecond : wattsPerChip;
  return each === undefined ? undefined : each * chips;
}

function searchFleets(
  job: TrainingJob,
  fleets: readonly PlanFleet[],
  objective: PlanObjective,
  against: Goal["front"],
  options: PlanOptions,
  end: MemoryEnd,
): Found {
  const shared = {
    top: newTop<Candidate>(options.top ?? DEFAULT_TOP),
    front: options.front === 0 ? undefined : newFront<Candidate>(),
    tally: newTally(),
  };
  // money where every fleet has a price, chip-seconds else
  const priced = fleets.every((fleet) => fleet.usdPerChipSecond !== undefined);
  const space = options.space ?? {};
  const roomy = objective === "headroom";
  let leanest: Search["leanest"];
  for (const fleet of fleets) {
    const jobs = usableCounts(fleet.chips).map((chips): TrainingJob => ({ ...job, chip: fleet.chip, chips }));
    const goal: Goal = {
      by: roomy ? "memory" : "time",
      perSecond: rateOf(fleet, objective) ?? 1,
      slowest: roomy ? SLOWEST_ROOMY.value * leastSeconds(jobs, space, end) : Number.POSITIVE_INFINITY,
      front: against,
      frontPerSecond: priced ? fleet.usdPerChipSecond! * fleet.chips : fleet.chips,
    };
    for (const tried of jobs) {
      const search: Search = { ...shared, goal, leanest };
      searchLayouts(tried, space, search, end);
      leanest = search.leanest;
    }
  }
  return { ...shared, leanest };
}

/** Seconds per sequence of the fastest layout of several jobs; infinite where none fits. */
function leastSeconds(jobs: readonly TrainingJob[], space: TrainingSpace, end: MemoryEnd): Seconds {
  const top = newTop<Candidate>(1);
  for (const job of jobs) {
    const search: Search = { goal: FASTEST, top, front: undefined, tally: newTally(), leanest: undefined };
    searchLayouts(job, space, search, end);
  }
  return top.costs[0] ?? Number.POSITIVE_INFINITY;
}

/** The fleet a layout was found on: the smallest of its chip that has room for it. */
function fleetOf(fleets: readonly PlanFleet[], found: Candidate): PlanFleet {
  const holders = fleets.filter((f) => f.chip.id === found.job.chip.id && f.chips >= found.job.chips);
  return holders.reduce((a, b) => (b.chips < a.chips ? b : a));
}

function plannedLayout(found: Candidate, fleet: PlanFleet): PlannedLayout {
  const { job, layout, stepSeconds } = found;
  const memory = trainingMemory(job, layout).reserved;
  const tokensPerSecond = (job.globalBatch * job.seq) / stepSeconds;
  const { usdPerChipSecond: usd, wattsPerChip: watts } = fleet;
  return {
    fleet,
    job,
    layout,
    stepSeconds,
    tokensPerSecond,
    tokensPerSecondPerChip: tokensPerSecond / fleet.chips,
    memory,
    ...(job.chip.memory === undefined ? {} : { headroom: 1 - memory / job.chip.memory }),
    verdict: memoryVerdict(memoryRange(job, layout), job.chip.memory),
    ...(usd === undefined ? {} : { usdPerToken: (usd * fleet.chips) / tokensPerSecond }),
    ...(watts === undefined ? {} : { joulesPerToken: (watts * fleet.chips) / tokensPerSecond }),
  };
}

const reasonsOf = ({ rejected }: Tally) =>
  [...rejected]
    .map(([reason, layouts]) => ({ reason, layouts }))
    .sort((a, b) => b.layouts - a.layouts || a.reason.localeCompare(b.reason));
