/** Quantiles of a column by selection; the column is reordered. Shares ascend. */
export function quantiles(column: Float64Array, shares: readonly number[]): number[] {
  let from = 0;
  return shares.map((share) => {
    const at = Math.min(column.length - 1, Math.max(0, Math.round(share * (column.length - 1))));
    select(column, at, from);
    from = at;
    return column[at]!;
  });
}

/** Puts the element of rank `rank` in its place, smaller ones before it. [Hoare 1961, FIND, with median of three] */
function select(column: Float64Array, rank: number, from: number): void {
  let left = from;
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
    else return;
  }
}

function medianOfThree(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
