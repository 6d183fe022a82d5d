import { refuse } from "../../units/problem.ts";
import { type Bound, parseSlo } from "../../units/slo.ts";

/** The bounds of a request. */
export function boundsOf({ slo }: { readonly slo?: string }): readonly Bound[] {
  if (slo === undefined) return [];
  const parsed = parseSlo(slo);
  if (parsed.ok) return parsed.value;
  const { code, message, hint } = parsed.problem;
  return refuse(code, `--slo ${message}`, hint === undefined ? { flag: "--slo" } : { flag: "--slo", hint });
}
