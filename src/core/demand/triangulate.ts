import type { Count, FlopPerSecond, Ratio, Seconds, UsdPerSecond, Watts } from "../../units/quantity.ts";
import { SECONDS_PER_DAY } from "../../units/quantity.ts";
import { FLOP_PER_PARAM_SERVED, type Normalised, normalise } from "./serving.ts";

export type Method = "latency" | "compute" | "throughput";

/** One traffic figure, with what each method needs; a method whose inputs are absent is left out. */
export interface TrafficFigure {
  readonly tokensPerDay: Count;
  /** Tokens that cost compute, where some are read from a cache. All of them where absent. */
  readonly computedPerDay?: Count;
  /** Tokens that are written; the latency method counts these. All of them where absent. */
  readonly writtenPerDay?: Count;
  readonly peakToAverage: Ratio;
  readonly latency?: {
    readonly secondsPerToken: Seconds;
    /** Chips that one request keeps busy, over the requests they serve at once. */
    readonly chipsPerStream: Ratio;
  };
  readonly compute?: { readonly active: Count; readonly peak: FlopPerSecond; readonly utilisation: Ratio };
  readonly throughput?: { readonly tokensPerSecondPerChip: number };
  /** What a chip draws on site and costs, for what a token takes by each method. */
  readonly perChip?: { readonly watts?: Watts | undefined; readonly usdPerSecond?: UsdPerSecond | undefined };
}

export interface MethodResult {
  readonly method: Method;
  readonly chips: Count;
  readonly normalised: Normalised | undefined;
}

export interface Triangulation {
  readonly results: readonly MethodResult[];
  /** Largest over smallest chip count; 1 with a single method. */
  readonly spread: Ratio;
}

/** Chips by time held: tokens x seconds each, as the first ChatGPT estimates counted. */
export const chipsByLatency = (
  tokensPerDay: Count,
  secondsPerToken: Seconds,
  chipsPerStream: Ratio = 1,
): Count => (tokensPerDay * secondsPerToken * chipsPerStream) / SECONDS_PER_DAY;

/** Chips by work: 2N FLOP a token at a utilisation. */
export const chipsByCompute = (
  tokensPerDay: Count,
  active: Count,
  peak: FlopPerSecond,
  utilisation: Ratio,
): Count => (tokensPerDay * FLOP_PER_PARAM_SERVED * active) / (peak * utilisation) / SECONDS_PER_DAY;

/** Chips by a measured rate. */
export const chipsByThroughput = (tokensPerDay: Count, tokensPerSecondPerChip: number): Count =>
  tokensPerDay / tokensPerSecondPerChip / SECONDS_PER_DAY;

/** The same traffic by every method that its inputs allow; undefined without traffic or without a method. */
export function triangulate(figure: TrafficFigure): Triangulation | undefined {
  const { tokensPerDay, latency, compute, throughput, peakToAverage } = figure;
  const computed = figure.computedPerDay ?? tokensPerDay;
  const counts: [Method, Count][] = [];
  if (latency !== undefined) {
    const written = figure.writtenPerDay ?? tokensPerDay;
    counts.push(["latency", chipsByLatency(written, latency.secondsPerToken, latency.chipsPerStream)]);
  }
  if (compute !== undefined)
    counts.push(["compute", chipsByCompute(computed, compute.active, compute.peak, compute.utilisation)]);
  if (throughput !== undefined)
    counts.push(["throughput", chipsByThroughput(tokensPerDay, throughput.tokensPerSecondPerChip)]);
  if (!(tokensPerDay > 0) || counts.length === 0) return undefined;
  const results = counts.map(([method, mean]): MethodResult => {
    const chips = mean * peakToAverage;
    const work =
      compute === undefined ? {} : { active: compute.active, peak: compute.peak, computedPerDay: computed };
    const { watts, usdPerSecond } = figure.perChip ?? {};
    const headline = {
      chips,
      tokensPerDay,
      ...work,
      ...(watts === undefined ? {} : { sitePower: watts * chips }),
      ...(usdPerSecond === undefined ? {} : { usdPerSecond: usdPerSecond * chips }),
    };
    return { method, chips, normalised: normalise(headline) };
  });
  const all = results.map((result) => result.chips);
  return { results, spread: Math.max(...all) / Math.min(...all) };
}
