/** Rank of a share among `count` sorted values, counted from 0. */
export const rankOf = (share: number, count: number): number =>
  Math.min(count - 1, Math.max(0, Math.round(share * (count - 1))));

/** Up to this length the platform's own sort beats a selection that is still to be compiled. */
const SORTED = 20_000;

/** Quantiles of a column, which is reordered. Shares ascend. */
export function quantiles(column: Float64Array, shares: readonly number[]): number[] {
  if (column.length <= SORTED) {
    column.sort();
    return shares.map((share) => column[rankOf(share, column.length)]!);
  }
  let from = 0;
  return shares.map((share) => {
    from = Math.max(from, rankOf(share, column.length));
    return valueOfRank(column, from);
  });
}

/** The element of a rank, which is put in its place with smaller ones before it. [Hoare 1961, FIND, with median of three] */
export function valueOfRank(column: Float64Array, rank: number): number {
  let left = 0;
  let right = column.length - 1;
  while (left < right) {
    const pivot = medianOfThree(column[left]!, column[(left + right) >> 1]!, column[right]!);
    let i = left;
    let j = right;
    while (i <= j) {
      while (column[i]! < pivot) i++;
      while (column[j]! > pivot) j--;
      if (i <= j) {
        const kept = column[i]!;
        column[i++] = column[j]!;
        column[j--] = kept;
      }
    }
    if (rank <= j) right = j;
    else if (rank >= i) left = i;
    else break;
  }
  return column[rank]!;
}

function medianOfThree(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
