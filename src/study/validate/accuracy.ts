import type { Measured } from "../../measured/row.ts";

/** A measured configuration beside its prediction: rows of one repeat group are one configuration, by geometric mean. */
export interface Scored {
  readonly group: string;
  readonly source: string;
  readonly chip: string;
  readonly family: "dense" | "moe";
  readonly metric: string;
  /** Natural logarithm of predicted over measured. */
  readonly log: number;
  /** Whether the prediction interval held the measurement; absent where none was given. */
  readonly covered?: boolean;
}

/** How far predictions lie from measurements. Errors are |predicted / measured - 1|. */
export interface Accuracy {
  readonly n: number;
  readonly median: number;
  readonly mean: number;
  /** Share of the configurations predicted within 20 %. */
  readonly within20: number;
  /** Median of predicted over measured, less one: positive where predictions are too fast. */
  readonly bias: number;
  /** Share of the configurations inside their 90 % interval. */
  readonly coverage?: number;
}

/** Predictions of rows, one per repeat group and metric. */
export function scoreRows<Inputs>(
  rows: readonly Measured<Inputs>[],
  predicted: (row: Measured<Inputs>) => number,
): Scored[] {
  const groups = new Map<string, { row: Measured<Inputs>; logs: number[] }>();
  for (const row of rows) {
    const key = `${row.group} ${row.metric}`;
    const entry = groups.get(key) ?? { row, logs: [] };
    entry.logs.push(Math.log(predicted(row) / row.measured));
    groups.set(key, entry);
  }
  return [...groups.values()].map(({ row, logs }) => ({
    group: row.group,
    source: row.source,
    chip: row.chip,
    family: row.family,
    metric: row.metric,
    log: logs.reduce((sum, log) => sum + log, 0) / logs.length,
  }));
}

/** Error measures over scored configurations; undefined where there are none. */
export function accuracyOf(scored: readonly Scored[]): Accuracy | undefined {
  if (scored.length === 0) return undefined;
  const errors = scored.map(({ log }) => Math.abs(Math.exp(log) - 1));
  const judged = scored.filter(({ covered }) => covered !== undefined);
  return {
    n: scored.length,
    median: median(errors),
    mean: errors.reduce((sum, e) => sum + e, 0) / errors.length,
    within20: errors.filter((e) => e <= 0.2).length / errors.length,
    bias: Math.exp(median(scored.map(({ log }) => log))) - 1,
    ...(judged.length > 0
      ? { coverage: judged.filter(({ covered }) => covered).length / judged.length }
      : {}),
  };
}

/** Accuracy by a key of the configurations, in order of first appearance. */
export function accuracyBy(
  scored: readonly Scored[],
  key: (s: Scored) => string,
): { readonly key: string; readonly accuracy: Accuracy }[] {
  const parts = new Map<string, Scored[]>();
  for (const s of scored) parts.set(key(s), [...(parts.get(key(s)) ?? []), s]);
  return [...parts].map(([name, part]) => ({ key: name, accuracy: accuracyOf(part)! }));
}

/** The middle value; between the two middle ones of an even number. */
export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Quantile by linear interpolation between order statistics (type 7). */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = q * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low]! + (at - low) * (sorted[high]! - sorted[low]!);
}

/** Quantile of weighted values: the first at which the weights below and half of its own reach the share. */
export function weightedQuantile(
  values: readonly { readonly value: number; readonly weight: number }[],
  q: number,
): number {
  const sorted = values.toSorted((a, b) => a.value - b.value);
  const total = sorted.reduce((sum, v) => sum + v.weight, 0);
  let below = 0;
  for (const { value, weight } of sorted) {
    if (below + weight / 2 >= q * total) return value;
    below += weight;
  }
  return sorted.at(-1)!.value;
}

/** Spearman's rank correlation; ties share their mean rank. */
export function rankCorrelation(a: readonly number[], b: readonly number[]): number {
  const x = ranks(a);
  const y = ranks(b);
  const mean = (a.length - 1) / 2;
  let xy = 0;
  let xx = 0;
  let yy = 0;
  for (let i = 0; i < a.length; i++) {
    xy += (x[i]! - mean) * (y[i]! - mean);
    xx += (x[i]! - mean) ** 2;
    yy += (y[i]! - mean) ** 2;
  }
  return xx === 0 || yy === 0 ? 0 : xy / Math.sqrt(xx * yy);
}

function ranks(values: readonly number[]): number[] {
  return values.map((v) => {
    const below = values.filter((other) => other < v).length;
    const equal = values.filter((other) => other === v).length;
    return below + (equal - 1) / 2;
  });
}
