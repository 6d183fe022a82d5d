import * as z from "zod/mini";
import { maybe, number, numbers, ranged, text } from "./parts.ts";

const crossing = z.strictObject({
  kind: text,
  years: maybe(number),
  year: maybe(number),
  reason: maybe(text),
  sentence: text,
});
const side = {
  flop: number,
  acceleratorYears: number,
  chips: number,
  watts: maybe(number),
  kwh: maybe(number),
  usd: maybe(number),
  capexUsd: maybe(number),
};
const growth = z.strictObject({ perYear: number, by: numbers });
const end = z.strictObject({ value: number, crossing });

/** What `demand` answers. */
export const demand = z.strictObject({
  scenario: z.strictObject({ name: text, source: text, date: text }),
  market: z.record(text, z.unknown()),
  gpu: z.strictObject({ id: text, name: text }),
  filled: z.strictObject({ peak: number, training: maybe(numbers), inference: maybe(numbers) }),
  years: z.array(
    z.strictObject({
      year: number,
      training: z.strictObject(side),
      inference: z.strictObject({ ...side, tokensPerDay: number }),
      total: z.strictObject(side),
      inferenceShare: maybe(number),
      h100e: maybe(number),
      shareOfStock: maybe(number),
    }),
  ),
  growth: z.strictObject({ training: maybe(growth), inference: maybe(growth) }),
  crossover: z.strictObject({ flop: crossing, chipHours: crossing }),
  parity: maybe(numbers),
  thresholds: z.array(
    z.strictObject({
      id: text,
      name: text,
      flop: number,
      counts: text,
      status: text,
      date: text,
      year: maybe(number),
    }),
  ),
  movers: z.array(z.strictObject({ input: text, low: end, high: end })),
  ...ranged,
  inFlight: maybe(z.record(text, z.union([number, text]))),
  normalised: maybe(numbers),
  triangulation: maybe(
    z.strictObject({
      results: z.array(z.strictObject({ method: text, chips: number, normalised: maybe(numbers) })),
      spread: number,
    }),
  ),
  stated: z.array(z.record(text, z.unknown())),
  yardsticks: z.array(z.strictObject({ name: text, gpus: number, date: maybe(text), ratio: number })),
});
