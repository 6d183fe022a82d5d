// Fits shared constants to the shipped measurements and prints old beside new.
// Usage: npm run fit -- serving [--leave-out chip|source]
import { argv, stdout } from "node:process";
import { SERVING_CONSTANTS } from "../src/core/serving/constants.ts";
import { SERVING_BELIEFS, valueAt } from "../src/study/serving/beliefs.ts";
import { fitServing, leaveOut } from "../src/study/serving/fit.ts";
import { servingQuestions } from "../src/study/serving/predict.ts";
import type { ServingCase } from "../src/study/serving/rows.ts";
import {
  checkOf,
  checkServing,
  type ErrorSummary,
  refusals,
  summarise,
} from "../src/study/serving/validate.ts";

const print = (line: string) => stdout.write(`${line}\n`);
const percent = (x: number) => (100 * x).toFixed(1).padStart(7);

function printErrors(title: string, summaries: readonly ErrorSummary[]): void {
  print(`\n${title.padEnd(34)}   rows  median    mean     p90  within 20 %   bias`);
  for (const s of summaries) {
    const figures = [s.median, s.mean, s.p90, s.within20, s.bias].map(percent).join(" ");
    print(`${s.group.padEnd(34)} ${String(s.rows).padStart(6)} ${figures}`);
  }
}

async function serving(options: readonly string[]): Promise<void> {
  const questions = await servingQuestions();
  print(`${questions.cases.length} rows answered; not: ${JSON.stringify(refusals(questions))}`);
  printErrors(
    "constants as they stand",
    summarise(checkServing(questions), (c) => c.family),
  );
  const fit = fitServing(questions.cases);
  print(`\n${"constant".padEnd(34)}    prior       now     fitted`);
  for (const { name, prior } of SERVING_BELIEFS) {
    const values = [prior, valueAt(SERVING_CONSTANTS, name), fit.values[name]!];
    print(`${name.padEnd(34)} ${values.map((v) => v.toPrecision(3).padStart(10)).join(" ")}`);
  }
  printErrors(
    "fitted",
    summarise(checkServing(questions, fit.constants), (c) => c.family),
  );
  printErrors(
    "fitted, by source",
    summarise(checkServing(questions, fit.constants), (c) => `${c.family} ${c.source}`),
  );
  const by = options[options.indexOf("--leave-out") + 1];
  if (!options.includes("--leave-out")) return;
  const key = (c: ServingCase) => (by === "source" ? c.row.source : c.row.chip);
  const left = leaveOut(questions.cases, key, { start: fit.values, iterations: 8 });
  const checks = left.map((row) => checkOf(row.case, row.predicted));
  printErrors(
    `each ${by} left out`,
    summarise(checks, (c) => c.family),
  );
  printErrors(
    `each ${by} left out, by it`,
    summarise(checks, (c) => `${c.family} ${by === "source" ? c.source : c.chip}`),
  );
}

const [part, ...options] = argv.slice(2);
if (part === "serving") await serving(options);
else print("Usage: npm run fit -- serving [--leave-out chip|source]");
