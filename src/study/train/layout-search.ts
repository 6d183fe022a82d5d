import { linksOf } from "../../core/hardware.ts";
import type { Layout, Recompute, TrainingJob, ZeroStage } from "../../core/training/job.ts";
import {
  contextFault,
  expertFault,
  type LayoutRules,
  layoutRules,
  pipelineFault,
  tensorFault,
} from "../../core/training/layout.ts";
import { newStageMemory, peakBytes } from "../../core/training/memory.ts";
import { prepareJob } from "../../core/training/prepare.ts";
import { prepareMemory } from "../../core/training/prepare-memory.ts";
import { evaluate, newWorkspace } from "../../core/training/step.ts";

/** What the user fixed of the layout; the rest is searched. */
export type FixedLayout = Partial<Layout> & { readonly globalBatch?: number };

export interface Choice {
  readonly layout: Layout;
  /** The job with the chips that the layout uses, and a batch that it divides. */
  readonly job: TrainingJob;
  readonly stepSeconds: number;
  readonly peakBytes: number;
  /** Tokens/s of the whole job. */
  readonly tokensPerSecond: number;
}

const POWERS = [1, 2, 4, 8, 16, 32, 64];
const RECOMPUTE: readonly Recompute[] = ["none", "ops", "full"];
/** Context parallelism is tried from this sequence length on. */
const LONG_SEQ = 16_384;
const MOST_STAGES = 64;

/**
 * The fastest layout that fits, over tensor, pipeline, context and expert degrees, ZeRO stage, micro-batch and recomputation;
 * also the one of least memory, for where none fits. Memory is taken at the given end of its interval. Chips that no layout can use stay idle.
 */
export function searchLayout(
  job: TrainingJob,
  fixed: FixedLayout,
  side: "low" | "high",
): { best: Choice | undefined; smallest: Choice | undefined } {
  const rules = layoutRules(job);
  const work = newWorkspace();
  const room = newStageMemory();
  const variants = new Map<string, ReturnType<typeof variantOf>>();
  const capacity = job.chip.memory ?? Number.POSITIVE_INFINITY;
  let best: Choice | undefined;
  let smallest: Choice | undefined;
  for (const cut of cutsOf(job, rules, fixed)) {
    const dp = fixed.dp ?? Math.floor(job.chips / (cut.tp * cut.pp * cut.cp));
    if (dp < 1 || dp * cut.tp * cut.pp * cut.cp > job.chips) continue;
    for (const ep of expertsOf(rules, cut.tp * cut.cp * dp, fixed)) {
      for (const microBatch of fixed.microBatch === undefined ? POWERS.slice(0, 5) : [fixed.microBatch]) {
        const batch = batchOf(job, fixed, dp * microBatch);
        if (batch === undefined) continue;
        const used = dp * cut.tp * cut.pp * cut.cp;
        const key = `${used} ${batch}`;
        const variant = variants.get(key) ?? variantOf({ ...job, chips: used, globalBatch: batch }, side);
        variants.set(key, variant);
        for (const zero of zerosOf(cut.pp, fixed)) {
          for (const recompute of fixed.recompute === undefined ? RECOMPUTE : [fixed.recompute]) {
            const layout: Layout = {
              ...cut,
              ep,
              dp,
              zero,
              microBatch,
              recompute,
              sequenceParallel: fixed.sequenceParallel ?? cut.tp > 1,
              ...(fixed.shardGroup === undefined ? {} : { shardGroup: fixed.shardGroup }),
            };
            const bytes = peakBytes(variant.memory, layout, room);
            const fits = bytes <= capacity;
            if (!fits && smallest !== undefined && bytes >= smallest.peakBytes) continue;
            const seconds = evaluate(variant.prepared, layout, work);
            const choice = {
              layout,
              job: variant.job,
              stepSeconds: seconds,
              peakBytes: bytes,
              tokensPerSecond: (batch * job.seq) / seconds,
            };
            if (smallest === undefined || bytes < smallest.peakBytes) smallest = choice;
            if (fits && (best === undefined || choice.tokensPerSecond > best.tokensPerSecond)) best = choice;
            // a recomputation that is not needed only costs time
            if (fits) break;
          }
        }
      }
    }
  }
  return { best, smallest };
}

function variantOf(job: TrainingJob, side: "low" | "high") {
  return { job, prepared: prepareJob(job), memory: prepareMemory(job, side) };
}

type Cut = Pick<Layout, "tp" | "pp" | "vpp" | "cp">;

function* cutsOf(job: TrainingJob, rules: LayoutRules, fixed: FixedLayout): Generator<Cut> {
  const { domain } = linksOf(job.chip);
  const most = Math.max(8, Math.min(domain, 16));
  const tps = fixed.tp === undefined ? POWERS.filter((tp) => tp <= Math.min(most, job.chips)) : [fixed.tp];
  const cps = fixed.cp === undefined ? (job.seq >= LONG_SEQ ? [1, 2, 4, 8, 16] : [1]) : [fixed.cp];
  const pps =
    fixed.pp === undefined
      ? Array.from({ length: Math.min(MOST_STAGES, rules.layers, job.chips) }, (_, index) => index + 1)
      : [fixed.pp];
  for (const tp of tps) {
    if (tensorFault(rules, tp) !== undefined) continue;
    for (const cp of cps) {
      if (contextFault(rules, cp) !== undefined) continue;
      for (const pp of pps) {
        if (tp * cp * pp > job.chips) continue;
        const vpps = fixed.vpp === undefined ? (pp === 1 ? [1] : [1, 2, 3, 4, 5, 6, 8]) : [fixed.vpp];
        for (const vpp of vpps) if (pipelineFault(rules, pp, vpp) === undefined) yield { tp, pp, vpp, cp };
      }
    }
  }
}

function expertsOf(rules: LayoutRules, ranks: number, fixed: FixedLayout): readonly number[] {
  const candidates = fixed.ep === undefined ? (rules.experts.length === 0 ? [1] : POWERS) : [fixed.ep];
  return candidates.filter((ep) => expertFault(rules, ep, ranks) === undefined);
}

const zerosOf = (pp: number, fixed: FixedLayout): readonly ZeroStage[] =>
  fixed.zero === undefined ? (pp === 1 ? [1, 3] : [1]) : [fixed.zero];

/** The batch that was given, if the replicas divide it; else the wanted one, rounded up to what they divide. */
function batchOf(job: TrainingJob, fixed: FixedLayout, step: number): number | undefined {
  if (fixed.globalBatch === undefined) return Math.ceil(job.globalBatch / step) * step;
  return fixed.globalBatch % step === 0 ? fixed.globalBatch : undefined;
}
