/** Ranking, shared by sweeps and by the searches of `plan`: fronts of rows, and fronts and shortlists that grow as a search goes. */

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

// Searches offer very many candidates: nothing is allocated for one that is turned away.

/** The best few by cost, then by a second cost. Of equal costs only the one with the smaller second cost stays. */
export interface Top<Item> {
  readonly size: number;
  readonly costs: number[];
  readonly seconds: number[];
  readonly items: Item[];
}

/** An empty list of the best `size`. */
export const newTop = <Item>(size: number): Top<Item> => ({ size, costs: [], seconds: [], items: [] });

/** The cost a candidate must stay below to be of interest. */
export const topLimit = <Item>(top: Top<Item>): number =>
  top.costs.length < top.size ? Number.POSITIVE_INFINITY : (top.costs[top.size - 1] ?? 0);

/** Costs closer than this share are equal: one part in 10^9, the noise of summing in another order. */
const SAME = 1e-9;
const same = (a: number, b: number): boolean => Math.abs(a - b) <= SAME * Math.abs(b);

/** Puts a candidate in its place; `item` is called only if it has one. */
export function offer<Item>(top: Top<Item>, cost: number, second: number, item: () => Item): boolean {
  const { costs, seconds, items, size } = top;
  if (size === 0 || (cost > topLimit(top) && !same(cost, topLimit(top)))) return false;
  let place = costs.length;
  while (place > 0 && costs[place - 1]! > cost && !same(costs[place - 1]!, cost)) place--;
  const twin = place > 0 && same(costs[place - 1]!, cost) ? place - 1 : -1;
  if (twin >= 0) {
    if (second >= seconds[twin]!) return false;
    seconds[twin] = second;
    items[twin] = item();
    return true;
  }
  if (place >= size) return false;
  costs.splice(place, 0, cost);
  seconds.splice(place, 0, second);
  items.splice(place, 0, item());
  if (costs.length > size) {
    costs.pop();
    seconds.pop();
    items.pop();
  }
  return true;
}

/** Candidates that none beats in both costs, by first cost rising and second cost falling. */
export interface Front<Item> {
  readonly first: number[];
  readonly second: number[];
  readonly items: Item[];
}

/** An empty front. */
export const newFront = <Item>(): Front<Item> => ({ first: [], second: [], items: [] });

/** How many members have a first cost of at most `cost`. */
function upTo<Item>(front: Front<Item>, cost: number): number {
  let low = 0;
  let high = front.first.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (front.first[middle]! <= cost) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether a member is at least as good in both costs. */
export function beaten<Item>(front: Front<Item>, first: number, second: number): boolean {
  const place = upTo(front, first);
  return place > 0 && front.second[place - 1]! <= second;
}

/** Adds a candidate that nothing beats, and drops those it beats. */
export function extend<Item>(front: Front<Item>, first: number, second: number, item: () => Item): boolean {
  if (beaten(front, first, second)) return false;
  const place = upTo(front, first);
  // a member of the same first cost is worse in the second, or it would have beaten the candidate
  const from = place > 0 && front.first[place - 1] === first ? place - 1 : place;
  let to = place;
  while (to < front.first.length && front.second[to]! >= second) to++;
  front.first.splice(from, to - from, first);
  front.second.splice(from, to - from, second);
  front.items.splice(from, to - from, item());
  return true;
}

/** A front thinned to at most `most` members, its ends kept: those nearest to equal steps of the first cost's logarithm. */
export function thinned<Item>(front: Front<Item>, most: number): readonly Item[] {
  const { first, items } = front;
  if (items.length <= most || most < 2) return items.slice(0, Math.max(most, 0));
  const low = Math.log(first[0]!);
  const high = Math.log(first[first.length - 1]!);
  const picked = new Set<number>();
  for (let i = 0; i < most; i++) {
    const goal = low + ((high - low) * i) / (most - 1);
    let best = 0;
    for (let j = 1; j < first.length; j++) {
      if (Math.abs(Math.log(first[j]!) - goal) < Math.abs(Math.log(first[best]!) - goal)) best = j;
    }
    picked.add(best);
  }
  return [...picked].sort((a, b) => a - b).map((i) => items[i]!);
}
