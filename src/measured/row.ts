/** One published measurement. Training and serving share this record; only `inputs` differs. */
export interface Measured<Inputs> {
  readonly id: string;
  /** Key of the publication in `MeasuredSet.sources`; validation leaves one of these out at a time. */
  readonly source: string;
  /** The table or page of the source the figure stands in. */
  readonly where: string;
  /** Catalogue id of the accelerator. */
  readonly chip: string;
  readonly family: "dense" | "moe";
  readonly metric: string;
  readonly measured: number;
  readonly unit: string;
  /** Half a unit of the last printed digit, as a share of the figure. */
  readonly rounding?: number;
  /** Rows of one group measure the same configuration in another release: scored once. */
  readonly group: string;
  /** A: read off the source; B: one field inferred; C: an upper bound or a recollection. */
  readonly trust: "A" | "B" | "C";
  readonly flags: readonly string[];
  readonly notes?: string;
  readonly inputs: Inputs;
}

export interface Source {
  readonly title: string;
  readonly where?: string;
}

export interface MeasuredSet<Inputs> {
  readonly sources: Readonly<Record<string, Source>>;
  readonly rows: readonly Measured<Inputs>[];
}

/** Compact form on disk: one array per row; columns with a list under `values` hold indices into it; null is absent. */
export interface Table {
  readonly sources: Readonly<Record<string, Source>>;
  readonly columns: readonly string[];
  readonly values: Readonly<Record<string, readonly unknown[]>>;
  readonly rows: readonly (readonly unknown[])[];
}

/** Rows of a table as plain records, absent cells left out. */
export function readTable(table: Table): Record<string, unknown>[] {
  return table.rows.map((cells) => {
    const record: Record<string, unknown> = {};
    cells.forEach((cell, i) => {
      const column = table.columns[i]!;
      if (cell === null) return;
      const values = table.values[column];
      record[column] = values === undefined ? cell : values[cell as number];
    });
    return record;
  });
}

const SHARED = [
  "id",
  "source",
  "where",
  "chip",
  "family",
  "rounding",
  "group",
  "trust",
  "flags",
  "notes",
] as const;

/** Splits a table's records into what every measurement has and the inputs of its own domain. */
export function measuredSet<Inputs>(table: Table, metric: string, unit: string): MeasuredSet<Inputs> {
  const rows = readTable(table)
    .filter((record) => record.measured !== undefined)
    .map((record) => {
      const row: Record<string, unknown> = { metric, unit, flags: [] };
      const inputs: Record<string, unknown> = {};
      for (const [name, value] of Object.entries(record)) {
        if (name === "measured" || (SHARED as readonly string[]).includes(name)) row[name] = value;
        else inputs[name] = value;
      }
      return { ...row, inputs } as unknown as Measured<Inputs>;
    });
  return { sources: table.sources, rows };
}
