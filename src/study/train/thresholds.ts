import { modificationThresholds, THRESHOLDS, type Threshold } from "../../core/thresholds.ts";
import type { Method } from "../../core/training/job.ts";
import { flop6ND } from "../../core/training/run.ts";
import type { Facts } from "../facts.ts";
import type { Model } from "../model.ts";
import type { ThresholdPart } from "./result.ts";

/** What a run is held against the thresholds with. */
export interface Counted {
  readonly flop: number;
  readonly active: number;
  readonly method: Method | undefined;
  readonly model: Model;
}

/**
 * The thresholds, and whether they are crossed. Of a run from nothing only how many are crossed can differ, so a few lists serve
 * every answer; a modification has a line of its own, and is counted together with its original where a rule says so.
 */
export function thresholdParts(
  { flop, active, method, model }: Counted,
  facts: Facts,
): readonly ThresholdPart[] {
  if (method === undefined || method === "full") {
    const crossed = THRESHOLDS.filter((line) => flop > line.flop).length;
    return facts.once(`thresholds ${crossed}`, () => THRESHOLDS.map((line) => partOf(line, flop)));
  }
  const original = model.tokens === undefined ? undefined : flop6ND(active, model.tokens);
  return [
    ...modificationThresholds(original).map((line) => partOf(line, flop)),
    ...THRESHOLDS.map((line) =>
      line.lineage === true && original !== undefined
        ? { ...partOf(line, flop + original), counted: flop + original }
        : partOf(line, flop),
    ),
  ];
}

const partOf = ({ id, name, flop, status, date, counts }: Threshold, counted: number): ThresholdPart => ({
  id,
  name,
  flop,
  crossed: counted > flop,
  status,
  date,
  counts,
});

/** The thresholds, each with the share of the drawn computes that pass it. */
export function withChances(
  thresholds: readonly ThresholdPart[],
  flop: number,
  draws: readonly number[],
): readonly ThresholdPart[] {
  if (draws.length === 0) return thresholds;
  return thresholds.map((line) => {
    const before = line.counted === undefined ? 0 : line.counted - flop;
    const passed = draws.filter((drawn) => drawn + before > line.flop).length;
    return { ...line, probability: passed / draws.length };
  });
}
