import { deepSeekDay } from "../../study/serving/deepseek-day.ts";
import { measuredFacts } from "../../study/serving/measured-facts.ts";
import { servingQuestions } from "../../study/serving/predict.ts";
import {
  checkServing,
  type ErrorSummary,
  refusals,
  type ServingCheck,
  summarise,
} from "../../study/serving/validate.ts";
import { accuracyBlock } from "./accuracy-view.ts";
import type { Part } from "./part.ts";

/** Ways of grouping the checks, by the table they make. */
const GROUPS: readonly (readonly [title: string, key: (check: ServingCheck) => string])[] = [
  ["Serving, in sample, by metric", (check) => check.family],
  ["Serving, in sample, by metric and source", (check) => `${check.family}, ${check.source}`],
  ["Serving, in sample, by metric and engine", (check) => `${check.family}, ${check.engine}`],
  ["Serving, in sample, by metric and chip", (check) => `${check.family}, ${check.chip}`],
];

export const servingPart: Part = {
  name: "serving",
  summary: "latency and throughput of published serving measurements",
  async run() {
    const facts = await measuredFacts();
    const questions = await servingQuestions(facts);
    const checks = checkServing(questions);
    const turned = refusals(questions);
    const day = deepSeekDay(facts);
    const tables = GROUPS.map(([title, key]) => ({ title, rows: summarise(checks, key) }));
    const refused = Object.entries(turned).map(([reason, rows]) => `${rows} ${reason}`);
    const view = [
      ...tables.map(({ title, rows }) => accuracyBlock(title, rows.map(labelled))),
      {
        block: "table",
        heading: "DeepSeek's published day of February 2025",
        table: {
          columns: [
            { key: "figure", title: "figure" },
            { key: "published", title: "published", kind: "count" },
            { key: "computed", title: "computed", kind: "count" },
          ],
          rows: day.map(({ figure, published, computed }) => [figure, published, computed]),
        },
      },
      {
        block: "notes",
        lines: [
          `${checks.length} rows answered; not asked or not answered, with the reason: ${refused.join(", ")}.`,
        ],
      },
    ] as const;
    return {
      result: { serving: { tables, deepSeekDay: day, answered: checks.length, refused: turned } },
      view,
    };
  },
};

const labelled = ({ group, rows, ...accuracy }: ErrorSummary) => ({
  label: group,
  accuracy: { n: rows, ...accuracy },
});
