import { normalScore } from "./normal.ts";

/** A figure as a straight line in the normal scores of its inputs: exact for the logarithm of a product of lognormals. */
export interface Line {
  /** By input: change of the figure with one standard deviation of the input. */
  readonly slopes: Float64Array;
  /** What the line leaves of the centred figures. */
  readonly rest: Float64Array;
}

/** Sweeps after which the slopes are right to some twelve digits: scores of different inputs are nearly uncorrelated. */
const SWEEPS = 8;

/** Least squares, by Gauss and Seidel. `gram` is `gramOf(scores)`. */
export function lineThrough(
  centred: Float64Array,
  scores: readonly Float64Array[],
  gram: readonly Float64Array[],
): Line {
  const targets = scores.map((column) => meanProduct(column, centred));
  const slopes = new Float64Array(scores.length);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (let i = 0; i < slopes.length; i++) {
      let rest = targets[i]!;
      for (let j = 0; j < slopes.length; j++) if (j !== i) rest -= gram[i]![j]! * slopes[j]!;
      slopes[i] = gram[i]![i]! > 0 ? rest / gram[i]![i]! : 0;
    }
  }
  const rest = centred.slice();
  for (let i = 0; i < slopes.length; i++) subtract(rest, slopes[i]!, scores[i]!);
  return { slopes, rest };
}

/** Mean products of every pair of columns. */
export function gramOf(scores: readonly Float64Array[]): readonly Float64Array[] {
  const gram = scores.map(() => new Float64Array(scores.length));
  for (let i = 0; i < scores.length; i++) {
    for (let j = 0; j <= i; j++) {
      gram[i]![j] = meanProduct(scores[i]!, scores[j]!);
      gram[j]![i] = gram[i]![j]!;
    }
  }
  return gram;
}

/** Logarithms about their mean; of figures that may be 0 or less, the figures themselves. */
export function centredLogs(figures: Float64Array): Float64Array {
  const centred = figures.slice();
  if (allPositive(figures)) for (let k = 0; k < centred.length; k++) centred[k] = Math.log(centred[k]!);
  let mean = 0;
  for (let k = 0; k < centred.length; k++) mean += centred[k]!;
  mean /= centred.length;
  for (let k = 0; k < centred.length; k++) centred[k]! -= mean;
  return centred;
}

/** Normal scores of the ranks, equal figures at the middle of theirs; their mean is zero up to ties. */
export function rankScores(figures: Float64Array): Float64Array {
  const order = Uint32Array.from(figures, (_, k) => k).sort((a, b) => figures[a]! - figures[b]!);
  const found = new Float64Array(figures.length);
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to < order.length && figures[order[to]!] === figures[order[from]!]) to++;
    const score = normalScore((from + to) / (2 * order.length));
    for (let at = from; at < to; at++) found[order[at]!] = score;
    from = to;
  }
  const mean = found.reduce((sum, score) => sum + score, 0) / found.length;
  return found.map((score) => score - mean);
}

/** Whether every figure is above zero, so that it has a logarithm. */
export function allPositive(figures: Float64Array): boolean {
  for (let k = 0; k < figures.length; k++) if (!(figures[k]! > 0)) return false;
  return true;
}

/** Mean of the products of two columns. */
export function meanProduct(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!;
  return sum / a.length;
}

function subtract(from: Float64Array, factor: number, column: Float64Array): void {
  if (factor === 0) return;
  for (let k = 0; k < from.length; k++) from[k]! -= factor * column[k]!;
}
