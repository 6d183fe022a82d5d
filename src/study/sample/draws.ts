import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";
import { type Distribution, STANDARD_NORMAL, valuesAt } from "./distribution.ts";
import { normalScore } from "./normal.ts";

/** An uncertain input: the same name is the same draw, in every output and beside whatever other inputs. */
export interface Input {
  readonly name: string;
  readonly distribution: Distribution;
  /** A count of things: drawn values are rounded before they are used. */
  readonly whole?: boolean;
  /** Inputs of one group are ranked as one: the scores that constants of one fit are drawn from. */
  readonly group?: string;
}

/** Independent standard normal scores from which constants of one fit are drawn together, by the factor of their covariance. */
export const jointInputs = (group: string, size: number): readonly Input[] =>
  Array.from({ length: size }, (_, index) => ({
    name: `${group}.${index + 1}`,
    distribution: STANDARD_NORMAL,
    group,
  }));

/** Largest block of stratified draws: a column of one input stays in the first cache. */
export const BLOCK = 4096;

export interface Sampling {
  readonly count: number;
  readonly seed: number;
  /** Only so many blocks, from the first. */
  readonly blocks?: number;
}

type Watcher = (done: number, count: number) => void;
let watcher: Watcher | undefined;
/** Has every sampling tell how far it is, after each block; for those who wait. */
export const watchDraws = (told: Watcher | undefined): void => {
  watcher = told;
};

/**
 * Stratified draws, block by block: in each block every input takes each of its equally likely strata once, in an order of its
 * own (Latin hypercube, McKay 1979). Marginals are exact up to the width of a stratum, memory does not grow with the count, and a
 * block depends on nothing but the inputs' names, the seed and its own number.
 */
export function forEachBlock(
  inputs: readonly Input[],
  { count, seed, blocks = Number.POSITIVE_INFINITY }: Sampling,
  visit: (columns: readonly Float64Array[], size: number) => void,
): void {
  const all = Math.ceil(count / BLOCK);
  const size = Math.ceil(count / all);
  const scores = normalScores(size);
  const strata = inputs.map(({ distribution }) => valuesAt(distribution, scores));
  const columns = inputs.map(() => new Float64Array(size));
  const hashes = inputs.map(({ name }) => hash(name));
  for (let block = 0; block < Math.min(all, blocks); block++) {
    for (let i = 0; i < inputs.length; i++) {
      columns[i]!.set(strata[i]!);
      shuffle(columns[i]!, generatorOf(hashes[i]!, seed, block));
    }
    visit(columns, Math.min(size, count - block * size));
    watcher?.(Math.min(count, (block + 1) * size), count);
  }
}

/** Normal scores of the middles of equally likely strata; mirrored, so that their mean is zero. */
function normalScores(size: number): Float64Array {
  const scores = new Float64Array(size);
  for (let index = 0; index < size >> 1; index++) {
    scores[index] = normalScore((index + 0.5) / size);
    scores[size - 1 - index] = -scores[index]!;
  }
  return scores;
}

const RANGE_32 = 2 ** -32;

/** Fisher and Yates, in place; a 32-bit draw is scaled to the range, whose bias is below one in a million here. */
function shuffle(column: Float64Array, generator: { next(): number }): void {
  for (let last = column.length - 1; last > 0; last--) {
    const pick = ((generator.next() >>> 0) * RANGE_32 * (last + 1)) | 0;
    const kept = column[last]!;
    column[last] = column[pick]!;
    column[pick] = kept;
  }
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    value ^= text.charCodeAt(index);
    value = Math.imul(value, 0x01000193);
  }
  return value | 0;
}

/** Four mixed words as the state: the generator's own seeding starts neighbouring seeds side by side. */
function generatorOf(name: number, seed: number, block: number): { next(): number } {
  let state = mix(name ^ mix(seed ^ mix(block)));
  return xoroshiro128plusFromState(
    Array.from({ length: 4 }, () => {
      state = (state + 0x9e3779b9) | 0;
      return mix(state);
    }),
  );
}

/** The finaliser of MurmurHash3: every bit of a word moves every other. */
function mix(word: number): number {
  let mixed = word;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
