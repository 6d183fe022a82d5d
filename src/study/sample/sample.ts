import type { Interval } from "../document.ts";
import { valueAt, Z95 } from "./distribution.ts";
import { forEachBlock, type Input } from "./draws.ts";
import { quantiles } from "./quantiles.ts";

/** The core as the sampler calls it: inputs by position in, outputs by position out; NaN marks an output that has no value. */
export interface Kernel {
  readonly inputs: readonly Input[];
  readonly outputs: readonly string[];
  run(values: Float64Array, out: Float64Array): void;
}

export interface Sampled {
  readonly samples: number;
  readonly intervals: Readonly<Record<string, Interval>>;
  /** Share of each input in the variance of an output's logarithm; they sum to 1. */
  readonly shares: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

const SHARES = [0.05, 0.5, 0.95] as const;

/** Samples a kernel: 5, 50 and 95 % points of every output, and each input's share in its log-variance. */
export function sample(kernel: Kernel, count: number, seed: number): Sampled {
  const { inputs, outputs } = kernel;
  const columns = outputs.map(() => new Float64Array(count));
  const values = new Float64Array(inputs.length);
  const out = new Float64Array(outputs.length);
  const moments = outputs.map(() => newMoments(inputs.length));
  let done = 0;
  forEachBlock(inputs, count, seed, (draws, scores, size) => {
    for (let k = 0; k < size; k++) {
      for (let i = 0; i < values.length; i++) values[i] = draws[i]![k]!;
      kernel.run(values, out);
      for (let o = 0; o < out.length; o++) columns[o]![done + k] = out[o]!;
    }
    for (let o = 0; o < out.length; o++) addMoments(moments[o]!, columns[o]!, done, scores, size);
    done += size;
  });
  const intervals: Record<string, Interval> = {};
  const shares: Record<string, Record<string, number>> = {};
  for (let o = 0; o < outputs.length; o++) {
    const column = columns[o]!;
    if (!Number.isFinite(column[0]!)) continue;
    const [p05 = 0, p50 = 0, p95 = 0] = quantiles(column, SHARES);
    intervals[outputs[o]!] = { p05, p50, p95 };
    shares[outputs[o]!] = varianceShares(moments[o]!, inputs);
  }
  return { samples: count, intervals, shares };
}

/** Intervals of the figures that do vary. */
export function spreadOnly(intervals: Sampled["intervals"]): Sampled["intervals"] {
  return Object.fromEntries(Object.entries(intervals).filter(([, { p05, p95 }]) => p95 > p05));
}

interface Moments {
  count: number;
  sum: number;
  /** Sum of log-output x normal score, by input; centred by the scores' own zero mean. */
  readonly products: Float64Array;
}

const newMoments = (inputs: number): Moments => ({ count: 0, sum: 0, products: new Float64Array(inputs) });

/** One block's part: within a block every score sums to zero, so the products need no centring. */
function addMoments(
  moments: Moments,
  column: Float64Array,
  from: number,
  scores: readonly Float64Array[],
  size: number,
): void {
  let mean = 0;
  for (let k = 0; k < size; k++) mean += Math.log(column[from + k]!);
  mean /= size;
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i]!;
    let product = 0;
    for (let k = 0; k < size; k++) product += (Math.log(column[from + k]!) - mean) * score[k]!;
    moments.products[i] = moments.products[i]! + product;
  }
  moments.count += size;
  moments.sum += mean * size;
}

/** First-order share of each input: the squared slope of log-output on its score, normalised. [Saltelli 2008, section 1.2.5] */
function varianceShares({ products, count }: Moments, inputs: readonly Input[]): Record<string, number> {
  const squares = inputs.map((_, index) => (products[index]! / count) ** 2);
  const total = squares.reduce((sum, square) => sum + square, 0);
  return Object.fromEntries(
    inputs.map((input, index) => [input.name, total > 0 ? squares[index]! / total : 0]),
  );
}

export interface Swing {
  readonly input: string;
  /** The output with this input at its 5 and 95 % points and the others at their medians. */
  readonly low: number;
  readonly high: number;
  readonly share: number;
}

/**
 * 5, 50 and 95 % points without sampling: each input's swing of the log-output, up and down, added in squares. Exact for
 * products of lognormals, and close where a share is logit-normal; for ranges that the user gave, `sample` is used.
 */
export function spreadOf(kernel: Kernel): Readonly<Record<string, Interval>> {
  const { inputs, outputs } = kernel;
  const values = Float64Array.from(inputs, ({ distribution }) => valueAt(distribution, 0));
  const middle = new Float64Array(outputs.length);
  const end = new Float64Array(outputs.length);
  const up = new Float64Array(outputs.length);
  const down = new Float64Array(outputs.length);
  kernel.run(values, middle);
  for (let i = 0; i < inputs.length; i++) {
    const median = values[i]!;
    for (const z of [-Z95, Z95]) {
      values[i] = valueAt(inputs[i]!.distribution, z);
      kernel.run(values, end);
      for (let o = 0; o < outputs.length; o++) {
        const swing = Math.log(end[o]! / middle[o]!);
        if (swing > 0) up[o]! += swing * swing;
        else down[o]! += swing * swing;
      }
    }
    values[i] = median;
  }
  const intervals: Record<string, Interval> = {};
  for (let o = 0; o < outputs.length; o++) {
    const p50 = middle[o]!;
    if (!Number.isFinite(p50) || !(up[o]! > 0) || !(down[o]! > 0)) continue;
    intervals[outputs[o]!] = {
      p05: p50 * Math.exp(-Math.sqrt(down[o]!)),
      p50,
      p95: p50 * Math.exp(Math.sqrt(up[o]!)),
    };
  }
  return intervals;
}

/** Each input at its 5 and 95 % points with the others at their medians, widest swing first: what to find out first. */
export function tornado(
  kernel: Kernel,
  output: string,
  shares: Readonly<Record<string, number>>,
): readonly Swing[] {
  const at = kernel.outputs.indexOf(output);
  const medians = Float64Array.from(kernel.inputs, ({ distribution }) => valueAt(distribution, 0));
  const out = new Float64Array(kernel.outputs.length);
  const figure = (index: number, z: number): number => {
    const values = medians.slice();
    values[index] = valueAt(kernel.inputs[index]!.distribution, z);
    kernel.run(values, out);
    return out[at]!;
  };
  const swings = kernel.inputs.map((input, index) => ({
    input: input.name,
    low: figure(index, -Z95),
    high: figure(index, Z95),
  }));
  // an input that moves nothing has no share but the sampler's noise
  const share = (swing: { input: string; low: number; high: number }) =>
    swing.low === swing.high ? 0 : (shares[swing.input] ?? 0);
  const total = swings.reduce((sum, swing) => sum + share(swing), 0);
  return swings
    .map((swing) => ({ ...swing, share: total > 0 ? share(swing) / total : 0 }))
    .sort((a, b) => Math.abs(b.high - b.low) - Math.abs(a.high - a.low));
}
