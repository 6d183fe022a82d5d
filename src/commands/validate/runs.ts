import { checkRuns } from "../../study/validate/runs.ts";
import { checkWholeRuns } from "../../study/validate/whole-runs.ts";
import type { Part } from "./part.ts";

export const runsPart: Part = {
  name: "runs",
  summary: "published runs: compute under their own convention, and chip-hours",
  async run(facts) {
    const checks = await checkRuns(facts);
    const whole = await checkWholeRuns(facts);
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
      {
        block: "table",
        heading:
          "Whole runs: chip-hours predicted in steady state against published, and the goodput that implies",
        table: {
          columns: [
            { key: "model", title: "run" },
            { key: "chips", title: "accelerators" },
            { key: "predicted_chip_hours", title: "predicted hours", kind: "count" },
            { key: "published_chip_hours", title: "published hours", kind: "count" },
            { key: "implied_goodput", title: "implied goodput", kind: "ratio" },
            { key: "low", title: "5 %", kind: "ratio", optional: 1 },
            { key: "high", title: "95 %", kind: "ratio", optional: 1 },
            { key: "source", title: "source", optional: 2 },
          ],
          rows: whole.map((run) => [
            run.model,
            `${run.chips} x ${run.chip}`,
            run.predictedChipHours,
            run.publishedChipHours,
            run.impliedGoodput,
            run.interval[0],
            run.interval[1],
            run.source,
          ]),
          notes: [
            `Published hours leave failures out, so that the ratio should be one, for ${whole
              .filter((run) => run.steadyState)
              .map((run) => run.model)
              .join(", ")}.`,
          ],
        },
      },
    ] as const;
    return { result: { runs: checks, wholeRuns: whole }, view };
  },
};
