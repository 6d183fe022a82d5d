import * as z from "zod/mini";
import { maybe, number, numbers, ranged, text } from "./parts.ts";

const latency = z.strictObject(
  Object.fromEntries(
    ["ttft", "tpot", "e2e"]
      .flatMap((metric) => ["", "P50", "P90", "P99"].map((statistic) => `${metric}${statistic}Seconds`))
      .concat("gapSeconds")
      .map((key) => [key, number]),
  ),
);
const tokenPrices = {
  usdPerMillionInputTokens: number,
  usdPerMillionCachedTokens: maybe(number),
  usdPerMillionOutputTokens: number,
};

/** What `infer` answers. */
export const infer = z.strictObject({
  model: z.strictObject({
    name: text,
    params: number,
    active: number,
    precision: text,
    kvBytesPerElement: number,
  }),
  engine: z.strictObject({ name: text, class: text, measured: z.boolean() }),
  request: z.strictObject({
    inputTokens: number,
    outputTokens: number,
    cachedTokens: number,
    mediaTokens: maybe(number),
  }),
  demand: z.strictObject({
    kind: z.enum(["closed", "open", "static", "saturated"]),
    concurrency: number,
    requestsPerSecond: number,
  }),
  fleet: z.strictObject({ gpu: text, name: text, gpus: number, replicas: number, gpusPerReplica: number }),
  layout: z.strictObject({ tp: number, pp: number, dp: number, ep: maybe(number) }),
  split: maybe(
    z.strictObject({
      prefillGpus: number,
      decodeGpus: number,
      prefillLayout: z.strictObject({ tp: number, pp: number, dp: number, ep: maybe(number) }),
      prefillWorkers: number,
      decodeWorkers: number,
      transferSeconds: number,
      prefillBusy: number,
    }),
  ),
  latency,
  throughput: numbers,
  batch: numbers,
  step: numbers,
  prefill: numbers,
  memory: z.strictObject({
    fits: z.boolean(),
    capacityBytesPerGpu: maybe(number),
    weightBytesPerGpu: number,
    overheadBytesPerGpu: number,
    kvPoolBytesPerGpu: number,
    kvBytesPerToken: number,
    kvAllocatedBytesPerToken: number,
    kvFixedBytesPerRequest: number,
    kvBytesPerRequest: number,
    kvCapacityTokens: number,
    kvUsedTokens: number,
  }),
  power: maybe(z.strictObject({ wattsPerGpu: number, facilityWatts: number })),
  energy: maybe(
    z.strictObject({ joulesPerOutputToken: number, joulesPerInputToken: number, whPerRequest: number }),
  ),
  carbon: maybe(
    z.strictObject({
      gramsCo2ePerRequest: number,
      embodiedGramsPerRequest: number,
      embodiedShare: number,
      gramsPerKwh: number,
      grid: text,
    }),
  ),
  water: maybe(z.strictObject({ litresPerRequest: number })),
  cost: maybe(
    z.strictObject({
      ...tokenPrices,
      basis: z.enum(["rent", "owned"]),
      usdPerGpuHour: number,
      usdPerHour: number,
      usdPerRequest: number,
      priceDate: maybe(text),
      rented: maybe(z.strictObject(tokenPrices)),
      owned: maybe(z.strictObject({ ...tokenPrices, usdPerGpuHour: number })),
    }),
  ),
  listed: maybe(
    z.array(
      z.strictObject({
        provider: text,
        model: text,
        usdPerMillionInputTokens: number,
        usdPerMillionOutputTokens: number,
        date: text,
      }),
    ),
  ),
  slo: z.array(
    z.strictObject({
      metric: text,
      statistic: text,
      limitSeconds: number,
      valueSeconds: number,
      met: z.boolean(),
      probability: maybe(number),
    }),
  ),
  sureGpus: maybe(number),
  capacity: maybe(z.strictObject({ requestsPerSecond: number, concurrency: number, breaks: text })),
  limit: z.strictObject({ by: text, why: text }),
  levers: z.array(
    z.strictObject({
      change: text,
      gpus: number,
      usdPerMillionOutputTokens: maybe(number),
      tpotSeconds: number,
      chipTimeRatio: number,
    }),
  ),
  chips: maybe(
    z.array(
      z.strictObject({
        gpu: text,
        name: text,
        gpus: maybe(number),
        layout: maybe(text),
        ttftSeconds: maybe(number),
        tpotSeconds: maybe(number),
        outputTokensPerSecondPerGpu: maybe(number),
        usdPerMillionOutputTokens: maybe(number),
        whPerRequest: maybe(number),
        usdPerRequest: maybe(number),
        ratio: maybe(number),
        why: maybe(text),
      }),
    ),
  ),
  ...ranged,
});
