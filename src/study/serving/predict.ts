import { SERVING_CONSTANTS, type ServingConstants } from "../../core/serving/constants.ts";
import { type Prepared, prepare } from "../../core/serving/prepare.ts";
import { spreads } from "../../core/serving/queueing.ts";
import { serve } from "../../core/serving/service.ts";
import type { ServiceTimes } from "../../core/serving/times.ts";
import { loadServing, type ServingRow } from "../../measured/serving.ts";
import { type MeasuredFacts, measuredFacts } from "./measured-facts.ts";
import { type Refusal, type ServingCase, servingCase } from "./rows.ts";

/** The figure a row prints, as the model sees it; undefined where it does not fit or has no steady state. */
export function predict(c: ServingCase, k: ServingConstants = SERVING_CONSTANTS): number | undefined {
  let best: number | undefined;
  for (const setup of c.setups) {
    const prepared = prepare(setup, k);
    const times = serve(prepared, c.load);
    if (times === undefined) continue;
    const endless = times.overloaded && c.load.kind === "open" && c.family !== "throughput";
    if (endless) continue;
    const figure = figureOf(c, times, prepared);
    if (best === undefined || figure > best) best = figure;
  }
  return best;
}

function figureOf({ row, load, scale }: ServingCase, t: ServiceTimes, p: Prepared): number {
  const { statistic } = row.inputs;
  if (statistic === "p90" || statistic === "p99") {
    return spreads(p, load, t)[row.metric === "ttft" ? "ttft" : "e2e"][statistic];
  }
  switch (row.metric) {
    case "ttft":
      return t.ttft;
    case "tpot":
      return statistic === "median" ? t.gap : t.tpot;
    case "e2e":
      return t.e2e;
    case "output":
      return t.throughput * scale(p.setup);
    case "decode":
      return 1 / t.gap;
    case "prefill":
      return load.input / t.ttft;
  }
}

/** The shipped rows as questions, and why the others are not asked. */
export interface ServingQuestions {
  readonly cases: readonly ServingCase[];
  readonly refused: readonly { readonly row: ServingRow; readonly reason: Refusal }[];
}

/** The measured rows of serving as questions to the model, and those it cannot be asked, with why. */
export async function servingQuestions(facts?: MeasuredFacts): Promise<ServingQuestions> {
  const known = facts ?? (await measuredFacts());
  const cases: ServingCase[] = [];
  const refused: { row: ServingRow; reason: Refusal }[] = [];
  for (const row of (await loadServing()).rows) {
    const asked = servingCase(row, known);
    if (typeof asked === "string") refused.push({ row, reason: asked });
    else if (predict(asked) === undefined) refused.push({ row, reason: unanswered(asked) });
    else cases.push(asked);
  }
  return { cases, refused };
}

/** A question without a figure either does not fit or asks for latency under more load than can be served. */
const unanswered = (c: ServingCase): Refusal => (c.load.kind === "open" ? "overload" : "does-not-fit");
