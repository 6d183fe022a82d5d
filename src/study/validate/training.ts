import { chipOf } from "../../catalog/chip.ts";
import { loadChips } from "../../catalog/chips.ts";
import { THROUGHPUT_ERROR } from "../../core/training/uncertainty.ts";
import { trainingSteps } from "../../measured/training.ts";
import {
  type Accuracy,
  accuracyBy,
  accuracyOf,
  rankCorrelation,
  type Scored,
  scoreRows,
} from "./accuracy.ts";
import { chipFamilyOf, sourceOf } from "./fit-training.ts";
import { covers } from "./interval.ts";
import { predictCase, type TrainingCase, trainingCases } from "./training-rows.ts";

/** Rows of figures under a title, as plain data for a table. */
export interface AccuracyTable {
  readonly title: string;
  readonly rows: readonly { readonly label: string; readonly accuracy: Accuracy }[];
}

/** Predicted against measured, in sample and with a source or a chip left out of the fit. */
export interface TrainingValidation {
  readonly tables: readonly AccuracyTable[];
  /** Configurations inside sweeps of one model on one chip in one source: does the prediction rank them? */
  readonly sweeps: readonly {
    readonly label: string;
    readonly n: number;
    readonly rankCorrelation: number;
  }[];
  readonly unpredicted: readonly { readonly id: string; readonly why: string }[];
}

/** The shipped steps, ready to be predicted. */
export async function loadTrainingCases(): Promise<TrainingCase[]> {
  const [{ rows }, chips] = await Promise.all([trainingSteps(), loadChips()]);
  return trainingCases(rows, new Map(chips.map((row) => [row.id, chipOf(row)])));
}

/** Constants fitted on everything but the part's own measurements. */
type Folds = Readonly<Record<string, Readonly<Record<string, number>>>>;

async function loadFolds(): Promise<{ readonly source: Folds; readonly chip: Folds }> {
  const { default: folds } = await import("../../measured/data/training-folds.json", {
    with: { type: "json" },
  });
  return folds as { source: Folds; chip: Folds };
}

/** Scores each configuration under constants that may depend on its row. */
export function scoreCases(
  cases: readonly TrainingCase[],
  constantsOf: (row: TrainingCase["row"]) => Readonly<Record<string, number>> | undefined,
): Scored[] {
  const byId = new Map(cases.map((item) => [item.row.id, item]));
  return scoreRows(
    cases.map((item) => item.row),
    (row) => predictCase(byId.get(row.id)!, constantsOf(row)).tokensPerSecond,
  );
}

/** Each configuration against the interval that a prediction of its family carries. */
const judged = (scored: readonly Scored[]): Scored[] =>
  scored.map((s) => ({ ...s, covered: covers(THROUGHPUT_ERROR[s.family], s.log) }));

/** Predictions of each source by constants fitted without it. */
async function leftOutSources(cases: readonly TrainingCase[]): Promise<Scored[]> {
  const { source } = await loadFolds();
  return scoreCases(cases, (row) => source[sourceOf(row)]);
}

const EVERY = "all";

function table(title: string, scored: readonly Scored[], key: (s: Scored) => string): AccuracyTable {
  const rows = ["dense", "moe"].flatMap((family) => {
    const part = scored.filter((s) => s.family === family);
    const accuracy = accuracyOf(part);
    if (accuracy === undefined) return [];
    return [
      { label: `${family}, ${EVERY}`, accuracy },
      ...accuracyBy(part, key).map((row) => ({ label: `${family}, ${row.key}`, accuracy: row.accuracy })),
    ];
  });
  return { title, rows };
}

/** Published tables others report their errors on. */
const ANCHORS: readonly { readonly label: string; readonly ids: RegExp }[] = [
  { label: "Korthikanti 2022, table 5", ids: /^kor-00[1-8]$/ },
  { label: "Narayanan 2021, table 1", ids: /^meg21-0/ },
  { label: "Megatron-Core on H100, 2024", ids: /^megh-/ },
];

/** Predicted against measured training: in sample, and with the source or the chip left out of the fit. */
export async function validateTraining(): Promise<TrainingValidation> {
  const [cases, folds, { rows }] = await Promise.all([loadTrainingCases(), loadFolds(), trainingSteps()]);
  const inSample = scoreCases(cases, () => undefined);
  const bySource = judged(await leftOutSources(cases));
  const byChip = judged(scoreCases(cases, (row) => folds.chip[chipFamilyOf(row)]));
  const chipAll = accuracyOf(byChip)!;
  const chipTable = table("a chip left out of the fit", byChip, chipFamilyOf);
  const known = new Set(cases.map((item) => item.row.id));
  return {
    tables: [
      table("a source left out of the fit", bySource, sourceOf),
      { ...chipTable, rows: [{ label: EVERY, accuracy: chipAll }, ...chipTable.rows] },
      table("in sample, by source", inSample, sourceOf),
      table("in sample, by chip", inSample, (s) => s.chip),
      { title: "published tables, in sample", rows: anchors(cases) },
    ],
    sweeps: sweeps(cases),
    unpredicted: rows
      .filter((row) => !known.has(row.id))
      .map(({ id }) => ({ id, why: "the source states no layout" })),
  };
}

function anchors(cases: readonly TrainingCase[]): AccuracyTable["rows"] {
  return ANCHORS.map(({ label, ids }) => {
    const rows = cases
      .filter((item) => ids.test(item.row.id))
      .map((item) => ({ ...item, row: { ...item.row, group: item.row.id } }));
    return { label, accuracy: accuracyOf(scoreCases(rows, () => undefined))! };
  });
}

const SWEEP_LEAST = 4;
const SWEEP_SPREAD = 1.3;

/** Sweeps of one model on one chip in one source whose measurements spread over 1.3 x. */
function sweeps(cases: readonly TrainingCase[]): TrainingValidation["sweeps"] {
  const parts = new Map<string, TrainingCase[]>();
  for (const item of cases) {
    const { row } = item;
    const key = `${row.source}, ${row.inputs.shape.name}, ${row.chip}`;
    parts.set(key, [...(parts.get(key) ?? []), item]);
  }
  return [...parts].flatMap(([label, items]) => {
    const measured = items.map((item) => item.row.measured);
    const spread = Math.max(...measured) / Math.min(...measured);
    if (items.length < SWEEP_LEAST || spread < SWEEP_SPREAD) return [];
    const predicted = items.map((item) => predictCase(item).tokensPerSecond);
    return [{ label, n: items.length, rankCorrelation: rankCorrelation(measured, predicted) }];
  });
}
