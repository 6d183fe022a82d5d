import type { Interval } from "../document.ts";
import { type Draws, drawsOf, forEachOutcome, type Kernel } from "./kernel.ts";
import { answeredOf, keepNear, type Near, nearOf, quantileOf } from "./near.ts";
import { normalScore } from "./normal.ts";
import { quantiles } from "./quantiles.ts";
import { centredLogs, gramOf, lineThrough, meanProduct } from "./regression.ts";

export interface Sampled {
  readonly samples: number;
  readonly intervals: Readonly<Record<string, Interval>>;
  /** Share of the draws that have an answer, for outputs that some draws have none of. */
  readonly answered: Readonly<Record<string, number>>;
  /** The draws themselves, where they were few enough to keep. */
  readonly draws: Draws | undefined;
}

const SHARES = [0.05, 0.5, 0.95] as const;
/** Up to this many samples every draw is kept; of more, the figures near the quantiles. */
const KEPT = 131_072;
/** Blocks from which the neighbourhoods of the quantiles are told. */
const PILOT_BLOCKS = 4;

/** Samples a kernel: 5, 50 and 95 % points of every output, over the draws that have one. */
export function sample(kernel: Kernel, count: number, seed: number): Sampled {
  const stream = count > KEPT ? streamed(kernel, count, seed) : undefined;
  const draws = stream === undefined ? drawsOf(kernel, { count, seed }) : undefined;
  const found = stream ?? kept(draws!);
  const intervals: Record<string, Interval> = {};
  const answered: Record<string, number> = {};
  for (let o = 0; o < found.length; o++) {
    const name = kernel.outputs[o]!;
    const { points, answers } = found[o]!;
    if (answers === 0) continue;
    const [p05 = 0, p50 = 0, p95 = 0] = points;
    intervals[name] = { p05, p50, p95 };
    if (answers < count) answered[name] = answers / count;
  }
  return { samples: count, intervals, answered, draws };
}

interface Points {
  readonly points: readonly number[];
  /** Draws that have an answer. */
  readonly answers: number;
}

function kept({ scores, figures }: Draws): readonly Points[] {
  const gram = gramOf(scores);
  const read: { readonly column: Float64Array; readonly found: Points }[] = [];
  const pointsRead = (column: Float64Array): Points => {
    for (const { column: other, found } of read) {
      const factor = factorOf(column, other);
      if (factor !== undefined) return { ...found, points: found.points.map((point) => factor * point) };
    }
    const found = pointsAnew(column);
    read.push({ column, found });
    return found;
  };
  const pointsAnew = (column: Float64Array): Points => {
    const numbers = numbersOf(column);
    const whole = numbers.length === column.length;
    const shares = whole ? sharesToRead(column, scores, gram) : SHARES;
    // quantiles reorder what they read, and the draws serve again
    return { points: quantiles(whole ? numbers.slice() : numbers, shares), answers: numbers.length };
  };
  return figures.map(pointsRead);
}

/** Relative difference below which two figures are one in two units: days and seconds. */
const ALIKE = 1e-13;

/** What one column is times the other, where it is that in every draw: their quantiles then are too. */
function factorOf(column: Float64Array, other: Float64Array): number | undefined {
  const factor = column[0]! / other[0]!;
  if (!(factor > 0)) return undefined;
  for (let k = 0; k < column.length; k++) {
    const value = column[k]!;
    if (!(Math.abs(value - factor * other[k]!) <= ALIKE * value)) return undefined;
  }
  return factor;
}

/**
 * Shares at which the draws are to be read: the draws of a line through the figures are known, and so is how far its quantiles
 * are off; the figures' are taken to be off by as much, so far as the line explains them. Exact for products of lognormals.
 * [Hsu and Nelson 1990, Control variates for quantile estimation]
 */
function sharesToRead(
  column: Float64Array,
  scores: readonly Float64Array[],
  gram: readonly Float64Array[],
): readonly number[] {
  const centred = centredLogs(column);
  const { slopes, rest } = lineThrough(centred, scores, gram);
  const spread = Math.hypot(...slopes);
  const explained = 1 - meanProduct(rest, rest) / meanProduct(centred, centred);
  if (!(spread > 0) || !(explained > 0)) return SHARES;
  // correlation of two normals -> correlation of their being below their medians
  const weight = (2 / Math.PI) * Math.asin(Math.sqrt(explained));
  for (let k = 0; k < rest.length; k++) rest[k] = centred[k]! - rest[k]!;
  return SHARES.map((share) => share + weight * (shareBelow(rest, spread * normalScore(share)) - share));
}

function shareBelow(values: Float64Array, bound: number): number {
  let below = 0;
  for (let k = 0; k < values.length; k++) if (values[k]! <= bound) below++;
  return below / values.length;
}

/** The same from a stream: two passes over the first blocks, one over the rest, and a tenth of the memory. */
function streamed(kernel: Kernel, count: number, seed: number): readonly Points[] | undefined {
  const pilot = drawsOf(kernel, { count, seed, blocks: PILOT_BLOCKS });
  const nears = pilot.figures.map((column) => {
    const numbers = numbersOf(column).sort();
    return SHARES.map((share) => nearOf(numbers, share, count));
  });
  forEachOutcome(kernel, { count, seed }, (columns, size) => {
    for (let o = 0; o < nears.length; o++) {
      for (const near of nears[o]!) keepNear(near, columns[o]!, size);
    }
  });
  const found = nears.map(pointsOf);
  return found.includes(undefined) ? undefined : (found as Points[]);
}

function pointsOf(nears: readonly Near[]): Points | undefined {
  const answers = answeredOf(nears[0]!);
  if (answers === 0) return { points: [], answers };
  const points = nears.map(quantileOf);
  return points.includes(undefined) ? undefined : { points: points as number[], answers };
}

/** A column without the draws that have no answer; the column itself where all have one. */
function numbersOf(column: Float64Array): Float64Array {
  for (let k = 0; k < column.length; k++) {
    if (Number.isNaN(column[k]!)) return column.filter((value) => !Number.isNaN(value));
  }
  return column;
}

/** Intervals of the figures that do vary. */
export function spreadOnly(intervals: Sampled["intervals"]): Sampled["intervals"] {
  return Object.fromEntries(Object.entries(intervals).filter(([, { p05, p95 }]) => p95 > p05));
}
