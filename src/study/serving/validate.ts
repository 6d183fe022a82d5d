import { servingError } from "../../core/serving/accuracy.ts";
import { SERVING_CONSTANTS } from "../../core/serving/constants.ts";
import { type Accuracy, accuracyBy, type Scored } from "../validate/accuracy.ts";
import type { AccuracyTable } from "../validate/training.ts";
import { withValues } from "./beliefs.ts";
import { type DeepSeekDay, deepSeekDay } from "./deepseek-day.ts";
import { measuredFacts } from "./measured-facts.ts";
import { predict, type ServingQuestions, servingQuestions } from "./predict.ts";
import type { Refusal, ServingCase } from "./rows.ts";

type Values = Readonly<Record<string, number>>;

/** A measured figure beside the predicted one. */
export interface ServingCheck {
  readonly case: ServingCase;
  readonly predicted: number;
}

/** Figures under constants that may depend on the row; no values stand for the constants as shipped. */
export function checksOf(
  cases: readonly ServingCase[],
  valuesOf: (c: ServingCase) => Values | undefined,
): ServingCheck[] {
  const made = new Map<Values, typeof SERVING_CONSTANTS>();
  const constants = (values: Values) => {
    const known = made.get(values) ?? withValues(SERVING_CONSTANTS, values);
    made.set(values, known);
    return known;
  };
  return cases.flatMap((c) => {
    const values = valuesOf(c);
    const predicted = predict(c, values === undefined ? SERVING_CONSTANTS : constants(values));
    return predicted === undefined ? [] : [{ case: c, predicted }];
  });
}

/** Checks as scored configurations, each judged by the interval that a prediction of its figure carries. */
export const scoredOf = (checks: readonly ServingCheck[]): Scored[] =>
  checks.map(({ case: { row, family, setups }, predicted }): Scored => {
    const log = Math.log(predicted / row.measured);
    const scored = {
      group: row.group,
      source: row.source,
      chip: row.chip,
      family: row.family,
      metric: family,
      log,
    };
    if (family === "percentile") return scored;
    const [low, high] = servingError(family, setups[0]!.chip, true).interval;
    return { ...scored, covered: Math.exp(-log) >= low && Math.exp(-log) <= high };
  });

/** Rows that are not answered, by reason. */
export function refusals({ refused }: ServingQuestions): Readonly<Partial<Record<Refusal, number>>> {
  const counts: Partial<Record<Refusal, number>> = {};
  for (const { reason } of refused) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}

interface Folds {
  readonly names: readonly string[];
  readonly chip: Readonly<Record<string, readonly number[]>>;
  readonly source: Readonly<Record<string, readonly number[]>>;
}

/** Constants fitted on everything but the part's own rows. */
async function loadFolds(): Promise<{ chip: Record<string, Values>; source: Record<string, Values> }> {
  const { default: file } = await import("../../measured/data/serving-folds.json", {
    with: { type: "json" },
  });
  const { names, chip, source } = file as Folds;
  const named = (folds: Folds["chip"]) =>
    Object.fromEntries(
      Object.entries(folds).map(([left, row]) => [
        left,
        Object.fromEntries(names.map((name, i) => [name, row[i]!])),
      ]),
    );
  return { chip: named(chip), source: named(source) };
}

/** Predicted against measured, in sample and with a chip or a source left out; and a day of a large service. */
export interface ServingValidation {
  readonly tables: readonly AccuracyTable[];
  readonly answered: number;
  readonly refused: Readonly<Partial<Record<Refusal, number>>>;
  readonly deepSeekDay: readonly DeepSeekDay[];
}

/** Predicted against measured serving: in sample, and with the chip or the source left out of the fit. */
export async function validateServing(): Promise<ServingValidation> {
  const facts = await measuredFacts();
  const [questions, folds] = await Promise.all([servingQuestions(facts), loadFolds()]);
  const { cases } = questions;
  const here = checksOf(cases, () => undefined);
  const chip = checksOf(cases, (c) => folds.chip[c.row.chip]);
  const source = checksOf(cases, (c) => folds.source[c.row.source]);
  const by = (
    title: string,
    checks: readonly ServingCheck[],
    key: (c: ServingCase) => string,
  ): AccuracyTable => {
    const keys = new Map(
      checks.map((check) => [check.case.row.id, `${check.case.family}, ${key(check.case)}`]),
    );
    const scored = scoredOf(checks).map((s, i) => ({ ...s, label: keys.get(checks[i]!.case.row.id)! }));
    const rows = accuracyBy(scored, (s) => (s as (typeof scored)[number]).label);
    return { title, rows: rows.map(({ key: label, accuracy }) => ({ label, accuracy })).sort(byLabel) };
  };
  const all = (title: string, checks: readonly ServingCheck[]): AccuracyTable => ({
    title,
    rows: accuracyBy(scoredOf(checks), (s) => s.metric)
      .map(({ key, accuracy }) => ({ label: key, accuracy }))
      .sort(byLabel),
  });
  return {
    tables: [
      all("with all of them in the fit", here),
      all("each chip left out of the fit", chip),
      all("each source left out of the fit", source),
      by("each chip left out, by chip", chip, (c) => c.row.chip),
      by("each source left out, by source", source, (c) => c.row.source),
      by("in the fit, by engine", here, (c) => c.setups[0]!.engine),
      by("in the fit, by model", here, (c) => c.row.inputs.model),
    ],
    answered: cases.length,
    refused: refusals(questions),
    deepSeekDay: deepSeekDay(facts),
  };
}

const byLabel = (a: { label: string; accuracy: Accuracy }, b: { label: string }): number =>
  a.label < b.label ? -1 : 1;
