import * as z from "zod/mini";
import { interval, maybe, number, numbers, ranged, text } from "./parts.ts";

const explanation = z.strictObject({
  assumptions: z.array(z.strictObject({ id: text, sentence: text, mistake: maybe(text) })),
  value: number,
  ratio: number,
  exact: z.boolean(),
  interval: maybe(interval),
  within: maybe(z.array(text)),
});

/** What `audit` answers: one claim, or the table of published ones. */
export const audit = z.union([
  z.strictObject({
    claim: z.strictObject({ text, kind: text, value: number }),
    basis: numbers,
    recomputed: maybe(number),
    ratio: maybe(number),
    within: maybe(z.array(text)),
    verdict: text,
    explanations: z.array(explanation),
    nearest: maybe(explanation),
    sentence: text,
    ...ranged,
  }),
  z.strictObject({
    claims: z.array(
      z.strictObject({ id: text, what: text, source: text, claimed: text, verdict: text, sentence: text }),
    ),
  }),
]);
