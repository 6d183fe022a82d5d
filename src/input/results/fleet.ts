import * as z from "zod/mini";
import { maybe, number, ranged, text } from "./parts.ts";

/** What `fleet` answers. */
export const fleet = z.strictObject({
  reference: text,
  run: maybe(z.strictObject({ model: text, params: number, tokens: number, flop: number })),
  fleets: z.array(
    z.strictObject({
      fleet: text,
      name: text,
      gpus: number,
      gpu: maybe(text),
      peakFlopPerSecond: maybe(number),
      peaks: z.record(text, number),
      memoryBytes: maybe(number),
      bandwidthBytesPerSecond: maybe(number),
      watts: maybe(number),
      capexUsd: maybe(number),
      rentUsdPerDay: maybe(number),
      days: maybe(number),
      cost: maybe(number),
      ratio: maybe(number),
      referenceRatio: maybe(number),
      why: maybe(text),
      candidateOf: maybe(text),
      reportedMegawatts: maybe(number),
      date: maybe(text),
      status: maybe(text),
    }),
  ),
  ...ranged,
});
