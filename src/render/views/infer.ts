import type { Answer } from "../../study/document.ts";
import type { InferResult } from "../../study/infer/result.ts";
import { counted, format } from "../../units/index.ts";
import type { Fact, View } from "../view.ts";
import { assumedBlock } from "./assumed.ts";
import { billFacts } from "./infer-bill.ts";
import { medianOf, rangedBlocks, spread } from "./ranged.ts";

/** How a serving answer looks to a person: one screen, or everything where it is explained. */
export function inferView(answer: Answer<InferResult>, explained = false): View {
  const { result } = answer;
  return [
    { block: "title", text: title(result) },
    { block: "facts", facts: [...fleetFacts(result), ...splitFacts(result), ...sloFacts(result)] },
    latencyTable(result),
    { block: "facts", facts: [...throughputFacts(result), ...memoryFacts(result), ...billFacts(result)] },
    ...chipTable(result),
    ...rangedBlocks(result),
    ...stepBars(result, explained ? 0 : SHOWN_SHARE),
    ...leverTable(result, explained ? result.levers.length : SHOWN_LEVERS),
    assumedBlock(answer.assumptions, explained),
  ];
}

/** Causes of less than this share of a token's time, and levers after so many, are left to the explanation. */
const SHOWN_SHARE = 0.02;
const SHOWN_LEVERS = 3;

function title({ model, request, demand, intervals }: InferResult): string {
  const cached = request.cachedTokens > 0 ? ` (${format("count", request.cachedTokens)} cached)` : "";
  const { mediaTokens } = request;
  const media = mediaTokens === undefined ? "" : ` (${format("count", mediaTokens)} of media)`;
  const lengths = `${format("count", request.inputTokens)}${cached}${media} tokens in, ${format("count", request.outputTokens)} out`;
  const asked = {
    closed: `${counted(demand.concurrency, "request in flight")}${medianOf(intervals, "demand.concurrency", "count")}`,
    open: `${counted(demand.requestsPerSecond, "request a second", "multiple")}${medianOf(intervals, "demand.requestsPerSecond", "multiple")}`,
    static: `one batch of ${format("count", demand.concurrency)}`,
    saturated: "an endless queue",
  }[demand.kind];
  return `Serving ${model.name} in ${model.precision}: ${asked}, ${lengths}`;
}

const layoutText = ({ tp, pp, dp }: InferResult["layout"]): string =>
  [`tp ${tp}`, pp > 1 ? `pp ${pp}` : "", dp > 1 ? `dp ${dp}` : ""].filter((text) => text !== "").join(", ");

/** Workers that only read prompts, and those that only write. */
function splitFacts({ split, layout }: InferResult): Fact[] {
  if (split === undefined) return [];
  return [
    {
      label: "prefill",
      value: `${counted(split.prefillWorkers, "worker")} (${layoutText(split.prefillLayout)})`,
      note: `busy ${format("ratio", split.prefillBusy)} of the time; ${format("duration", split.transferSeconds)} to hand over a prompt's keys and values`,
    },
    { label: "decode", value: `${counted(split.decodeWorkers, "worker")} (${layoutText(layout)})` },
  ];
}

function fleetFacts({ fleet, layout, engine, batch, limit, intervals }: InferResult): Fact[] {
  const running = format("multiple", batch.perReplica);
  const range = spread(intervals, "fleet.gpus", "count");
  const replicas = `${counted(fleet.replicas, "replica", "integer")} of ${fleet.gpusPerReplica}`;
  return [
    {
      label: "accelerators",
      value: `${format("integer", fleet.gpus)} x ${fleet.name}`,
      note: `${range === undefined ? "" : `(${range})  `}${replicas} (${layoutText(layout)}), ${engine.name}, ${running} running in each`,
    },
    {
      label: "limited by",
      value: limit.by,
      note: limit.why,
    },
  ];
}

function sloFacts({ slo, sureGpus, capacity, demand }: InferResult): Fact[] {
  const facts: Fact[] = slo.map(({ metric, statistic, limitSeconds, valueSeconds, met, probability }) => ({
    label: met ? "met" : "broken",
    value: `${metric} ${statistic} ${format("duration", valueSeconds)}`,
    note: `bound ${format("duration", limitSeconds)}${probability === undefined ? "" : `; ${likely(probability)}`}`,
  }));
  if (sureGpus !== undefined)
    facts.push({ label: "90 % sure", value: `with ${format("integer", sureGpus)} accelerators` });
  if (capacity !== undefined) {
    const most =
      demand.kind === "open"
        ? `${format("multiple", capacity.requestsPerSecond)} requests/s`
        : `${format("count", Math.floor(capacity.concurrency * (1 + 1e-6)))} in flight`;
    facts.push({ label: "carries at most", value: most, note: `${capacity.breaks} gives way first` });
  }
  return facts;
}

/** Few measurements tell chances near 0 and 1 apart. */
const likely = (chance: number): string =>
  chance > 0.95
    ? "over 95 % likely"
    : chance < 0.05
      ? "under 5 % likely"
      : `${Math.round(100 * chance)} % likely`;

const METRICS = [
  ["ttft", "TTFT: to the first token"],
  ["tpot", "TPOT: per token after it"],
  ["e2e", "E2E: to the last"],
] as const;

