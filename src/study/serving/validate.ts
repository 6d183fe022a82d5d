import { SERVING_CONSTANTS, type ServingConstants } from "../../core/serving/constants.ts";
import { predict, type ServingQuestions } from "./predict.ts";
import type { Refusal, ServingCase, ServingFamily } from "./rows.ts";

/** One measured figure beside the predicted one. */
export interface ServingCheck {
  readonly id: string;
  readonly source: string;
  readonly chip: string;
  readonly model: string;
  readonly engine: string;
  readonly family: ServingFamily;
  readonly measured: number;
  readonly predicted: number;
  /** Predicted over measured. */
  readonly ratio: number;
}

/** How far off a group of checks is. */
export interface ErrorSummary {
  readonly group: string;
  readonly rows: number;
  /** Of the absolute relative errors. */
  readonly median: number;
  readonly mean: number;
  readonly p90: number;
  readonly within20: number;
  /** Median of predicted over measured, less one. */
  readonly bias: number;
}

export const checkOf = (c: ServingCase, predicted: number): ServingCheck => ({
  id: c.row.id,
  source: c.row.source,
  chip: c.row.chip,
  model: c.row.inputs.model,
  engine: c.setups[0]!.engine,
  family: c.family,
  measured: c.row.measured,
  predicted,
  ratio: predicted / c.row.measured,
});

/** Every shipped row that is answered, with the constants as they stand. */
export function checkServing(
  { cases }: ServingQuestions,
  k: ServingConstants = SERVING_CONSTANTS,
): ServingCheck[] {
  return cases.flatMap((c) => {
    const predicted = predict(c, k);
    return predicted === undefined ? [] : [checkOf(c, predicted)];
  });
}

/** Rows that are not answered, by reason. */
export function refusals({ refused }: ServingQuestions): Readonly<Partial<Record<Refusal, number>>> {
  const counts: Partial<Record<Refusal, number>> = {};
  for (const { reason } of refused) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}

const CLOSE = 0.2;

/** Errors of checks by any key, in the order of the keys. */
export function summarise(
  checks: readonly ServingCheck[],
  key: (check: ServingCheck) => string,
): ErrorSummary[] {
  const groups = new Map<string, number[]>();
  for (const check of checks) {
    const group = groups.get(key(check));
    if (group === undefined) groups.set(key(check), [check.ratio]);
    else group.push(check.ratio);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([group, ratios]) => summaryOf(group, ratios));
}

function summaryOf(group: string, ratios: readonly number[]): ErrorSummary {
  const errors = ratios.map((ratio) => Math.abs(ratio - 1)).sort((a, b) => a - b);
  const sorted = [...ratios].sort((a, b) => a - b);
  return {
    group,
    rows: ratios.length,
    median: quantileOf(errors, 0.5),
    mean: errors.reduce((sum, e) => sum + e, 0) / errors.length,
    p90: quantileOf(errors, 0.9),
    within20: errors.filter((e) => e < CLOSE).length / errors.length,
    bias: quantileOf(sorted, 0.5) - 1,
  };
}

/** Nearest rank of a sorted list. */
export const quantileOf = (sorted: readonly number[], q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.round(q * (sorted.length - 1)))]!;
