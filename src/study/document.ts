/** A default that the answer rests on, printed as assumed. */
export interface Assumption {
  readonly key: string;
  readonly value: number | string;
  /** 90 % interval, where there is one. */
  readonly interval?: { readonly p05: number; readonly p95: number };
  readonly unit?: string;
  readonly source: string;
  readonly date?: string;
  /** How many measurements the interval comes from, where it is an error of predictions. */
  readonly measurements?: number;
}

/** Something the reader should know; the code is stable, the sentence is not. */
export interface Warning {
  readonly code: string;
  readonly message: string;
}

export interface Interval {
  readonly p05: number;
  readonly p50: number;
  readonly p95: number;
}

/** What every estimate returns: the result, what it assumed, what to beware of, and the defaults it used by request key. */
export interface Answer<Result> {
  readonly result: Result;
  readonly assumptions: readonly Assumption[];
  readonly warnings: readonly Warning[];
  readonly defaults: Readonly<Record<string, unknown>>;
}

/** Collects assumptions and warnings while an answer is built. */
export interface Notes {
  readonly assumptions: Assumption[];
  readonly warnings: Warning[];
  readonly defaults: Record<string, unknown>;
}

/** The notes of an answer before anything is assumed. */
export const newNotes = (): Notes => ({ assumptions: [], warnings: [], defaults: {} });
