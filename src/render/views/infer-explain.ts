import type { Answer } from "../../study/document.ts";
import type { InferResult } from "../../study/infer/result.ts";
import type { Line } from "../explain.ts";

const HOUR = 3600;
const MODEL = "docs/method.md, serving";

const CAUSES: Readonly<Record<string, string>> = {
  kv: "keys and values",
  elementwise: "norms and activations",
  allReduce: "all-reduce",
  prefill: "prefill of others",
};

/** The derivation of a serving answer: each figure as one line that can be checked by hand. */
export function inferLines({ result }: Answer<InferResult>): readonly Line[] {
  return [...latencyLines(result), ...memoryLines(result), ...moneyLines(result), ...energyLines(result)];
}

function latencyLines({ latency, step, request, throughput, demand, fleet }: InferResult): Line[] {
  const present = Object.entries(step)
    .filter(([, value]) => value > 0)
    .map(([cause, value]) => ({ name: CAUSES[cause] ?? cause, value, kind: "duration" as const }));
  return [
    {
      name: "TPOT",
      formula: present.map(({ name }) => name).join(" + "),
      operands: present,
      value: latency.tpotSeconds,
      kind: "duration",
      source: `bytes over bandwidth or work over matmul rate by part, with what software gets of both: ${MODEL}`,
    },
    {
      name: "E2E",
      formula: "TTFT + (output - 1) x TPOT",
      operands: [
        { name: "TTFT", value: latency.ttftSeconds, kind: "duration" },
        { name: "output", value: request.outputTokens, kind: "count" },
        { name: "TPOT", value: latency.tpotSeconds, kind: "duration" },
      ],
      value: latency.ttftSeconds + (request.outputTokens - 1) * latency.tpotSeconds,
      kind: "duration",
      source: "prompt, then one step a token",
    },
    {
      name: "requests in flight",
      formula: "requests a second x E2E",
      operands: [
        { name: "requests a second", value: demand.requestsPerSecond, kind: "multiple" },
        { name: "E2E", value: latency.e2eSeconds, kind: "duration" },
      ],
      value: demand.concurrency,
      kind: "multiple",
      source: "Little 1961",
    },
    {
      name: "output tokens a second, each",
      formula: "requests a second x output / accelerators",
      operands: [
        { name: "requests a second", value: demand.requestsPerSecond, kind: "multiple" },
        { name: "output", value: request.outputTokens, kind: "count" },
        { name: "accelerators", value: fleet.gpus, kind: "integer" },
      ],
      value: throughput.outputTokensPerSecondPerGpu,
      kind: "count",
      source: "tokens over accelerators",
    },
  ];
}

function memoryLines({ memory, request }: InferResult): Line[] {
  return [
    {
      name: "KV of a request",
      formula:
        memory.kvFixedBytesPerRequest > 0
          ? "growing bytes x tokens + windows and states"
          : "growing bytes x tokens",
      operands: [
        { name: "growing bytes", value: memory.kvBytesPerToken, kind: "bytes" },
        { name: "tokens", value: request.inputTokens + request.outputTokens, kind: "count" },
        {
          name: "windows and states",
          value:
            memory.kvBytesPerRequest - memory.kvBytesPerToken * (request.inputTokens + request.outputTokens),
          kind: "bytes",
        },
      ],
      value: memory.kvBytesPerRequest,
      kind: "bytes",
      source: "keys and values of each head and layer that keeps them; the latent of MLA",
    },
  ];
}

function moneyLines({ cost, fleet, demand }: InferResult): Line[] {
  if (cost === undefined) return [];
  return [
    {
      name: "cost of a request",
      formula: "accelerators x price / requests a second",
      operands: [
        { name: "accelerators", value: fleet.gpus, kind: "integer" },
        { name: "price", value: cost.usdPerGpuHour / HOUR, kind: "moneyRate" },
        { name: "requests a second", value: demand.requestsPerSecond, kind: "multiple" },
      ],
      value: cost.usdPerRequest,
      kind: "money",
      source:
        cost.priceDate === undefined
          ? `${cost.basis}, as given or derived`
          : `rent of ${cost.priceDate}; split over tokens by the time each takes`,
    },
  ];
}

function energyLines({ power, energy, carbon, throughput, demand }: InferResult): Line[] {
  if (power === undefined || energy === undefined) return [];
  const lines: Line[] = [
    {
      name: "energy of an output token",
      formula: "board power / output tokens a second, each",
      operands: [
        { name: "board power", value: power.wattsPerGpu, kind: "power" },
        {
          name: "output tokens a second, each",
          value: throughput.outputTokensPerSecondPerGpu,
          kind: "count",
        },
      ],
      value: energy.joulesPerOutputToken,
      kind: "energy",
      source:
        "board power = limit x (0.52 + 0.87 root of the matrix units' use) while working, 0.15 while waiting: ML.ENERGY, 240 configurations",
    },
    {
      name: "energy of a request",
      formula: "facility power / requests a second",
      operands: [
        { name: "facility power", value: power.facilityWatts, kind: "power" },
        { name: "requests a second", value: demand.requestsPerSecond, kind: "multiple" },
      ],
      value: energy.whPerRequest * HOUR,
      kind: "energy",
      source: "boards, their servers and PUE",
    },
  ];
  if (carbon !== undefined) {
    lines.push({
      name: "carbon of a request",
      formula: "energy x intensity + making",
      operands: [
        { name: "energy", value: energy.whPerRequest * HOUR, kind: "energy" },
        { name: "intensity", value: carbon.gramsPerKwh, kind: "multiple" },
        { name: "making", value: carbon.embodiedGramsPerRequest / 1000, kind: "mass" },
      ],
      value: carbon.gramsCo2ePerRequest / 1000,
      kind: "mass",
      source: `g/kWh of ${carbon.grid}; hardware's manufacture over its life`,
    });
  }
  return lines;
}
