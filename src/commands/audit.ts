import type { Command } from "commander";
import { auditFields } from "../input/audit.ts";
import { spreadOf, valuesOf } from "../input/point.ts";
import { type AuditAnswer, auditView } from "../render/views/audit.ts";
import { auditLines } from "../render/views/audit-explain.ts";
import { auditUncertainClaim } from "../study/audit/estimate.ts";
import { auditPublished } from "../study/audit/published.ts";
import type { AuditRequest } from "../study/audit/request.ts";
import type { Answer } from "../study/document.ts";
import type { Facts } from "../study/facts.ts";
import { splitRequest } from "../study/sample/uncertain.ts";
import { refuse } from "../units/problem.ts";
import type { Estimator } from "./estimator.ts";
import type { Context } from "./index.ts";
import { withModelFile } from "./model-file.ts";
import { defineEstimator } from "./run.ts";

export const audit: Estimator<AuditAnswer> = {
  name: "audit",
  fields: auditFields,
  operands: { key: "claim", placeholder: "claim" },
  examples: [
    'compute-est audit "31271 PFLOP/s-day" --params 1.5e12',
    'compute-est audit "28M GPU-hours" --flop 1e26 --gpu h100',
    "compute-est audit                                   # published claims, recomputed",
  ],
  sample: { claim: "31271 PFLOP/s-day", params: 1.5e12 },
  figures: [],
  columns: ["recomputed", "ratio"],
  answer(request, resources) {
    const { point, inputs } = splitRequest(valuesOf(request), (key) => spreadOf(auditFields, key));
    const { claim, ...setting } = point;
    const given = [...Object.keys(setting), ...inputs.map(({ name }) => name)];
    if (claim === undefined) return publishedClaims(given, resources.facts);
    return withModelFile(setting, resources, (known) =>
      auditUncertainClaim({ ...known, claim } as AuditRequest, resources.facts, inputs),
    );
  },
  view: auditView,
  explain: auditLines,
  // a claim that nothing ordinary makes true has failed
  exitCode: ({ result }) => ("verdict" in result && result.verdict === "unexplained" ? 1 : 0),
};

async function publishedClaims(given: readonly string[], facts: Facts): Promise<Answer<AuditAnswer>> {
  if (given.length > 0) {
    refuse("E-UNDER", "No claim is named.", {
      flag: "claim",
      hint: 'E.g. compute-est audit "31271 PFLOP/s-day" --params 1.5e12.',
    });
  }
  return { result: { claims: await auditPublished(facts) }, assumptions: [], warnings: [], defaults: {} };
}

/** Declares the options, the call and the views of the command. */
export function define(command: Command, context: Context): void {
  defineEstimator(command, context, audit as Estimator);
}
