/** A figure to be good at, by position in a row of figures. */
export interface Aim {
  readonly figure: number;
  readonly better: "low" | "high";
}

/** Whether `a` is at least as good in every aim and better in one; unknown figures lose. */
export function dominates(
  a: readonly (number | undefined)[],
  b: readonly (number | undefined)[],
  aims: readonly Aim[],
): boolean {
  let better = false;
  for (const { figure, better: side } of aims) {
    const sign = side === "low" ? 1 : -1;
    const x = a[figure] === undefined ? Number.POSITIVE_INFINITY : sign * a[figure]!;
    const y = b[figure] === undefined ? Number.POSITIVE_INFINITY : sign * b[figure]!;
    if (x > y) return false;
    if (x < y) better = true;
  }
  return better;
}

/** Rows that no other row dominates, in the order of the first aim. Rows that lack a figure are left out. */
export function paretoFront<Row extends readonly (number | undefined)[]>(
  rows: readonly Row[],
  aims: readonly Aim[],
): readonly Row[] {
  const [first] = aims;
  if (first === undefined) return rows;
  const known = rows.filter((row) => aims.every(({ figure }) => row[figure] !== undefined));
  const sign = first.better === "low" ? 1 : -1;
  const ranked = known.toSorted((a, b) => sign * (a[first.figure]! - b[first.figure]!));
  const front: Row[] = [];
  for (const row of ranked) {
    if (front.some((kept) => dominates(kept, row, aims))) continue;
    // rows of equal first figure may yet be beaten by a later one
    while (front.length > 0 && dominates(row, front.at(-1)!, aims)) front.pop();
    front.push(row);
  }
  return front;
}
