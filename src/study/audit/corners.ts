import { type Distribution, valueAt } from "../sample/distribution.ts";
import type { Input } from "../sample/draws.ts";
import { Z95 } from "../sample/normal.ts";

/** Corners double with every range; beyond this many nobody took them by hand. */
const MOST_RANGES = 8;

/** Least and greatest figure with every range at one of its ends: wider than any interval of the draws. */
export function cornersOf(
  ranges: readonly Input[],
  figure: (values: Readonly<Record<string, number>>) => number | undefined,
): readonly [least: number, greatest: number] | undefined {
  if (ranges.length < 2 || ranges.length > MOST_RANGES) return undefined;
  const found = Array.from({ length: 2 ** ranges.length }, (_, corner) =>
    figure(
      Object.fromEntries(
        ranges.map(({ name, distribution }, index) => [name, endOf(distribution, (corner >> index) & 1)]),
      ),
    ),
  ).filter((value) => value !== undefined);
  return found.length === 0 ? undefined : [Math.min(...found), Math.max(...found)];
}

const endOf = (distribution: Distribution, upper: number): number =>
  valueAt(distribution, upper === 1 ? Z95 : -Z95);
