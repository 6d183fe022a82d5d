import * as z from "zod/mini";
import { maybe, number, ranged, text } from "./parts.ts";

const planRow = z.strictObject({
  gpu: text,
  gpus: number,
  layout: z.record(text, z.union([number, text, z.boolean()])),
  stepSeconds: number,
  tokensPerSecondPerGpu: number,
  mfu: number,
  peakBytesPerGpu: number,
  headroom: maybe(number),
  days: number,
  cost: maybe(number),
  energy: maybe(number),
  differs: maybe(text),
});

/** What `plan train` answers. */
export const planTrain = z.strictObject({
  objective: text,
  model: text,
  tokens: number,
  best: z.array(planRow),
  front: z.array(planRow),
  frontAgainst: text,
  considered: number,
  evaluated: number,
  pruned: number,
  rejected: z.array(z.strictObject({ reason: text, text, layouts: number })),
  intervals: ranged.intervals,
});

const servingLayout = z.strictObject({ tp: number, pp: number, dp: number, ep: maybe(number) });

/** What `plan infer` answers. */
export const planInfer = z.strictObject({
  model: z.strictObject({ name: text, params: number }),
  request: z.strictObject({ inputTokens: number, outputTokens: number, cachedTokens: number }),
  objective: text,
  demand: maybe(z.strictObject({ kind: text, amount: number })),
  gpus: number,
  chips: z.array(text),
  considered: number,
  best: z.array(
    z.strictObject({
      gpu: text,
      precision: text,
      kvPrecision: text,
      layout: servingLayout,
      replicas: number,
      gpus: number,
      idleGpus: number,
      batchLimit: number,
      concurrency: number,
      ttftSeconds: number,
      tpotSeconds: number,
      outputTokensPerSecond: number,
      outputTokensPerSecondPerGpu: number,
      outputTokensPerSecondPerUser: number,
      usdPerMillionOutputTokens: maybe(number),
      usdPerRequest: maybe(number),
      joulesPerOutputToken: maybe(number),
      breaks: text,
      split: maybe(
        z.strictObject({
          prefillGpus: number,
          decodeGpus: number,
          prefillLayout: servingLayout,
          prefillWorkers: number,
          decodeWorkers: number,
          transferSeconds: number,
          prefillBusy: number,
        }),
      ),
    }),
  ),
  rejected: z.array(z.strictObject({ reason: text, layouts: number, nearest: maybe(text) })),
  front: z.array(
    z.strictObject({
      outputTokensPerSecondPerUser: number,
      outputTokensPerSecondPerGpu: number,
      layout: text,
      precision: text,
      batch: number,
    }),
  ),
  intervals: ranged.intervals,
});
