import type { Ratio, Seconds } from "../../units/quantity.ts";
import type { Prepared } from "./prepare.ts";
import { expectedTokens } from "./speculation.ts";
import type { ServiceTimes } from "./times.ts";

/** What the time of an output token goes to. */
export type Cause =
  | "weights"
  | "experts"
  | "kv"
  | "elementwise"
  | "all-reduce"
  | "dispatch"
  | "launch"
  | "engine"
  | "draft"
  | "prefill"
  | "preemption";

export interface CauseShare {
  readonly cause: Cause;
  readonly seconds: Seconds;
  /** Share of the mean time per output token. */
  readonly share: Ratio;
}

/** The mean time per output token by cause, largest first; the causes sum to it. */
export function tokenCauses(p: Prepared, t: ServiceTimes): readonly CauseShare[] {
  const { step } = t;
  const tokens = expectedTokens(p);
  const parts: readonly (readonly [Cause, Seconds])[] = [
    ["weights", step.weights / tokens],
    ["experts", step.experts / tokens],
    ["kv", step.kv / tokens],
    ["elementwise", step.elementwise / tokens],
    ["all-reduce", step.allReduce / tokens],
    ["dispatch", step.dispatch / tokens],
    ["launch", step.launch / tokens],
    ["engine", step.engine / tokens],
    ["draft", step.draft / tokens],
    ["prefill", t.interference],
    // what is left: requests that were admitted and had to yield their memory
    ["preemption", Math.max(0, t.tpot - t.gap - t.interference)],
  ];
  return parts
    .filter(([, seconds]) => seconds > SMALLEST * t.tpot)
    .map(([cause, seconds]) => ({ cause, seconds, share: seconds / t.tpot }))
    .sort((a, b) => b.seconds - a.seconds);
}

/** Rounding of the sum; smaller causes do not exist. */
const SMALLEST: Ratio = 1e-12;
