import type { Count } from "../../units/quantity.ts";
import type { Prepared } from "./prepare.ts";
import { decodeStep, type StepTime } from "./step.ts";

/** Tokens one step yields on average: a run of accepted drafts, and the one token the trunk adds. [Leviathan 2023, eq. 1] */
export function expectedTokens(p: Prepared): Count {
  const s = p.setup.options?.speculation;
  if (s === undefined) return 1;
  if (s.acceptance >= 1) return s.draft + 1;
  return (1 - s.acceptance ** (s.draft + 1)) / (1 - s.acceptance);
}

/** Tokens of one request that a step takes. */
export const tokensPerStep = (p: Prepared): Count => 1 + (p.setup.options?.speculation?.draft ?? 0);

/** A decode step that checks the drafts of every request, and makes the next ones. */
export function speculativeStep(p: Prepared, batch: Count, context: Count): StepTime {
  const s = p.setup.options?.speculation;
  if (s === undefined) return decodeStep(p, batch, context);
  const check = decodeStep(p, batch, context, 1 + s.draft);
  const one = decodeStep(p, batch, context);
  const share = s.draftCost ?? (1 + OF_TRUNK) / p.work.layers;
  const draft = s.draft * share * (one.total - one.engine);
  return { ...check, draft, total: check.total + draft };
}

/** Embedding join and head that a draft block carries beside its own layer, in layers. */
const OF_TRUNK = 1;
