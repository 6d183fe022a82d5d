import * as z from "zod/mini";
import { maybe, number, numbers, ranged, text } from "./parts.ts";

const plan = { params: number, tokens: number, tokensPerParam: number, loss: maybe(number) };

const ends = z.strictObject({ low: number, high: number });

/** What `scale` answers. */
export const scale = z.strictObject({
  compute: z.strictObject({ flop: number, petaflopDays: number }),
  law: z.strictObject({
    id: text,
    formula: text,
    source: text,
    basis: text,
    params: number,
    flop: number,
    constants: numbers,
    caution: maybe(text),
  }),
  optimum: z.strictObject(plan),
  ...ranged,
  band: z.strictObject({ params: ends, tokens: ends, tokensPerParam: ends }),
  lossLaw: text,
  laws: z.array(
    z.strictObject({ ...plan, law: text, inBand: z.boolean(), extrapolation: number, caution: maybe(text) }),
  ),
  run: maybe(numbers),
  lifetime: maybe(
    z.strictObject({
      servedTokens: number,
      weighedTokens: number,
      fits: z.array(z.strictObject({ ...plan, law: text, saving: number })),
    }),
  ),
  repeated: maybe(numbers),
  sizes: z.array(
    z.strictObject({
      ratio: number,
      params: number,
      tokens: maybe(number),
      computeRatio: maybe(number),
      kaplanRatio: maybe(number),
    }),
  ),
  batch: numbers,
});
