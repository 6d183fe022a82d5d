import { validatePools } from "../../study/serving/validate-pools.ts";
import type { Part } from "./part.ts";

/** Errors above this are told with what is unusual about the row. */
const OUTLIER = 0.1;

export const poolsPart: Part = {
  name: "pools",
  summary: "room for keys and values in the logs of engines, and what fits",
  async run() {
    const validation = await validatePools();
    const { pools, fits, medianError } = validation;
    const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
    const outliers = pools.filter(({ reported, computed }) => Math.abs(computed / reported - 1) > OUTLIER);
    const view = [
      {
        block: "table",
        heading: "Room for keys and values on each chip, as engines report it",
        table: {
          columns: [
            { key: "model", title: "model" },
            { key: "chip", title: "chip" },
            { key: "tp", title: "tp", kind: "integer" },
            { key: "weights", title: "weights", optional: 2 },
            { key: "engine", title: "engine", optional: 1 },
            { key: "reported_bytes", title: "reported", kind: "bytes" },
            { key: "computed_bytes", title: "computed", kind: "bytes" },
            { key: "ratio", title: "ratio", kind: "multiple" },
          ],
          rows: pools.map(({ row, reported, computed }) => [
            row.model,
            row.chip,
            row.tp,
            row.weights,
            row.engine,
            reported,
            computed,
            computed / reported,
          ]),
        },
      },
      {
        block: "notes",
        lines: [
          `Median error ${percent(medianError)} of ${pools.length}.`,
          `llama.cpp: ${fits.right} of ${fits.n} said rightly to fit or not${fits.wrong.map(({ card, cards, model, weights, context, ran }) => `; ${cards} x ${card} ${ran ? "ran" : "did not run"} ${model} ${weights} at ${context}`).join("")}.`,
          ...outliers.map(
            ({ row, reported, computed }) =>
              `${row.model} on ${row.chip}, ${row.engine}: ${percent(computed / reported - 1)} off; ${row.note ?? "not explained"}.`,
          ),
        ],
      },
    ] as const;
    return { result: { pools: validation }, view };
  },
};
