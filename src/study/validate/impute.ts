import type { Layout, TrainingJob } from "../../core/training/job.ts";
import { newStageMemory, peakBytes } from "../../core/training/memory.ts";
import { type PreparedMemory, prepareMemory } from "../../core/training/prepare-memory.ts";

/** What a source does not state and a prediction has to fill in. */
export type Imputed = "recompute" | "micro-batch" | "virtual-stages";

/** A layout of which these may be unknown. */
export type PartialLayout = Omit<Layout, "microBatch" | "recompute" | "vpp"> &
  Partial<Pick<Layout, "microBatch" | "recompute" | "vpp">>;

/** What is tried where a source is silent. */
const MICRO_BATCHES = [1, 2, 4, 8] as const;
const VIRTUAL_STAGES = [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16] as const;
/** Steps in which recomputation is spread over the layers. */
const SHARES = 8;

/**
 * Complete layouts for one that is not: each micro-batch that divides the batch and fits, with no more recomputation than
 * memory asks for (whole layers, as many as it takes), and virtual stages where the stack is a vendor's, whose recipes
 * interleave. The caller takes the fastest. Capacity is compared with the low end of the need: the run did fit.
 */
export function completeLayouts(
  job: TrainingJob,
  layout: PartialLayout,
): { readonly layouts: readonly Layout[]; readonly imputed: readonly Imputed[] } {
  const imputed: Imputed[] = [];
  if (layout.vpp === undefined && layout.pp > 1) imputed.push("virtual-stages");
  if (layout.microBatch === undefined) imputed.push("micro-batch");
  if (layout.recompute === undefined) imputed.push("recompute");
  const need = prepareMemory(job, "low");
  const capacity = job.chip.memory ?? Number.POSITIVE_INFINITY;
  const all = microBatchesOf(job, layout).flatMap((microBatch) =>
    virtualStagesOf(job, layout, microBatch).map((vpp) =>
      layout.recompute === undefined
        ? withLeastRecompute(need, { ...layout, vpp, microBatch, recompute: "none" }, capacity)
        : { ...layout, vpp, microBatch, recompute: layout.recompute },
    ),
  );
  if (imputed.length === 0) return { layouts: all, imputed };
  const room = newStageMemory();
  const fitting = all.filter((l) => shared(need, l, room) <= capacity);
  return { layouts: fitting.length > 0 ? fitting : all.slice(0, 1), imputed };
}

/** Recipes with a pipeline keep its micro-batches at one sequence; others take the fastest that fits. */
function microBatchesOf(job: TrainingJob, { microBatch, dp, pp }: PartialLayout): readonly number[] {
  if (microBatch === undefined && pp > 1) return [1];
  return microBatch === undefined
    ? MICRO_BATCHES.filter((b) => (job.globalBatch / dp) % b === 0)
    : [microBatch];
}

function virtualStagesOf(
  job: TrainingJob,
  { vpp, pp, dp }: PartialLayout,
  microBatch: number,
): readonly number[] {
  if (vpp !== undefined) return [vpp];
  if (pp === 1 || job.stack.level !== "vendor" || (job.globalBatch / dp / microBatch) % pp !== 0) return [1];
  const layers = job.shape.groups.reduce((n, g) => n + g.count, 0);
  return VIRTUAL_STAGES.filter((v) => layers % (pp * v) === 0 || v === 1);
}

/** Peak of a layout; recomputation over a share of the layers lies between none and all. */
function shared(need: PreparedMemory, layout: Layout, room: ReturnType<typeof newStageMemory>): number {
  const x = layout.recompute === "none" ? 0 : (layout.recomputeShare ?? 1);
  const kept = x === 1 ? 0 : peakBytes(need, { ...layout, recompute: "none" }, room);
  return x === 0 ? kept : (1 - x) * kept + x * peakBytes(need, layout, room);
}

/** The layout with the smallest share of recomputed layers that fits; all of them where none does. */
function withLeastRecompute(need: PreparedMemory, layout: Layout, capacity: number): Layout {
  const room = newStageMemory();
  const none = peakBytes(need, { ...layout, recompute: "none" }, room);
  const full: Layout = { ...layout, recompute: "full" };
  const least = peakBytes(need, full, room);
  if (none <= capacity) return { ...layout, recompute: "none" };
  const share = Math.ceil(((none - capacity) / Math.max(1, none - least)) * SHARES) / SHARES;
  return share >= 1 ? full : { ...full, recomputeShare: share };
}