function latencyTable({ latency, intervals }: InferResult): View[number] {
  return {
    block: "table",
    table: {
      columns: [
        { key: "latency", title: "latency" },
        { key: "mean", title: "mean" },
        { key: "interval", title: "90 % interval" },
        { key: "p50", title: "p50", optional: 1 },
        { key: "p90", title: "p90" },
        { key: "p99", title: "p99" },
      ],
      rows: METRICS.map(([key, name]) => [
        name,
        format("duration", latency[`${key}Seconds`]),
        spread(intervals, `latency.${key}Seconds`, "duration"),
        format("duration", latency[`${key}P50Seconds`]),
        format("duration", latency[`${key}P90Seconds`]),
        format("duration", latency[`${key}P99Seconds`]),
      ]),
    },
  };
}

function throughputFacts({ throughput, intervals }: InferResult): Fact[] {
  const range = spread(intervals, "throughput.outputTokensPerSecond", "count");
  return [
    {
      label: "throughput",
      value: `${format("count", throughput.outputTokensPerSecond)} output tokens/s`,
      note: `(${range})  ${format("count", throughput.outputTokensPerSecondPerGpu)} each, ${format("multiple", throughput.outputTokensPerSecondPerUser)} a user`,
    },
  ];
}

function memoryFacts({ memory }: InferResult): Fact[] {
  const fixed =
    memory.kvFixedBytesPerRequest > 0
      ? ` and ${format("bytes", memory.kvFixedBytesPerRequest)} a request`
      : "";
  const allocated =
    memory.kvAllocatedBytesPerToken > memory.kvBytesPerToken * 1.001
      ? `; ${format("bytes", memory.kvAllocatedBytesPerToken)} where pages of all layers are alike`
      : "";
  const capacity =
    memory.capacityBytesPerGpu === undefined
      ? "each"
      : `of ${format("bytes", memory.capacityBytesPerGpu)} each`;
  return [
    {
      label: "memory",
      value: `weights ${format("bytes", memory.weightBytesPerGpu)}, KV pool ${format("bytes", memory.kvPoolBytesPerGpu)}`,
      note: capacity,
    },
    {
      label: "KV cache",
      value: `${format("bytes", memory.kvBytesPerToken)} a token${fixed}`,
      note: `a replica holds ${about(memory.kvCapacityTokens)}, uses ${about(memory.kvUsedTokens)}${allocated}`,
    },
  ];
}

/** An estimate of a whole number, without the digits that it cannot know. */
const about = (value: number): string => format("count", Number(value.toPrecision(3)));
const CAUSES: Readonly<Record<string, string>> = {
  weights: "weights",
  experts: "experts",
  kv: "keys and values",
  elementwise: "norms, activations",
  allReduce: "all-reduce",
  dispatch: "expert dispatch",
  launch: "kernel launches",
  engine: "engine",
  draft: "drafting",
  prefill: "others' prefill",
};

function stepBars({ step, latency }: InferResult, least: number): View {
  const bars = Object.entries(step)
    .filter(([, value]) => value > least * latency.tpotSeconds)
    .sort(([, a], [, b]) => b - a)
    .map(([cause, value]) => ({ label: CAUSES[cause] ?? cause, value }));
  return [
    {
      block: "bars",
      heading: `Where ${format("duration", latency.tpotSeconds)} a token goes`,
      kind: "duration",
      bars,
    },
  ];
}

function leverTable({ levers, fleet, latency, cost }: InferResult, most: number): View {
  if (levers.length === 0) return [];
  return [
    {
      block: "table",
      heading: "What would help most",
      table: {
        columns: [
          { key: "change", title: "change" },
          { key: "gpus", title: "accelerators", kind: "integer" },
          { key: "tpot_seconds", title: "TPOT", kind: "duration" },
          { key: "usd_per_million_output", title: "per M output", kind: "money" },
        ],
        rows: [
          ["as asked", fleet.gpus, latency.tpotSeconds, cost?.usdPerMillionOutputTokens],
          ...levers
            .slice(0, most)
            .map((lever) => [lever.change, lever.gpus, lever.tpotSeconds, lever.usdPerMillionOutputTokens]),
        ],
      },
    },
  ];
}

function chipTable({ chips }: InferResult): View {
  if (chips === undefined) return [];
  return [
    {
      block: "table",
      main: true,
      heading: "The same demand on each",
      table: {
        columns: [
          { key: "gpu", title: "accelerator" },
          { key: "gpus", title: "number", kind: "integer" },
          { key: "layout", title: "layout", optional: 2 },
          { key: "ttft_seconds", title: "TTFT", kind: "duration", optional: 3 },
          { key: "tpot_seconds", title: "TPOT", kind: "duration" },
          { key: "output_tokens_per_second_per_gpu", title: "tokens/s each", kind: "count", optional: 1 },
          { key: "usd_per_1000_requests", title: "1,000 requests", kind: "money" },
          { key: "usd_per_million_output", title: "per M output", kind: "money", optional: 5 },
          { key: "joules_per_request", title: "a request", kind: "energy", optional: 4 },
          { key: "ratio", title: "cost ratio", kind: "multiple" },
        ],
        rows: chips.map((row) => [
          row.name,
          row.gpus,
          row.layout,
          row.ttftSeconds,
          row.tpotSeconds,
          row.outputTokensPerSecondPerGpu,
          row.usdPerRequest === undefined ? undefined : 1000 * row.usdPerRequest,
          row.usdPerMillionOutputTokens,
          row.whPerRequest === undefined ? undefined : row.whPerRequest * 3600,
          row.ratio,
        ]),
        notes: chips.flatMap((row) => (row.why === undefined ? [] : [`${row.name}: ${row.why}`])),
      },
    },
  ];
}
