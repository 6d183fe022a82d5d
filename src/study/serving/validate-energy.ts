import { boardWatts } from "../../core/serving/power.ts";
import { prepare } from "../../core/serving/prepare.ts";
import { serve } from "../../core/serving/service.ts";
import { chipsOf } from "../../core/serving/setup.ts";
import { loadServing, type ServingRow } from "../../measured/serving.ts";
import { type EnergyRow, loadServingEnergy } from "../../measured/serving-energy.ts";
import { accuracyBy, accuracyOf, type Scored } from "../validate/accuracy.ts";
import type { AccuracyTable } from "../validate/training.ts";
import { measuredFacts } from "./measured-facts.ts";
import { type ServingCase, servingCase } from "./rows.ts";

/** Predicted over measured of one configuration. */
interface EnergyRatio {
  readonly row: ServingRow;
  readonly power: number;
  readonly joulesPerToken: number;
}

export interface EnergyValidation {
  readonly tables: readonly AccuracyTable[];
  readonly answered: number;
  /** Configurations of models whose shape is not known, or that do not fit as stated. */
  readonly refused: number;
}

/** Power of the boards and energy of a token, both from the predicted throughput, against measured. */
export async function validateEnergy(): Promise<EnergyValidation> {
  const [facts, { rows }, energies] = await Promise.all([
    measuredFacts(),
    loadServing(),
    loadServingEnergy(),
  ]);
  const known = new Map(rows.map((row) => [row.id, row]));
  const found = energies.flatMap((energy): EnergyRatio[] => {
    const asked = servingCase(known.get(energy.row) as ServingRow, facts);
    const ratio = typeof asked === "string" ? undefined : ratioOf(asked, energy);
    return ratio === undefined ? [] : [ratio];
  });
  const scored = (figure: "power" | "joulesPerToken"): Scored[] =>
    found.map(({ row, ...ratio }) => ({ ...row, metric: figure, log: Math.log(ratio[figure]) }));
  const table = (title: string, key: (found: EnergyRatio) => string): AccuracyTable => ({
    title,
    rows: accuracyBy(
      found.map((one) => ({ ...one.row, metric: key(one), log: Math.log(one.joulesPerToken) })),
      ({ metric }) => metric,
    ).map(({ key: label, accuracy }) => ({ label, accuracy })),
  });
  return {
    tables: [
      {
        title: "power and energy of a token",
        rows: [
          { label: "power of the boards", accuracy: accuracyOf(scored("power"))! },
          { label: "joules an output token", accuracy: accuracyOf(scored("joulesPerToken"))! },
        ],
      },
      table("joules an output token, by model", (one) => one.row.inputs.model),
      table("joules an output token, by accelerators", (one) => `${one.row.inputs.chips}`),
    ],
    answered: found.length,
    refused: energies.length - found.length,
  };
}

function ratioOf({ setups, load, row }: ServingCase, measured: EnergyRow): EnergyRatio | undefined {
  const [setup] = setups;
  if (setup === undefined) return undefined;
  const prepared = prepare(setup);
  const times = serve(prepared, load);
  const board = times === undefined ? undefined : boardWatts(prepared, load, times);
  if (times === undefined || board === undefined) return undefined;
  const joules = (board * chipsOf(setup.layout)) / times.throughput;
  return {
    row,
    power: (board * row.inputs.chips) / measured.watts,
    joulesPerToken: joules / measured.joulesPerOutputToken,
  };
}
