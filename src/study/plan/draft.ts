import type { Layout, Recompute, ZeroStage } from "../../core/training/job.ts";
import type { Count } from "../../units/quantity.ts";

/** A layout under construction: one object for a whole search. Absent fields stand as undefined, so that its form never changes. */
export interface Draft {
  tp: Count;
  pp: Count;
  vpp: Count;
  cp: Count;
  ep: Count;
  dp: Count;
  zero: ZeroStage;
  shardGroup: Count | undefined;
  microBatch: Count;
  sequenceParallel: boolean;
  recompute: Recompute;
  recomputeShare: undefined;
}

/** A layout that a search writes over. */
export const newDraft = (): Draft => ({
  tp: 1,
  pp: 1,
  vpp: 1,
  cp: 1,
  ep: 1,
  dp: 1,
  zero: 0,
  shardGroup: undefined,
  microBatch: 1,
  sequenceParallel: false,
  recompute: "none",
  recomputeShare: undefined,
});

/** The draft as the formulas take it. */
export const asLayout = (draft: Draft): Layout => draft as unknown as Layout;

/** A layout of its own, without what is absent. */
export function copyOf({ shardGroup, recomputeShare: _, ...rest }: Draft): Layout {
  return shardGroup === undefined ? rest : { ...rest, shardGroup };
}
