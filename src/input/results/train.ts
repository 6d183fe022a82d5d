import * as z from "zod/mini";
import { maybe, number, numbers, ranged, text } from "./parts.ts";

const knownRun = z.strictObject({ name: text, flop: number, source: text });

/** What `train` answers. */
export const train = z.strictObject({
  model: z.strictObject({ name: text, params: number, active: number, convention: text }),
  data: z.strictObject({ tokens: number, tokensPerParam: number }),
  compute: z.strictObject({
    flop: number,
    flopPerActive: number,
    petaflopDays: number,
    exactFlop: maybe(number),
    exactFullAttentionFlop: maybe(number),
    seq: maybe(number),
  }),
  solved: z.array(text),
  time: maybe(z.strictObject({ days: number, seconds: number, gpuHours: number })),
  throughput: maybe(
    z.strictObject({
      tokensPerSecond: maybe(number),
      tokensPerSecondPerGpu: number,
      stepSeconds: maybe(number),
    }),
  ),
  mfu: maybe(number),
  goodput: maybe(number),
  utilisation: maybe(numbers),
  step: maybe(numbers),
  levers: maybe(z.array(z.strictObject({ change: text, kind: text, seconds: number, saved: number }))),
  memory: z.strictObject({
    weightBytes: number,
    gradientBytes: number,
    optimizerBytes: number,
    stateBytes: number,
    capacityBytesPerGpu: maybe(number),
    stateBytesPerGpu: maybe(number),
    peakBytesPerGpu: maybe(number),
    fits: maybe(z.boolean()),
    parts: maybe(numbers),
  }),
  fleet: maybe(
    z.strictObject({
      name: text,
      gpu: maybe(text),
      gpus: maybe(number),
      peakFlopPerSecond: maybe(number),
      precision: text,
    }),
  ),
  layout: maybe(z.record(text, z.union([number, text, z.boolean()]))),
  cost: maybe(
    z.strictObject({
      usd: number,
      basis: z.enum(["rent", "owned"]),
      usdPerGpuHour: maybe(number),
      rentedUsd: maybe(number),
      priceDate: maybe(text),
      ownedUsd: maybe(number),
      ownedParts: maybe(z.strictObject({ chips: number, servers: number, network: number, energy: number })),
      acquisitionUsd: maybe(number),
    }),
  ),
  energy: maybe(z.strictObject({ kwh: number, averageWatts: maybe(number) })),
  carbon: maybe(z.strictObject({ kgCo2e: number, gramsPerKwh: number, grid: text })),
  beside: z.strictObject({ below: maybe(knownRun), above: maybe(knownRun) }),
  reference: maybe(
    z.strictObject({
      tokens: number,
      flop: number,
      petaflopDays: number,
      scaled: z.strictObject({ petaflopDays: number, fromPetaflopDays: number, fromParams: number }),
    }),
  ),
  thresholds: z.array(
    z.strictObject({
      id: text,
      name: text,
      flop: number,
      crossed: z.boolean(),
      probability: maybe(number),
      status: text,
      date: text,
      counts: text,
      counted: maybe(number),
    }),
  ),
  fleets: z.array(
    z.strictObject({
      fleet: text,
      name: text,
      gpus: number,
      gpu: maybe(text),
      peakFlopPerSecond: maybe(number),
      days: maybe(number),
      gpuHours: maybe(number),
      cost: maybe(number),
      energy: maybe(number),
      carbon: maybe(number),
      mfu: maybe(number),
      why: maybe(text),
    }),
  ),
  ...ranged,
});
