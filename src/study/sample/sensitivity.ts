import { valueAt } from "./distribution.ts";
import { type Draws, type Kernel, shareDraws } from "./kernel.ts";
import { Z95 } from "./normal.ts";
import { allPositive, centredLogs, gramOf, lineThrough, meanProduct, rankScores } from "./regression.ts";

export interface Swing {
  readonly input: string;
  /** The output with this input at its 5 and 95 % points and the others at their medians; absent where it has no value there. */
  readonly low?: number;
  readonly high?: number;
  /** Of the variance of the output's logarithm (of the normal score of its rank where it may be 0 or less). The shares sum to 1. */
  readonly share: number;
}

/** A coefficient is told from chance by so many standard errors. */
const ERRORS = 3;

/** The inputs of an output, the largest share first: what to find out first; of equal shares the wider swing. Inputs of one group count as one; draws at hand serve again. */
export function sensitivityOf(kernel: Kernel, output: string, seed: number, drawn?: Draws): readonly Swing[] {
  const at = kernel.outputs.indexOf(output);
  const shares = firstOrder(...answered(shareDraws(kernel, seed, drawn), at));
  const swings = [...groupsOf(kernel)].map(([input, members]) => {
    const ends = swingOf(kernel, at, members);
    const width = widthOf(ends);
    // what moves nothing has no share but the chance that the draws leave it
    const share = width === 0 ? 0 : members.reduce((sum, member) => sum + shares[member]!, 0);
    return { input, ends, width, share };
  });
  const total = swings.reduce((sum, { share }) => sum + share, 0);
  return swings
    .sort((a, b) => b.share - a.share || b.width - a.width)
    .map(({ input, ends: { low, high }, share }) => ({
      input,
      ...(Number.isFinite(low) ? { low } : {}),
      ...(Number.isFinite(high) ? { high } : {}),
      share: total > 0 ? share / total : 0,
    }));
}

interface Ends {
  readonly low: number;
  readonly middle: number;
  readonly high: number;
}

/** From the least to the greatest; where there is no answer, as wide as can be. */
function widthOf({ low, middle, high }: Ends): number {
  const width = Math.max(low, middle, high) - Math.min(low, middle, high);
  return Number.isFinite(width) ? width : Number.MAX_VALUE;
}

/** Positions of the inputs by the name they are ranked under. */
function groupsOf({ inputs }: Kernel): ReadonlyMap<string, readonly number[]> {
  const groups = new Map<string, number[]>();
  inputs.forEach(({ name, group = name }, position) => {
    const members = groups.get(group);
    if (members === undefined) groups.set(group, [position]);
    else members.push(position);
  });
  return groups;
}

/**
 * Variance that each input's scores explain alone, by projection on the first three Hermite polynomials: exact for a product of
 * lognormals, and sees what rises and falls again. [Sudret 2008, Global sensitivity analysis using polynomial chaos expansions]
 */
function firstOrder(scores: readonly Float64Array[], figures: Float64Array): readonly number[] {
  const { slopes, rest } = lineThrough(centred(figures), scores, gramOf(scores));
  const chance = meanProduct(rest, rest) / rest.length;
  const explained = (coefficient: number) =>
    coefficient ** 2 > ERRORS ** 2 * chance ? Math.max(0, coefficient ** 2 - chance) : 0;
  return scores.map((column, i) => {
    let [second, third] = [0, 0];
    for (let k = 0; k < rest.length; k++) {
      const z = column[k]!;
      const y = rest[k]! / rest.length;
      second += (y * (z * z - 1)) / Math.SQRT2;
      third += (y * z * (z * z - 3)) / Math.sqrt(6);
    }
    return explained(slopes[i]!) + explained(second) + explained(third);
  });
}

/**
 * Ranks where a logarithm is not to be had: a moment that may be now or in a thousand years would drown every share in its few
 * largest values. [Iman and Conover 1979, The use of the rank transform in regression]
 */
const centred = (figures: Float64Array): Float64Array =>
  allPositive(figures) ? centredLogs(figures) : rankScores(figures);

/** Draws that have an answer, in every column. */
function answered({ scores, figures }: Draws, at: number): readonly [Float64Array[], Float64Array] {
  const figure = figures[at]!;
  const has = (_: number, k: number) => Number.isFinite(figure[k]!);
  return [scores.map((column) => column.filter(has)), figure.filter(has)];
}

/** The output with an input at its 5 and 95 % points; a group moves along the direction in which it does most. */
function swingOf(kernel: Kernel, at: number, members: readonly number[]): Ends {
  const values = Float64Array.from(kernel.inputs, ({ distribution }) => valueAt(distribution, 0));
  const out = new Float64Array(kernel.outputs.length);
  const figure = (scores: readonly number[]): number => {
    members.forEach((member, index) => {
      values[member] = valueAt(kernel.inputs[member]!.distribution, scores[index]!);
    });
    kernel.run(values, out);
    return out[at]!;
  };
  const along = (member: number, z: number) => members.map((_, index) => (index === member ? z : 0));
  const slopes =
    members.length === 1
      ? [1]
      : members.map((_, index) => figure(along(index, 1)) - figure(along(index, -1)));
  const steepness = Math.hypot(...slopes) || 1;
  const end = (z: number) => figure(slopes.map((slope) => (z * slope) / steepness));
  return { low: end(-Z95), middle: end(0), high: end(Z95) };
}
