import { SERVING_CONSTANTS, type ServingConstants } from "../../core/serving/constants.ts";
import { type FitOptions, robustFit } from "../robust-fit.ts";
import { SERVING_BELIEFS, withValues } from "./beliefs.ts";
import { predict } from "./predict.ts";
import type { ServingCase } from "./rows.ts";

/** Rows of one source, chip and metric share their harness: together they weigh as the root of their number. */
export const groupOf = ({ row, family }: ServingCase): string => `${row.source} ${row.chip} ${family}`;

/** A row whose figure the constants make impossible still counts, as a factor of this logarithm. */
const WORST = 2;

export interface ServingFit {
  readonly constants: ServingConstants;
  readonly values: Readonly<Record<string, number>>;
  readonly iterations: number;
}

/** Constants from rows: beliefs about physics first, measurements on top. */
export function fitServing(cases: readonly ServingCase[], options: FitOptions = {}): ServingFit {
  const counts = new Map<string, number>();
  for (const c of cases) counts.set(groupOf(c), (counts.get(groupOf(c)) ?? 0) + 1);
  const weights = Float64Array.from(cases, (c) => counts.get(groupOf(c))! ** -0.5);
  const residuals = (values: Readonly<Record<string, number>>) => {
    const k = withValues(SERVING_CONSTANTS, values);
    return Float64Array.from(cases, (c) => residualOf(c, k));
  };
  const fit = robustFit(SERVING_BELIEFS, residuals, weights, options);
  return {
    constants: withValues(SERVING_CONSTANTS, fit.values),
    values: fit.values,
    iterations: fit.iterations,
  };
}

/** Logarithm of predicted over measured. */
function residualOf(c: ServingCase, k: ServingConstants): number {
  const figure = predict(c, k);
  if (figure === undefined) return 0;
  return Math.max(-WORST, Math.min(WORST, Math.log(figure / c.row.measured)));
}

export interface LeftOut {
  readonly case: ServingCase;
  readonly predicted: number;
}

/** Each group's rows predicted by constants that never saw the group. */
export function leaveOut(
  cases: readonly ServingCase[],
  by: (c: ServingCase) => string,
  options: FitOptions = {},
): LeftOut[] {
  return [...new Set(cases.map(by))].flatMap((group) => {
    const { constants } = fitServing(
      cases.filter((c) => by(c) !== group),
      options,
    );
    return cases
      .filter((c) => by(c) === group)
      .flatMap((c) => {
        const predicted = predict(c, constants);
        return predicted === undefined ? [] : [{ case: c, predicted }];
      });
  });
}
