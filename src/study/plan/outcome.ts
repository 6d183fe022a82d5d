import type { Layout, TrainingJob } from "../../core/training/job.ts";
import { FAULT_TEXT, type LayoutFault } from "../../core/training/layout.ts";
import type { Bytes, Seconds } from "../../units/quantity.ts";
import type { Front, Top } from "../rank.ts";

/** Why a layout was turned away: it cannot run, does not fit, or shards nothing that a lower ZeRO stage does not. */
export type Rejection = LayoutFault | "memory" | "zero-pipeline" | "dp";

export const REJECTION_TEXT: Readonly<Record<Rejection, string>> = {
  ...FAULT_TEXT,
  memory: "does not fit in memory",
  "zero-pipeline": "ZeRO-2 and 3 shard no more than ZeRO-1 under a pipeline",
  dp: "chips do not make the replicas asked for",
};

/** Layouts of the space, every one counted once: rejected, pruned or evaluated. */
export interface Tally {
  considered: number;
  /** Step computed in full. */
  evaluated: number;
  /** Turned away by a lower bound that was already beaten. */
  pruned: number;
  readonly rejected: Map<Rejection, number>;
}

/** Counts of a search before it began. */
export const newTally = (): Tally => ({ considered: 0, evaluated: 0, pruned: 0, rejected: new Map() });

/** A layout that fits, with what it was ranked by. */
export interface Candidate {
  /** The job with the chips the layout uses and the batch it divides. */
  readonly job: TrainingJob;
  readonly layout: Layout;
  readonly stepSeconds: Seconds;
  /** Bytes a monitor would read on the fullest chip. */
  readonly memory: Bytes;
}

/** What a search ranks by, smaller first. */
export interface Goal {
  readonly by: "time" | "memory";
  /** What a second of the whole fleet costs, in the terms of the objective; 1 for time itself. */
  readonly perSecond: number;
  /** Seconds per sequence beyond which a layout is not ranked. */
  readonly slowest: Seconds;
  /** Second axis of the front, beside seconds per sequence: bytes on the fullest chip, or what those seconds cost. */
  readonly front: "memory" | "cost";
  /** What a second of the whole fleet costs in the front's terms. */
  readonly frontPerSecond: number;
}

/** Seconds per sequence, and nothing else. */
export const FASTEST: Goal = {
  by: "time",
  perSecond: 1,
  slowest: Number.POSITIVE_INFINITY,
  front: "memory",
  frontPerSecond: 1,
};

export interface Search {
  readonly goal: Goal;
  readonly top: Top<Candidate>;
  /** Undefined where nobody asks: then whatever is too slow goes unseen. */
  readonly front: Front<Candidate> | undefined;
  readonly tally: Tally;
  /** The leanest layout seen, whether or not it fits. */
  leanest: { readonly job: TrainingJob; readonly layout: Layout; readonly memory: Bytes } | undefined;
}
