// The serving half of `npm run fit`: constants of src/core/serving from the shipped measurements.
//   npm run fit -- serving                      fits, prints prior, shipped and fitted constants, and errors
//   npm run fit -- serving --check              exits 1 where the shipped constants differ from what the fit gives
//   npm run fit -- serving --leave-out          also fits without each chip and each source (some minutes)
//   npm run fit -- serving --leave-out --write  writes the constants and the folds
import { writeFileSync } from "node:fs";
import { SERVING_CONSTANTS } from "../src/core/serving/constants.ts";
import { SERVING_BELIEFS, valueAt } from "../src/study/serving/beliefs.ts";
import { fitServing, fitWithout } from "../src/study/serving/fit.ts";
import { servingQuestions } from "../src/study/serving/predict.ts";
import type { ServingCase } from "../src/study/serving/rows.ts";
import { checksOf, refusals, scoredOf } from "../src/study/serving/validate.ts";
import { accuracyBy } from "../src/study/validate/accuracy.ts";
import { errorFactor } from "../src/study/validate/interval.ts";

const FITTED = "src/core/serving/fitted.ts";
const FOLDS = "src/measured/data/serving-folds.json";
const DIGITS = 3;

type Values = Readonly<Record<string, number>>;

const rounded = (values: Values): Record<string, number> =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, Number(value.toPrecision(DIGITS))]),
  );

function printErrors(title: string, cases: readonly ServingCase[], values: Values): void {
  console.log(`\n${title}\n${"".padEnd(14)}    n  median    mean  within20    bias`);
  for (const { key, accuracy: a } of accuracyBy(scoredOf(checksOf(cases, () => values)), (s) => s.metric)) {
    const figures = [a.median, a.mean, a.within20, a.bias].map((x) => (100 * x).toFixed(1).padStart(7));
    console.log(key.padEnd(14), String(a.n).padStart(4), ...figures);
  }
}

/** Values as a module: shared, llama.cpp's and each engine's apart. */
function moduleOf(values: Values): string {
  const of = (prefix: string) =>
    Object.entries(values)
      .filter(([name]) => (prefix === "" ? !name.includes(".") : name.startsWith(prefix)))
      .map(([name, value]) => `${name.slice(prefix.length)}: ${value}`)
      .join(", ");
  const ids = [
    ...new Set(Object.keys(values).flatMap((name) => /^engines\.([^.]+)\./.exec(name)?.[1] ?? [])),
  ];
  const engines = ids.map((id) => `${JSON.stringify(id)}: { ${of(`engines.${id}.`)} }`).join(",\n");
  return `// Written by \`npm run fit -- serving --leave-out --write\` from the shipped measurements.

/** Values in base units; what each means stands at its name in \`constants.ts\`. */
export const FITTED = {
  shared: { ${of("")} },
  ggml: { ${of("ggml.")} },
  engines: { ${engines} },
} as const;
`;
}

function foldsOf(cases: readonly ServingCase[], key: (c: ServingCase) => string, start: Values) {
  return Object.fromEntries(
    [...new Set(cases.map(key))].map((left) => {
      console.error(`without ${left}`);
      return [left, Object.values(rounded(fitWithout(cases, (c) => key(c) === left, start)))];
    }),
  );
}

/** The factors behind the intervals of `src/core/serving/accuracy.ts`. */
function printFactors(
  cases: readonly ServingCase[],
  folds: Readonly<Record<"chip" | "source", Record<string, number[]>>>,
): void {
  const names = SERVING_BELIEFS.map(({ name }) => name);
  const leftOut = (part: "chip" | "source") => {
    const values = new Map(
      Object.entries(folds[part]).map(([key, row]) => [
        key,
        Object.fromEntries(names.map((name, i) => [name, row[i]!])),
      ]),
    );
    return scoredOf(checksOf(cases, (c) => values.get(c.row[part])));
  };
  const [chip, source] = [leftOut("chip"), leftOut("source")];
  console.log(`\nfactor that holds 90 %, a chip and a source left out`);
  for (const metric of new Set(chip.map((s) => s.metric))) {
    const factors = [chip, source].map((all) => errorFactor(all.filter((s) => s.metric === metric)));
    console.log(metric.padEnd(14), ...factors.map((factor) => factor.toFixed(2).padStart(7)));
  }
}

const OPTIONS = ["--check", "--leave-out", "--write"];

export async function fitServingConstants(options: readonly string[]): Promise<void> {
  const unknown = options.find((option) => !OPTIONS.includes(option));
  if (unknown !== undefined) {
    console.error(`${unknown} is not one of ${OPTIONS.join(", ")}`);
    process.exitCode = 2;
    return;
  }
  const questions = await servingQuestions();
  const { cases } = questions;
  console.log(`${cases.length} rows answered; not: ${JSON.stringify(refusals(questions))}`);
  const values = rounded(fitServing(cases));
  console.log(`${"constant".padEnd(34)}    prior   shipped    fitted`);
  for (const { name, prior } of SERVING_BELIEFS) {
    const row = [prior, valueAt(SERVING_CONSTANTS, name), values[name]!];
    console.log(name.padEnd(34), ...row.map((v) => v.toPrecision(DIGITS).padStart(9)));
  }
  printErrors("shipped", cases, {});
  printErrors("fitted", cases, values);
  if (options.includes("--check")) {
    for (const { name } of SERVING_BELIEFS) {
      const shipped = valueAt(SERVING_CONSTANTS, name);
      if (shipped === values[name]) continue;
      console.error(`${FITTED}: ${name} is ${shipped}, the fit gives ${values[name]}`);
      process.exitCode = 1;
    }
  }
  if (!options.includes("--leave-out")) return;
  const chip = foldsOf(cases, (c) => c.row.chip, values);
  const source = foldsOf(cases, (c) => c.row.source, values);
  printFactors(cases, { chip, source });
  if (!options.includes("--write")) return;
  const names = SERVING_BELIEFS.map(({ name }) => name);
  const lines = (folds: Record<string, number[]>) =>
    Object.entries(folds)
      .map(([name, row]) => `${JSON.stringify(name)}: ${JSON.stringify(row)}`)
      .join(",\n");
  writeFileSync(FITTED, moduleOf(values));
  writeFileSync(
    FOLDS,
    `{\n"names": ${JSON.stringify(names)},\n"chip": {\n${lines(chip)}\n},\n"source": {\n${lines(source)}\n}\n}\n`,
  );
}
