import type { Answer } from "../../study/document.ts";
import type { InferResult, Prices } from "../../study/infer/result.ts";
import { columnUnit, counted, format, formatRange, type Kind } from "../../units/index.ts";
import type { Fact, View } from "../view.ts";
import { rangedBlocks } from "./ranged.ts";
import { assumptionText } from "./train.ts";

/** How a serving answer looks to a person. */
export function inferView(answer: Answer<InferResult>): View {
  const { result } = answer;
  return [
    { block: "title", text: title(result) },
    { block: "facts", facts: [...fleetFacts(result), ...splitFacts(result), ...sloFacts(result)] },
    latencyTable(result),
    { block: "facts", facts: [...throughputFacts(result), ...memoryFacts(result), ...billFacts(result)] },
    ...rangedBlocks(result),
    ...stepBars(result),
    ...leverTable(result),
    ...chipTable(result),
    { block: "notes", heading: "Assumed", lines: answer.assumptions.map(assumptionText), mark: "*" },
  ];
}

function title({ model, request, demand }: InferResult): string {
  const cached = request.cachedTokens > 0 ? ` (${format("count", request.cachedTokens)} cached)` : "";
  const { mediaTokens } = request;
  const media = mediaTokens === undefined ? "" : ` (${format("count", mediaTokens)} of media)`;
  const lengths = `${format("count", request.inputTokens)}${cached}${media} tokens in, ${format("count", request.outputTokens)} out`;
  const asked = {
    closed: counted(demand.concurrency, "request in flight"),
    open: counted(demand.requestsPerSecond, "request a second", "multiple"),
    static: "one static batch",
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
  const range = spread(intervals, "fleet.gpus", "count");
  const replicas = `${counted(fleet.replicas, "replica", "integer")} of ${fleet.gpusPerReplica}`;
  return [
    {
      label: "accelerators",
      value: `${format("integer", fleet.gpus)} x ${fleet.name}`,
      note: `${range === undefined ? "" : `(${range})  `}${replicas} (${layoutText(layout)}), ${engine.name}`,
    },
    {
      label: "limited by",
      value: limit.by,
      note: `${limit.why}; ${counted(batch.perReplica, "request", "multiple")} at once in a replica`,
    },
  ];
}

function sloFacts({ slo, capacity, demand }: InferResult): Fact[] {
  const facts: Fact[] = slo.map(({ metric, statistic, limitSeconds, valueSeconds, met }) => ({
    label: met ? "met" : "broken",
    value: `${metric} ${statistic} ${format("duration", valueSeconds)}`,
    note: `bound ${format("duration", limitSeconds)}`,
  }));
  if (capacity !== undefined) {
    const most =
      demand.kind === "open"
        ? `${format("multiple", capacity.requestsPerSecond)} requests/s`
        : `${format("count", Math.floor(capacity.concurrency * (1 + 1e-6)))} in flight`;
    facts.push({ label: "carries at most", value: most, note: `${capacity.breaks} gives way first` });
  }
  return facts;
}

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
        { key: "interval", title: "90 % interval", optional: 1 },
        { key: "p50", title: "p50" },
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

function spread(intervals: InferResult["intervals"], path: string, kind: Kind): string | undefined {
  const interval = intervals?.[path];
  if (interval === undefined) return undefined;
  return formatRange(kind, interval.p05, interval.p95, { unit: columnUnit(kind, [interval.p50]) });
}

function throughputFacts({ throughput, intervals }: InferResult): Fact[] {
  const range = spread(intervals, "throughput.outputTokensPerSecond", "count");
  return [
    {
      label: "throughput",
      value: `${format("count", throughput.outputTokensPerSecond)} output tokens/s`,
      note: `(${range})  ${format("count", throughput.outputTokensPerSecondPerGpu)} an accelerator, ${format("multiple", throughput.outputTokensPerSecondPerUser)} a user, ${format("multiple", throughput.requestsPerSecond)} requests/s`,
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
    memory.capacityBytesPerGpu === undefined ? "" : ` of ${format("bytes", memory.capacityBytesPerGpu)}`;
  return [
    {
      label: "memory",
      value: `weights ${format("bytes", memory.weightBytesPerGpu)}, KV pool ${format("bytes", memory.kvPoolBytesPerGpu)}`,
      note: `an accelerator${capacity}`,
    },
    {
      label: "KV cache",
      value: `${format("bytes", memory.kvBytesPerToken)} a token${fixed}`,
      note: `a replica holds ${about(memory.kvCapacityTokens)} tokens, uses ${about(memory.kvUsedTokens)}${allocated}`,
    },
  ];
}

/** An estimate of a whole number, without the digits that it cannot know. */
const about = (value: number): string => format("count", Number(value.toPrecision(3)));
const usd = (value: number): string => format("money", value);

function priceText({
  usdPerMillionInputTokens: input,
  usdPerMillionCachedTokens: cached,
  usdPerMillionOutputTokens: output,
}: Prices): string {
  return `${usd(input)} input, ${cached === undefined ? "" : `${usd(cached)} cached, `}${usd(output)} output`;
}

function billFacts({ cost, listed, power, energy, carbon, water, intervals }: InferResult): Fact[] {
  const facts: Fact[] = [];
  if (cost?.rented !== undefined) {
    const date = cost.priceDate === undefined ? "" : ` (${cost.priceDate})`;
    const at =
      cost.basis === "rent"
        ? `at ${usd(cost.usdPerGpuHour)} an accelerator-hour${date}, ${usd(cost.usdPerHour)}/h in all`
        : "";
    const range =
      cost.basis === "rent" ? spread(intervals, "cost.usdPerMillionOutputTokens", "money") : undefined;
    facts.push({
      label: "rented, per M tokens",
      value: priceText(cost.rented),
      note: `${range === undefined ? "" : `(${range})  `}${at}`.trim() || "beside",
    });
  }
  if (cost?.owned !== undefined) {
    facts.push({
      label: "owned, per M tokens",
      value: priceText(cost.owned),
      note: `at ${usd(cost.owned.usdPerGpuHour)} an accelerator-hour`,
    });
  }
  const [cheapest] = listed ?? [];
  if (cheapest !== undefined) {
    const { provider, model, date } = cheapest;
    const hosts = listed?.length === 1 ? "one host" : `the cheapest of ${listed?.length}`;
    facts.push({
      label: "listed, per M tokens",
      value: priceText(cheapest),
      note: `${provider} ${model}, ${date}; ${hosts} in the catalogue`,
    });
  }
  if (power !== undefined && energy !== undefined) {
    facts.push(
      {
        label: "power",
        value: `${format("power", power.wattsPerGpu)} an accelerator`,
        note: `${format("power", power.facilityWatts)} at the meter in all`,
      },
      {
        label: "energy",
        value: `${format("multiple", energy.joulesPerOutputToken)} J per output token`,
        note: `boards alone; ${format("multiple", energy.whPerRequest)} Wh a request at the meter`,
      },
    );
  }
  if (carbon !== undefined) {
    const drunk = water === undefined ? "" : `; ${format("volume", water.litresPerRequest)} of water`;
    facts.push({
      label: "carbon",
      value: `${format("multiple", carbon.gramsCo2ePerRequest)} g CO2e a request`,
      note: `${format("ratio", carbon.embodiedShare)} of it the making of the hardware; ${format("multiple", carbon.gramsPerKwh)} g/kWh, ${carbon.grid}${drunk}`,
    });
  }
  return facts;
}

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

function stepBars({ step, latency }: InferResult): View {
  const bars = Object.entries(step)
    .filter(([, value]) => value > 0.001 * latency.tpotSeconds)
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

function leverTable({ levers, fleet, latency, cost }: InferResult): View {
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
          ...levers.map((lever) => [
            lever.change,
            lever.gpus,
            lever.tpotSeconds,
            lever.usdPerMillionOutputTokens,
          ]),
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
          { key: "usd_per_million_output", title: "per M output", kind: "money" },
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
          row.usdPerMillionOutputTokens,
          row.whPerRequest === undefined ? undefined : row.whPerRequest * 3600,
          row.ratio,
        ]),
        notes: chips.flatMap((row) => (row.why === undefined ? [] : [`${row.name}: ${row.why}`])),
      },
    },
  ];
}
