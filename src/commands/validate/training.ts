import { validateTraining } from "../../study/validate/training.ts";
import { accuracyBlock } from "./accuracy-view.ts";
import type { Part } from "./part.ts";

export const trainingPart: Part = {
  name: "training",
  summary: "tokens/s of published training steps, with a source or a chip left out of the fit",
  async run() {
    const validation = await validateTraining();
    const view = [
      ...validation.tables.map(({ title, rows }) =>
        accuracyBlock(`Training tokens/s per accelerator, ${title}`, rows),
      ),
      {
        block: "table",
        heading: "Does the prediction rank the layouts of one sweep? (sweeps spread over 1.3 x)",
        table: {
          columns: [
            { key: "sweep", title: "source, model, chip" },
            { key: "n", title: "n", kind: "integer" },
            { key: "rank_correlation", title: "rank correlation", kind: "multiple" },
          ],
          rows: validation.sweeps.map(({ label, n, rankCorrelation }) => [label, n, rankCorrelation]),
        },
      },
      {
        block: "notes",
        lines: [
          "Errors are |predicted / measured - 1|, once per repeated configuration; bias is the median of predicted over measured, less one.",
          ...(validation.unpredicted.length === 0
            ? []
            : [
                `Not predicted: ${validation.unpredicted.map(({ id, why }) => `${id} (${why})`).join(", ")}.`,
              ]),
        ],
      },
    ] as const;
    return { result: { training: validation }, view };
  },
};
