/**
 * A number that is not measured for the case at hand: its value, the 90 % interval it is believed to lie in, and why.
 * Every efficiency (MFU, goodput, load, engine time) and every default reaches the formulas as one of these, so a better
 * model replaces the provider and never its callers.
 */
export interface Estimate {
  readonly value: number;
  readonly interval: readonly [low: number, high: number];
  readonly source: string;
  /** ISO date or year of the source. */
  readonly date?: string;
  /** Measurements that the interval comes from, where it was measured. */
  readonly measurements?: number;
}

/** Declares a default: value, range, source and date in one record, printed by --explain. */
export function assume(
  value: number,
  interval: readonly [low: number, high: number],
  source: string,
  date?: string,
): Estimate {
  return date === undefined ? { value, interval, source } : { value, interval, source, date };
}
