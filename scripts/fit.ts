// Reproduces the fitted constants of the training model from the shipped measurements.
//   npm run fit               fits, prints each constant with its spread over left-out sources
//   npm run fit -- --check    exits 1 where the shipped constants or folds differ from what the fit gives
//   npm run fit -- --write    writes them
//   npm run fit -- --report   prints the accuracy tables of the shipped constants, without fitting
import { readFileSync, writeFileSync } from "node:fs";
import { FITTED_CONSTANTS, TRAINING_ASSUMPTIONS } from "../src/core/training/constants.ts";
import { type Constants, fitConstants, leaveOneOut } from "../src/study/validate/fit.ts";
import { chipFamilyOf, rounded, sourceOf, trainingFit } from "../src/study/validate/fit-training.ts";
import { loadTrainingCases, validateTraining } from "../src/study/validate/training.ts";

const CONSTANTS = "src/core/training/constants.ts";
const FOLDS = "src/measured/data/training-folds.json";

interface Folds {
  readonly all: Constants;
  readonly source: Readonly<Record<string, Constants>>;
  readonly chip: Readonly<Record<string, Constants>>;
}

function roundedAll(folds: Readonly<Record<string, Constants>>): Record<string, Constants> {
  return Object.fromEntries(Object.entries(folds).map(([name, constants]) => [name, rounded(constants)]));
}

async function folds(): Promise<Folds> {
  const cases = await loadTrainingCases();
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

function write(result: Folds): void {
  let text = readFileSync(CONSTANTS, "utf8");
  for (const name of FITTED_CONSTANTS) {
    text = text.replace(new RegExp(`(${name}: assume\\()[^,]+`), `$1${result.all[name]}`);
  }
  writeFileSync(CONSTANTS, text);
  writeFileSync(FOLDS, `${JSON.stringify(result, undefined, 1)}\n`);
}

function differences(result: Folds): string[] {
  const wrong = FITTED_CONSTANTS.filter((name) => TRAINING_ASSUMPTIONS[name].value !== result.all[name]).map(
    (name) =>
      `${CONSTANTS}: ${name} is ${TRAINING_ASSUMPTIONS[name].value}, the fit gives ${result.all[name]}`,
  );
  if (JSON.stringify(JSON.parse(readFileSync(FOLDS, "utf8"))) !== JSON.stringify(result))
    wrong.push(`${FOLDS} is stale`);
  return wrong;
}

function print(result: Folds): void {
  console.log("constant          value     over left-out sources   shipped");
  for (const name of FITTED_CONSTANTS) {
    const spread = Object.values(result.source).map((constants) => constants[name]!);
    const range = `${Math.min(...spread)} .. ${Math.max(...spread)}`;
    console.log(
      `${name.padEnd(16)}  ${String(result.all[name]).padEnd(9)} ${range.padEnd(23)} ${TRAINING_ASSUMPTIONS[name].value}`,
    );
  }
}

async function report(): Promise<void> {
  const percent = (share: number | undefined) =>
    (share === undefined ? "-" : (100 * share).toFixed(1)).padStart(7);
  for (const table of (await validateTraining()).tables) {
    console.log(`\n${table.title}\n${"".padEnd(34)}     n  median    mean  within20  bias  covered`);
    for (const { label, accuracy: a } of table.rows) {
      console.log(
        label.padEnd(34),
        String(a.n).padStart(5),
        percent(a.median),
        percent(a.mean),
        percent(a.within20),
        percent(a.bias),
        percent(a.coverage),
      );
    }
  }
}

const flag = process.argv[2];
if (flag === "--report") await report();
else {
  const result = await folds();
  print(result);
  if (flag === "--write") write(result);
  const wrong = flag === "--check" ? differences(result) : [];
  for (const line of wrong) console.error(line);
  process.exitCode = wrong.length > 0 ? 1 : 0;
}
