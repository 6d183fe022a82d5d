import * as z from "zod/mini";

const number = z.number();
const text = z.string();
const maybe = z.optional;

const interval = z.strictObject({ p05: number, p50: number, p95: number });
const knownRun = z.strictObject({ name: text, flop: number, source: text });
const numbers = z.record(text, number);

const train = z.strictObject({
  model: z.strictObject({ name: text, params: number, active: number, convention: text }),
  data: z.strictObject({ tokens: number, tokensPerParam: number }),
  compute: z.strictObject({
    flop: number,
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
  reference: maybe(z.strictObject({ tokens: number, flop: number, petaflopDays: number })),
  thresholds: z.array(
    z.strictObject({
      id: text,
      name: text,
      flop: number,
      crossed: z.boolean(),
      status: text,
      date: text,
      counts: text,
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
  intervals: maybe(z.record(text, interval)),
  sensitivity: maybe(
    z.strictObject({
      output: text,
      inputs: z.array(
        z.strictObject({ input: text, low: maybe(number), high: maybe(number), share: number }),
      ),
    }),
  ),
});

const fleet = z.strictObject({
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
  intervals: maybe(z.record(text, interval)),
});

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

const infer = z.strictObject({
  model: z.strictObject({
    name: text,
    params: number,
    active: number,
    precision: text,
    kvBytesPerElement: number,
  }),
  engine: z.strictObject({ name: text, class: text, measured: z.boolean() }),
  request: z.strictObject({ inputTokens: number, outputTokens: number, cachedTokens: number }),
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
  slo: z.array(
    z.strictObject({
      metric: text,
      statistic: text,
      limitSeconds: number,
      valueSeconds: number,
      met: z.boolean(),
    }),
  ),
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
        ratio: maybe(number),
        why: maybe(text),
      }),
    ),
  ),
  intervals: maybe(z.record(text, interval)),
});

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

const planTrain = z.strictObject({
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
});

const planInfer = z.strictObject({
  model: z.strictObject({ name: text, params: number }),
  request: z.strictObject({ inputTokens: number, outputTokens: number, cachedTokens: number }),
  objective: text,
  gpus: number,
  considered: number,
  best: z.array(
    z.strictObject({
      gpu: text,
      precision: text,
      kvPrecision: text,
      layout: z.strictObject({ tp: number, pp: number, dp: number, ep: maybe(number) }),
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
      joulesPerOutputToken: maybe(number),
      breaks: text,
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
});

const explanation = z.strictObject({
  assumptions: z.array(z.strictObject({ id: text, sentence: text })),
  value: number,
  ratio: number,
  exact: z.boolean(),
});

const audit = z.union([
  z.strictObject({
    claim: z.strictObject({ text, kind: text, value: number }),
    recomputed: maybe(number),
    ratio: maybe(number),
    verdict: text,
    explanations: z.array(explanation),
    nearest: maybe(explanation),
    sentence: text,
  }),
  z.strictObject({
    claims: z.array(
      z.strictObject({ id: text, what: text, source: text, claimed: text, verdict: text, sentence: text }),
    ),
  }),
]);

const plan = { params: number, tokens: number, tokensPerParam: number, loss: maybe(number) };

const scale = z.strictObject({
  compute: z.strictObject({ flop: number, petaflopDays: number }),
  law: z.strictObject({ id: text, formula: text, source: text, caution: maybe(text) }),
  optimum: z.strictObject(plan),
  intervals: maybe(z.strictObject({ params: interval, tokensPerParam: interval })),
  laws: z.array(
    z.strictObject({ ...plan, law: text, inBand: z.boolean(), extrapolation: number, caution: maybe(text) }),
  ),
  run: maybe(numbers),
  lifetime: maybe(
    z.strictObject({
      servedTokens: number,
      fits: z.array(z.strictObject({ ...plan, law: text, saving: number })),
    }),
  ),
  repeated: maybe(numbers),
  sizes: z.array(
    z.strictObject({ ratio: number, params: number, tokens: maybe(number), computeRatio: maybe(number) }),
  ),
  batch: numbers,
});

/** Shapes of the results, by command: what `schema COMMAND result` prints and the tests hold every document to. */
export const RESULTS: Readonly<Record<string, z.ZodMiniType>> = {
  scale,
  audit,
  train,
  infer,
  fleet,
  "plan-train": planTrain,
  "plan-infer": planInfer,
};

const assumption = z.strictObject({
  key: text,
  value: z.union([number, text]),
  interval: maybe(z.strictObject({ p05: number, p95: number })),
  unit: maybe(text),
  source: text,
  date: maybe(text),
});

/** The whole document of a command. */
export function documentSchema(command: string): z.ZodMiniType {
  return z.strictObject({
    schema: z.literal(`compute-est/${command}/1`),
    version: text,
    input: z.record(text, z.unknown()),
    result: RESULTS[command] ?? z.unknown(),
    assumptions: z.array(assumption),
    warnings: z.array(z.strictObject({ code: text, message: text })),
  });
}

/** JSON Schema of a command's document. */
export function resultSchema(command: string): unknown {
  return { $id: `compute-est/${command}/1`, ...z.toJSONSchema(documentSchema(command)) };
}
