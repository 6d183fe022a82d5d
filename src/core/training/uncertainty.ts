import type { Count, Ratio } from "../../units/quantity.ts";
import { matmulBasis } from "../hardware.ts";
import type { TrainingJob } from "./job.ts";

/** Measured over predicted throughput: the band that held the middle 90 % of predictions of sources left out of the fit. */
export interface ErrorBand {
  readonly low: Ratio;
  readonly high: Ratio;
  /** Configurations measured, and the publications they come from. */
  readonly n: Count;
  readonly sources: Count;
}

/** Quantiles over left-out sources, each source with equal weight: npm run fit. */
export const THROUGHPUT_ERROR: Readonly<Record<"dense" | "moe", ErrorBand>> = {
  dense: { low: 0.79, high: 1.12, n: 391, sources: 12 },
  moe: { low: 0.74, high: 1.51, n: 27, sources: 2 },
};

/**
 * How far from the expected need to its extremes, where every assumption stands at its own end, the middle 90 % of measured peaks
 * lie; each source with equal weight. No constant of the memory model is fitted to them.
 */
export const MEMORY_REACH: { readonly value: Ratio; readonly n: Count; readonly sources: Count } = {
  value: 0.635,
  n: 49,
  sources: 3,
};

/** What a prediction did not know and none of the validated ones had to guess. */
export type Unknown = "layout" | "shape" | "sibling-matmul" | "default-matmul" | "research-stack";

/** Half-widths, in logarithms, that a guess adds; they add in quadrature. Set by hand: errors of the guesses themselves. */
const WIDENING: Readonly<Record<Unknown, number>> = {
  // the best of a search against the best a team found
  layout: 0.08,
  // typical width to depth, and vocabulary, for a size
  shape: 0.07,
  // spread of matmul fractions over chips of one architecture
  "sibling-matmul": 0.08,
  // and over all chips
  "default-matmul": 0.2,
  // Megatron-DeepSpeed and one-off code beside maintained stacks of the same year
  "research-stack": 0.12,
};

/** Unknowns that the job itself shows. */
export function unknownsOf(job: TrainingJob): Unknown[] {
  const basis = matmulBasis(job.chip);
  return [
    ...(basis === "measured"
      ? []
      : [basis === "sibling" ? ("sibling-matmul" as const) : ("default-matmul" as const)]),
    ...(job.stack.level === "research" ? ["research-stack" as const] : []),
  ];
}

/** Band of measured over predicted throughput for a job, with the unknowns of its own and those given. */
export function throughputError(job: TrainingJob, guessed: readonly Unknown[] = []): ErrorBand {
  const moe = job.shape.groups.some(({ mlp }) => mlp.kind === "moe" && mlp.experts > 1);
  const base = THROUGHPUT_ERROR[moe ? "moe" : "dense"];
  let variance = 0;
  for (const unknown of new Set([...unknownsOf(job), ...guessed])) variance += WIDENING[unknown] ** 2;
  const widen = (ratio: Ratio) =>
    Math.exp(Math.sign(Math.log(ratio)) * Math.hypot(Math.log(ratio), Math.sqrt(variance)));
  return { ...base, low: widen(base.low), high: widen(base.high) };
}
