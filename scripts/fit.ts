// Reproduces the fitted constants of the training model from the shipped measurements.
//   npm run fit               fits, prints each constant with its spread over left-out sources
//   npm run fit -- --check    exits 1 where the shipped constants or folds differ from what the fit gives
//   npm run fit -- --write    writes them
//   npm run fit -- serving    the same for the serving model: fit-serving.ts
//   npm run fit -- --report   prints the accuracy tables of the shipped constants, without fitting
import { readFileSync, writeFileSync } from "node:fs";
import { FITTED_CONSTANTS, TRAINING_ASSUMPTIONS } from "../src/core/training/constants.ts";
import { type ErrorBand, THROUGHPUT_ERROR } from "../src/core/training/uncertainty.ts";
import { type Constants, fitConstants, leaveOneOut } from "../src/study/validate/fit.ts";
import { chipFamilyOf, rounded, sourceOf, trainingFit } from "../src/study/validate/fit-training.ts";
import { coverageByOthers, errorBand } from "../src/study/validate/interval.ts";
import { loadTrainingCases, scoreCases, validateTraining } from "../src/study/validate/training.ts";
import type { TrainingCase } from "../src/study/validate/training-rows.ts";
import { fitServingConstants } from "./fit-serving.ts";

const CONSTANTS = "src/core/training/constants.ts";
const UNCERTAINTY = "src/core/training/uncertainty.ts";
const FOLDS = "src/measured/data/training-folds.json";

const FAMILIES = ["dense", "moe"] as const;

interface Folds {
  readonly all: Constants;
  readonly source: Readonly<Record<string, Constants>>;
  readonly chip: Readonly<Record<string, Constants>>;
}

interface Result {
  readonly folds: Folds;
  readonly bands: Readonly<Record<"dense" | "moe", ErrorBand>>;
  /** Share of left-out measurements inside the band of the other sources alone. */
  readonly coverage: Readonly<Record<"dense" | "moe", number>>;
}

const roundedAll = (folds: Readonly<Record<string, Constants>>): Record<string, Constants> =>
  Object.fromEntries(Object.entries(folds).map(([name, constants]) => [name, rounded(constants)]));

function foldsOf(cases: readonly TrainingCase[]): Folds {
  const fit = trainingFit(cases);
  const names = (of: (s: { source: string; chip: string }) => string) => [
    ...new Set(cases.map((c) => of(c.row))),
  ];
  return {
    all: rounded(fitConstants(fit)),
    source: roundedAll(leaveOneOut(fit, sourceOf, names(sourceOf))),
    chip: roundedAll(leaveOneOut(fit, chipFamilyOf, names(chipFamilyOf))),
  };
}

async function run(): Promise<Result> {
  const cases = await loadTrainingCases();
  const folds = foldsOf(cases);
  const leftOut = scoreCases(cases, (row) => folds.source[sourceOf(row)]);
  const of = <T>(f: (scored: typeof leftOut) => T) =>
    Object.fromEntries(
      FAMILIES.map((family) => [family, f(leftOut.filter((s) => s.family === family))]),
    ) as Record<"dense" | "moe", T>;
  return { folds, bands: of((scored) => digits(errorBand(scored))), coverage: of(coverageByOthers) };
}

/** A band is written to a hundredth, outwards: a bound that is itself a measurement stays inside. */
const digits = (band: ErrorBand): ErrorBand => ({
  ...band,
  low: Math.floor(band.low * 100) / 100,
  high: Math.ceil(band.high * 100) / 100,
});

function write({ folds, bands }: Result): void {
  let constants = readFileSync(CONSTANTS, "utf8");
  for (const name of FITTED_CONSTANTS) {
    constants = constants.replace(new RegExp(`(${name}: assume\\()[^,]+`), `$1${folds.all[name]}`);
  }
  writeFileSync(CONSTANTS, constants);
  let uncertainty = readFileSync(UNCERTAINTY, "utf8");
  for (const family of FAMILIES) {
    const { low, high, n, sources } = bands[family];
    uncertainty = uncertainty.replace(
      new RegExp(`${family}: \\{ low: [^}]*\\}`),
      `${family}: { low: ${low}, high: ${high}, n: ${n}, sources: ${sources} }`,
    );
  }
  writeFileSync(UNCERTAINTY, uncertainty);
  writeFileSync(FOLDS, `${JSON.stringify(folds, undefined, 1)}\n`);
}

function differences({ folds, bands }: Result): string[] {
  const wrong: string[] = FITTED_CONSTANTS.filter(
    (name) => TRAINING_ASSUMPTIONS[name].value !== folds.all[name],
  ).map(
    (name) =>
      `${CONSTANTS}: ${name} is ${TRAINING_ASSUMPTIONS[name].value}, the fit gives ${folds.all[name]}`,
  );
  for (const family of FAMILIES) {
    if (JSON.stringify(THROUGHPUT_ERROR[family]) !== JSON.stringify(bands[family])) {
      wrong.push(`${UNCERTAINTY}: ${family} should be ${JSON.stringify(bands[family])}`);
    }
  }
  if (JSON.stringify(JSON.parse(readFileSync(FOLDS, "utf8"))) !== JSON.stringify(folds))
    wrong.push(`${FOLDS} is stale`);
  return wrong;
}

function print({ folds, bands, coverage }: Result): void {
  console.log("constant          value     over left-out sources   shipped");
  for (const name of FITTED_CONSTANTS) {
    const spread = Object.values(folds.source).map((constants) => constants[name]!);
    const range = `${Math.min(...spread)} .. ${Math.max(...spread)}`;
    console.log(
      `${name.padEnd(16)}  ${String(folds.all[name]).padEnd(9)} ${range.padEnd(23)} ${TRAINING_ASSUMPTIONS[name].value}`,
    );
  }
  for (const family of FAMILIES) {
    const { low, high, n, sources } = bands[family];
    console.log(
      `${family}: measured / predicted in ${low} .. ${high} (90 %; ${n} configurations of ${sources} sources left out; ${(100 * coverage[family]).toFixed(0)} % inside the band of the other sources alone)`,
    );
  }
}

async function report(): Promise<void> {
  const percent = (share: number | undefined) =>
    (share === undefined ? "-" : (100 * share).toFixed(1)).padStart(7);
  const { tables, sweeps, unpredicted } = await validateTraining();
  for (const table of tables) {
    console.log(`\n${table.title}\n${"".padEnd(34)}     n  median    mean  within20  bias  covered`);
    for (const { label, accuracy: a } of table.rows) {
      console.log(
        label.padEnd(34),
        String(a.n).padStart(5),
        ...[a.median, a.mean, a.within20, a.bias, a.coverage].map(percent),
      );
    }
  }
  const ranks = sweeps.map((s) => s.rankCorrelation).toSorted((a, b) => a - b);
  console.log(
    `\nrank correlation in ${ranks.length} sweeps: least ${ranks[0]?.toFixed(2)}, median ${ranks[ranks.length >> 1]?.toFixed(2)}`,
  );
  console.log(`not predicted: ${unpredicted.map(({ id, why }) => `${id} (${why})`).join(", ")}`);
}

const flag = process.argv[2];
if (flag === "serving") await fitServingConstants(process.argv.slice(3));
else if (flag === "--report") await report();
else {
  const result = await run();
  print(result);
  if (flag === "--write") write(result);
  const wrong = flag === "--check" ? differences(result) : [];
  for (const line of wrong) console.error(line);
  process.exitCode = wrong.length > 0 ? 1 : 0;
}
