import { linksOf } from "../../core/hardware.ts";
import type { Layout, Recompute, TrainingJob, ZeroStage } from "../../core/training/job.ts";
import { layoutFault, layoutRules } from "../../core/training/layout.ts";
import { newStageMemory, peakBytes } from "../../core/training/memory.ts";
import { prepareJob } from "../../core/training/prepare.ts";
import { type MemoryEnd, prepareMemory } from "../../core/training/prepare-memory.ts";
import { evaluate, newWorkspace } from "../../core/training/step.ts";
import type { Bytes, Count, Seconds } from "../../units/quantity.ts";
import { bestLayout } from "./best.ts";
import { type Change, changesBetween } from "./difference.ts";
import type { Candidate } from "./outcome.ts";

/** What would fit in place of a layout that does not, and what it would take. */
export interface NearestFit extends Candidate {
  readonly changes: readonly Change[];
}

const STAGES: readonly ZeroStage[] = [1, 2, 3];
const MODES: readonly Recompute[] = ["selective", "ops", "mlp", "alternate", "full"];
/** Chips are doubled at most so often before the search gives up. */
const DOUBLINGS = 16;

/**
 * The nearest change that makes a layout fit: one axis, else two, on the same chips, the fastest of those that do; else the best
 * layout of these chips; else the smallest larger fleet. Undefined where nothing helps.
 */
export function nearestFit(
  job: TrainingJob,
  layout: Layout,
  end: MemoryEnd = "expected",
): NearestFit | undefined {
  const once = variations(job, layout);
  const near =
    fastest(job, once, end) ??
    fastest(
      job,
      once.flatMap((l) => variations(job, l)),
      end,
    );
  const found = near ?? bestLayout(job, {}, { end }).candidate ?? onMoreChips(job, end);
  return found === undefined ? undefined : { ...found, changes: changesBetween({ job, layout }, found) };
}

/** Every layout on the same chips that differs in one axis and could need less; replicas make room for other parallelism. */
function variations(job: TrainingJob, layout: Layout): Layout[] {
  const { tp, pp, cp, ep, dp, zero, microBatch, recompute } = layout;
  const factors = [2, 4, 8, 16].filter((f) => dp % f === 0);
  const stages = STAGES.filter((z) => z > zero);
  const modes = recompute === "full" ? [] : MODES.filter((mode) => mode !== recompute);
  const others: Layout[] = [
    ...(tp > 1 && !layout.sequenceParallel ? [{ ...layout, sequenceParallel: true }] : []),
    ...(layout.vpp > 1 ? [{ ...layout, vpp: 1 }] : []),
    ...stages.map((z) => ({ ...layout, zero: z })),
    ...modes.map((mode) => ({ ...layout, recompute: mode })),
    ...halvings(microBatch).map((b) => ({ ...layout, microBatch: b })),
    ...factors.map((f) => ({ ...layout, tp: tp * f, dp: dp / f, sequenceParallel: true })),
    ...factors.map((f) => ({ ...layout, pp: pp * f, dp: dp / f })),
    ...factors.map((f) => ({ ...layout, cp: cp * f, dp: dp / f })),
    ...[2, 4, 8, 16, 32, 64].map((f) => ({ ...layout, ep: ep * f })),
  ];
  const rules = layoutRules(job);
  return others.filter((other) => layoutFault(rules, other) === undefined);
}

function halvings(n: Count): Count[] {
  const smaller: Count[] = [];
  for (let b = n / 2; b >= 1 && Number.isInteger(b); b /= 2) smaller.push(b);
  return smaller;
}

function fastest(job: TrainingJob, layouts: readonly Layout[], end: MemoryEnd): Candidate | undefined {
  const memory = prepareMemory(job, end);
  const prepared = prepareJob(job);
  const room = newStageMemory();
  const work = newWorkspace();
  const capacity = job.chip.memory ?? Number.POSITIVE_INFINITY;
  let best: { layout: Layout; stepSeconds: Seconds; memory: Bytes } | undefined;
  for (const layout of layouts) {
    const bytes = peakBytes(memory, layout, room);
    if (bytes > capacity) continue;
    const stepSeconds = evaluate(prepared, layout, work);
    if (best === undefined || stepSeconds < best.stepSeconds) best = { layout, stepSeconds, memory: bytes };
  }
  return best === undefined ? undefined : { job, ...best };
}

/** The smallest larger fleet, in whole servers or a power of two within one, that holds the job: doubled until it does, then halved back towards the last that did not. */
function onMoreChips(job: TrainingJob, end: MemoryEnd): Candidate | undefined {
  const server = Math.min(linksOf(job.chip).domain, 8);
  const on = (chips: Count) => bestLayout({ ...job, chips }, {}, { batch: true, end }).candidate;
  let low = job.chips;
  for (let i = 0; i < DOUBLINGS; i++) {
    const unit = 2 * low < server ? 1 : server;
    let high = Math.ceil((2 * low) / unit) * unit;
    let found = on(high);
    if (found === undefined) {
      low = high;
      continue;
    }
    while (high - low > Math.max(server, high / 8)) {
      const middle = Math.ceil((low + high) / 2 / server) * server;
      if (middle >= high) break;
      const smaller = on(middle);
      if (smaller === undefined) low = middle;
      else {
        high = middle;
        found = smaller;
      }
    }
    return found;
  }
  return undefined;
}
