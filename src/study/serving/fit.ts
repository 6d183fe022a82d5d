import { SERVING_CONSTANTS, type ServingConstants } from "../../core/serving/constants.ts";
import { type Belief, type FitOptions, robustFit } from "../robust-fit.ts";
import { SERVING_BELIEFS, withValues } from "./beliefs.ts";
import { predict } from "./predict.ts";
import type { ServingCase } from "./rows.ts";

type Values = Readonly<Record<string, number>>;

/** llama.cpp shares no constant with the other engines: the two are fitted apart. */
const isLocal = (c: ServingCase): boolean => c.setups[0]!.engine === "llamacpp";
const LOCAL = /^(ggml|engines\.llamacpp)\./;
const PARTS: readonly { readonly beliefs: readonly Belief[]; readonly takes: (c: ServingCase) => boolean }[] =
  [
    { beliefs: SERVING_BELIEFS.filter(({ name }) => !LOCAL.test(name)), takes: (c) => !isLocal(c) },
    { beliefs: SERVING_BELIEFS.filter(({ name }) => LOCAL.test(name)), takes: isLocal },
  ];

/** Rows of one source, chip and metric share their harness: together they weigh as the root of their number. */
const groupOf = ({ row, family }: ServingCase): string => `${row.source} ${row.chip} ${family}`;

/** A row whose figure the constants make impossible still counts, as a factor of this logarithm. */
const WORST = 2;

function fitPart(cases: readonly ServingCase[], beliefs: readonly Belief[], options: FitOptions): Values {
  const counts = new Map<string, number>();
  for (const c of cases) counts.set(groupOf(c), (counts.get(groupOf(c)) ?? 0) + 1);
  const weights = Float64Array.from(cases, (c) => counts.get(groupOf(c))! ** -0.5);
  const residuals = (values: Values) => {
    const k = withValues(SERVING_CONSTANTS, values);
    return Float64Array.from(cases, (c) => residualOf(c, k));
  };
  return robustFit(beliefs, residuals, weights, options).values;
}

/** Logarithm of predicted over measured. */
function residualOf(c: ServingCase, k: ServingConstants): number {
  const figure = predict(c, k);
  if (figure === undefined) return 0;
  return Math.max(-WORST, Math.min(WORST, Math.log(figure / c.row.measured)));
}

/** Percentiles follow from the means; they are checked, not fitted. */
const fitted = (cases: readonly ServingCase[]) => cases.filter(({ family }) => family !== "percentile");

/** Constants from rows: beliefs about physics first, measurements on top. */
export function fitServing(cases: readonly ServingCase[], options: FitOptions = {}): Values {
  return inOrder(PARTS.map(({ beliefs, takes }) => fitPart(fitted(cases).filter(takes), beliefs, options)));
}

const inOrder = (parts: readonly Values[]): Values => {
  const all: Values = Object.assign({}, ...parts);
  return Object.fromEntries(SERVING_BELIEFS.map(({ name }) => [name, all[name]!]));
};

const REFINEMENTS = 8;

/** Constants that never saw the rows with this key, from those fitted on all. */
export function fitWithout(
  cases: readonly ServingCase[],
  left: (c: ServingCase) => boolean,
  all: Values,
): Values {
  const options = { start: all, iterations: REFINEMENTS };
  return inOrder(
    PARTS.map(({ beliefs, takes }) => {
      const part = fitted(cases).filter(takes);
      const rest = part.filter((c) => !left(c));
      if (rest.length === part.length)
        return Object.fromEntries(beliefs.map(({ name }) => [name, all[name]!]));
      return fitPart(rest, beliefs, options);
    }),
  );
}
