import { FITTED_CONSTANTS, TRAINING_ASSUMPTIONS } from "../../core/training/constants.ts";
import { newWorkspace } from "../../core/training/step.ts";
import { scoreRows } from "./accuracy.ts";
import type { Constants, Fit } from "./fit.ts";
import { predictCase, type TrainingCase } from "./training-rows.ts";

/** Where each search starts, whatever the constants are now: round figures that physics suggests. */
const STARTS: Readonly<Record<(typeof FITTED_CONSTANTS)[number], number>> = {
  gemm: 0.95,
  attention: 0.4,
  misaligned: 0.55,
  exposedSharded: 0.6,
  moeHost: 1.2e-3,
  expertOverhead: 3e-5,
  yearlyGain: 0.02,
};

/** The training model's fitted constants over measured steps. */
export function trainingFit(cases: readonly TrainingCase[]): Fit {
  const byId = new Map(cases.map((item) => [item.row.id, item]));
  const rows = cases.map((item) => item.row);
  const room = newWorkspace();
  return {
    parameters: FITTED_CONSTANTS.map((name) => {
      const [low, high] = TRAINING_ASSUMPTIONS[name].interval;
      return { name, start: STARTS[name], low, high };
    }),
    score: (constants, keep) =>
      scoreRows(
        keep === undefined ? rows : rows.filter(keep),
        (row) => predictCase(byId.get(row.id)!, constants, room).tokensPerSecond,
      ),
  };
}

/** Parts left out are sources, and chips with their memory variants together: `a100`, `h100`. */
export const sourceOf = (s: { readonly source: string }): string => s.source;
/** The family of a chip by its id: `h100` of `h100-sxm`. */
export const chipFamilyOf = (s: { readonly chip: string }): string => s.chip.split("-")[0]!;

/** Digits a fitted constant is written with. */
const DIGITS = 3;
/** Constants to the digits that ship. */
export const rounded = (constants: Constants): Constants =>
  Object.fromEntries(
    Object.entries(constants).map(([name, value]) => [name, Number(value.toPrecision(DIGITS))]),
  );
