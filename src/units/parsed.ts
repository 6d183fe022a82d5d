/** Why a text could not be read: a stable code, the sentence after the flag's name, and the way out. */
export interface ParseProblem {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

export type Refused = { readonly ok: false; readonly problem: ParseProblem };
export type Parsed<T> =
  | { readonly ok: true; readonly value: T; readonly warnings: readonly string[] }
  | Refused;

const NO_WARNINGS: readonly string[] = [];

/** A text that was read. */
export const good = <T>(value: T, warnings: readonly string[] = NO_WARNINGS): Parsed<T> => ({
  ok: true,
  value,
  warnings,
});
/** A text that was not, and why. */
export const bad = (code: string, message: string, hint?: string): Refused => ({
  ok: false,
  problem: hint === undefined ? { code, message } : { code, message, hint },
});
