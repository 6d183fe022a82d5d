/** One published or derived calculation: what goes in, what must come out, and how near. */
export interface GoldenCase {
  readonly id: string;
  readonly area: string;
  readonly inputs: unknown;
  readonly expected: Readonly<Record<string, unknown>>;
  /** Relative. 0: the same number. */
  readonly tolerance: number;
  readonly source: string;
  readonly note?: string;
}

/** How the cases whose id begins with `prefix` are computed: their expected keys from their inputs. The longest prefix wins. */
export interface GoldenRow {
  readonly prefix: string;
  readonly compute: (inputs: unknown) => Readonly<Record<string, unknown>>;
}

export function row<Inputs>(
  prefix: string,
  compute: (inputs: Inputs) => Readonly<Record<string, unknown>>,
): GoldenRow {
  return { prefix, compute: (inputs) => compute(inputs as Inputs) };
}

export function rowOf(rows: readonly GoldenRow[], id: string): GoldenRow | undefined {
  const fits = rows.filter(({ prefix }) => id.startsWith(prefix));
  return fits.toSorted((a, b) => b.prefix.length - a.prefix.length)[0];
}
