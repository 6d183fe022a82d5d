import { newNotes } from "../document.ts";
import type { Facts } from "../facts.ts";
import { type Crossing, flopCrossing } from "./crossing.ts";
import { marketOf } from "./market.ts";
import type { Scenario } from "./scenario.ts";
import { type UncertainInput, withValue } from "./settle.ts";

/** One range of a scenario and the crossover at its two ends, all else at the middle. */
export interface Mover {
  readonly input: string;
  readonly low: { readonly value: number; readonly crossing: Crossing };
  readonly high: { readonly value: number; readonly crossing: Crossing };
}

/** A crossover that does not come is moved further than any that does. */
const NEVER_YEARS = 1e6;

/** The ranges by how far each moves the crossover in FLOP, furthest first; those that move nothing are left out. */
export function movers(
  point: Scenario<number>,
  inputs: readonly UncertainInput[],
  facts: Facts,
): readonly Mover[] {
  const at = (path: string, value: number): Crossing =>
    flopCrossing(marketOf(withValue(point, path, value), facts, newNotes()));
  return inputs
    .map(({ path, low, high }) => ({
      input: path,
      low: { value: low, crossing: at(path, low) },
      high: { value: high, crossing: at(path, high) },
    }))
    .filter((mover) => swing(mover) > 0)
    .sort((a, b) => swing(b) - swing(a));
}

const swing = ({ low, high }: Mover): number => Math.abs(moment(high.crossing) - moment(low.crossing));

function moment(crossing: Crossing): number {
  if (crossing.kind === "never") return NEVER_YEARS;
  return crossing.kind === "already" ? 0 : (crossing.years ?? 0);
}
