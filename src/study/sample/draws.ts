import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { type Distribution, normalScore, valueAt } from "./distribution.ts";

/** An uncertain input: the same name is the same draw, in every output and beside whatever other inputs. */
export interface Input {
  readonly name: string;
  readonly distribution: Distribution;
  /** A count of things: drawn values are rounded before they are used. */
  readonly whole?: boolean;
}

/** Largest block of stratified draws; its tables stay in cache. */
const BLOCK = 4096;

/**
 * Stratified draws, block by block: in each block every input takes each of its equally likely strata once, in an order of its
 * own (Latin hypercube, McKay 1979). Marginals are exact up to the width of a stratum, and memory does not grow with the count.
 */
export function forEachBlock(
  inputs: readonly Input[],
  count: number,
  seed: number,
  visit: (columns: readonly Float64Array[], scores: readonly Float64Array[], size: number) => void,
): void {
  const blocks = Math.ceil(count / BLOCK);
  const size = Math.ceil(count / blocks);
  const scores = normalScores(size);
  const tables = inputs.map(({ distribution }) => Float64Array.from(scores, (z) => valueAt(distribution, z)));
  const orders = inputs.map(() => Uint16Array.from({ length: size }, (_, index) => index));
  const generators = inputs.map(({ name }) => xoroshiro128plus(hash(name, seed)));
  const columns = inputs.map(() => new Float64Array(size));
  const normals = inputs.map(() => new Float64Array(size));
  for (let done = 0; done < count; done += size) {
    for (let i = 0; i < inputs.length; i++) {
      const order = orders[i]!;
      shuffle(order, generators[i]!);
      const [table, column, normal] = [tables[i]!, columns[i]!, normals[i]!];
      for (let k = 0; k < size; k++) {
        const at = order[k]!;
        column[k] = table[at]!;
        normal[k] = scores[at]!;
      }
    }
    visit(columns, normals, Math.min(size, count - done));
  }
}

/** Normal scores of the middles of equally likely strata. */
function normalScores(size: number): Float64Array {
  return Float64Array.from({ length: size }, (_, index) => normalScore((index + 0.5) / size));
}

/** Fisher and Yates, in place; a 32-bit draw is scaled to the range, whose bias is below one in a million here. */
function shuffle(order: Uint16Array, generator: { next(): number }): void {
  for (let last = order.length - 1; last > 0; last--) {
    const pick = Math.floor(((generator.next() >>> 0) / 2 ** 32) * (last + 1));
    const kept = order[last]!;
    order[last] = order[pick]!;
    order[pick] = kept;
  }
}

/** FNV-1a of a name and a seed: draws do not depend on which other inputs there are. */
function hash(name: string, seed: number): number {
  let value = 0x811c9dc5 ^ seed;
  for (let index = 0; index < name.length; index++) {
    value ^= name.charCodeAt(index);
    value = Math.imul(value, 0x01000193);
  }
  return value | 0;
}
