import { checkRuns } from "../../study/validate/runs.ts";
import type { Part } from "./part.ts";

export const runsPart: Part = {
  name: "runs",
  summary: "training compute of published runs, each under its own convention",
  async run(facts) {
    const checks = await checkRuns(facts);
    const view = [
      {
        block: "table",
        heading: "Published training compute against ours, each under its own convention",
        table: {
          columns: [
            { key: "model", title: "run" },
            { key: "convention", title: "counts" },
            { key: "published_flop", title: "published", kind: "work" },
            { key: "computed_flop", title: "computed", kind: "work" },
            { key: "ratio", title: "ratio", kind: "multiple" },
            { key: "source", title: "source", optional: 1 },
          ],
          rows: checks.map((check) => [
            check.model,
            check.convention,
            check.published,
            check.computed,
            check.ratio,
            check.source,
          ]),
          notes: [
            "6ND rows are 6ND by construction: they check arithmetic and token counts, not a measurement.",
          ],
        },
      },
    ] as const;
    return { result: { runs: checks }, view };
  },
};
