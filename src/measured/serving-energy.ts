/** Energy of a serving configuration whose latency is a row of the serving measurements: the boards alone, no host. */
export interface EnergyRow {
  /** Id of the row in the serving measurements. */
  readonly row: string;
  /** Mean draw of all boards, W. */
  readonly watts: number;
  readonly joulesPerOutputToken: number;
}

interface Table {
  readonly rows: readonly (readonly [row: string, watts: number, joules: number])[];
}

/** The shipped measurements of power, loaded on first use: ML.ENERGY's text tasks, by Zeus on one kind of chip. */
export async function loadServingEnergy(): Promise<readonly EnergyRow[]> {
  const { default: table } = await import("./data/serving-energy.json", { with: { type: "json" } });
  return (table as unknown as Table).rows.map(([row, watts, joulesPerOutputToken]) => ({
    row,
    watts,
    joulesPerOutputToken,
  }));
}
