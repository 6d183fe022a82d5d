import { validateServing } from "../../study/serving/validate.ts";
import { accuracyBlock } from "./accuracy-view.ts";
import type { Part } from "./part.ts";

const FIGURES =
  "tpot: time per output token; ttft: time to the first; e2e: to the last; throughput: output tokens/s; decode, prefill: llama.cpp, one stream; percentile: p90 and p99";

export const servingPart: Part = {
  name: "serving",
  summary: "latency and throughput of published serving runs, with a chip or a source left out of the fit",
  async run() {
    const validation = await validateServing();
    const refused = Object.entries(validation.refused).map(([why, count]) => `${count} ${why}`);
    const view = [
      ...validation.tables.map(({ title, rows }) => accuracyBlock(`Serving, ${title}`, rows)),
      {
        block: "table",
        heading: "A day of DeepSeek's service, 27 to 28 February 2025",
        table: {
          columns: [
            { key: "figure", title: "figure" },
            { key: "published", title: "published", kind: "count" },
            { key: "computed", title: "computed", kind: "count" },
            { key: "ratio", title: "ratio", kind: "multiple" },
          ],
          rows: validation.deepSeekDay.map(({ figure, published, computed }) => [
            figure,
            published,
            computed,
            computed / published,
          ]),
        },
      },
      {
        block: "notes",
        lines: [
          `${FIGURES}.`,
          "Errors are |predicted / measured - 1| of a row; bias is the median of predicted over measured, less one.",
          `${validation.answered} rows answered; not asked of the model: ${refused.join(", ")}.`,
        ],
      },
    ] as const;
    return { result: { serving: validation }, view };
  },
};
