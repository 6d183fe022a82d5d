import type { Answer } from "../../study/document.ts";
import type { FrontPoint, PlanInferResult, ServingPlan } from "../../study/infer/plan-result.ts";
import { counted, format, type Kind } from "../../units/index.ts";
import type { Line } from "../explain.ts";
import type { View } from "../view.ts";
import { assumedBlock } from "./assumed.ts";
import { bestRows, medianOf, type RangeColumn, rangeEnds, rangeTable } from "./ranged.ts";

/** How a serving plan looks to a person. */
export function planInferView(answer: Answer<PlanInferResult>, explained = false): View {
  const { result } = answer;
  return [
    { block: "title", text: title(result) },
    planTable(result),
    ...rangeTable(bestRows(result.best.length), result.intervals, RANGES),
    ...frontPlot(result),
    {
      block: "notes",
      heading: `${counted(result.considered, "way")} to serve considered`,
      lines: result.rejected.map(rejectedText),
      mark: "-",
    },
    assumedBlock(answer.assumptions, explained),
  ];
}

const RANGES: readonly RangeColumn[] = [
  { figure: "ttftSeconds", key: "ttft_seconds", title: "TTFT", kind: "duration", scale: 1 },
  { figure: "tpotSeconds", key: "tpot_seconds", title: "TPOT", kind: "duration", scale: 1 },
  {
    figure: "usdPerMillionOutputTokens",
    key: "usd_per_million_output",
    title: "per M output",
    kind: "money",
    scale: 1,
  },
  {
    figure: "joulesPerOutputToken",
    key: "joules_per_output_token",
    title: "a token",
    kind: "energy",
    scale: 1,
  },
];

function title({ model, gpus, chips, best: [best], request, demand, intervals }: PlanInferResult): string {
  const median = (path: string, kind: Kind = "count") => medianOf(intervals, path, kind);
  const lengths = `${format("count", request.inputTokens)} tokens in${median("request.inputTokens")}, ${format("count", request.outputTokens)} out${median("request.outputTokens")}`;
  const machine = `${format("integer", gpus)} x ${best?.gpu ?? chips.join(" or ")}`;
  if (demand !== undefined) {
    const asked =
      demand.kind === "closed"
        ? counted(demand.amount, "request in flight")
        : counted(demand.amount, "request a second", "multiple");
    const range = median("demand.amount", demand.kind === "closed" ? "count" : "multiple");
    return `Serving ${model.name} to ${asked}${range}, ${lengths}: ${machine} carry it`;
  }
  const most =
    best === undefined
      ? ""
      : `: up to ${counted(best.concurrency, "user")}, ${format("count", best.outputTokensPerSecond)} output tokens/s`;
  return `Serving ${model.name} on ${machine}, ${lengths}${most}`;
}

const workersText = (workers: number, { tp, pp, dp }: ServingPlan["layout"]): string =>
  `${workers} x tp${tp}${pp > 1 ? ` pp${pp}` : ""}${dp > 1 ? ` dp${dp}` : ""}`;

function layoutText({ replicas, layout, split }: ServingPlan): string {
  const writing = workersText(replicas, layout);
  return split === undefined
    ? writing
    : `${writing}, ${workersText(split.prefillWorkers, split.prefillLayout)} for prompts`;
}

function planTable({ best: plans, objective, chips, demand, intervals }: PlanInferResult): View[number] {
  const each =
    demand === undefined
      ? "each with the most users within the bounds"
      : "each with the fewest that carry it";
  return {
    block: "table",
    main: true,
    heading: `Best by ${objective}, ${each}`,
    table: {
      columns: [
        ...(chips.length > 1 ? [{ key: "gpu", title: "chip" }] : []),
        ...(demand === undefined ? [] : [{ key: "gpus", title: "number", kind: "integer" as const }]),
        { key: "layout", title: "layout" },
        { key: "precision", title: "weights" },
        { key: "kv_precision", title: "KV", optional: 2 },
        { key: "batch_limit", title: "batch", kind: "integer" },
        { key: "ttft_seconds", title: "TTFT", kind: "duration", optional: 1 },
        { key: "tpot_seconds", title: "TPOT", kind: "duration" },
        { key: "output_tokens_per_second_per_gpu", title: "tokens/s each", kind: "count" },
        ...(objective === "cost"
          ? [{ key: "usd_per_1000_requests", title: "1,000 requests", kind: "money" as const }]
          : []),
        { key: "usd_per_million_output", title: "per M output", kind: "money" },
        { key: "joules_per_output_token", title: "a token", kind: "energy", optional: 3 },
        { key: "breaks", title: "gives way first", optional: 4 },
      ],
      rows: plans.map((plan) => [
        ...(chips.length > 1 ? [plan.gpu] : []),
        ...(demand === undefined ? [] : [plan.gpus]),
        layoutText(plan),
        plan.precision,
        plan.kvPrecision,
        plan.batchLimit,
        plan.ttftSeconds,
        plan.tpotSeconds,
        plan.outputTokensPerSecondPerGpu,
        ...(objective === "cost"
          ? [plan.usdPerRequest === undefined ? undefined : 1000 * plan.usdPerRequest]
          : []),
        plan.usdPerMillionOutputTokens,
        plan.joulesPerOutputToken,
        plan.breaks,
      ]),
      notes: idleNotes(plans),
      ...rangeEnds(bestRows(plans.length), intervals, RANGES),
    },
  };
}

const idleNotes = (plans: readonly ServingPlan[]): readonly string[] => [
  ...new Set(
    plans
      .filter(({ idleGpus }) => idleGpus > 0)
      .map((plan) => `${layoutText(plan)} leaves ${counted(plan.idleGpus, "accelerator", "integer")} idle.`),
  ),
];

/** A mark for each format of the weights. */
const MARKS = ["o", "x", "+", "*"];

function frontPlot({ front }: PlanInferResult): View {
  if (front.length < 2) return [];
  const formats = [...new Set(front.map(({ precision }) => precision))];
  const pointOf = (point: FrontPoint) =>
    [point.outputTokensPerSecondPerUser, point.outputTokensPerSecondPerGpu] as const;
  return [
    {
      block: "plot",
      heading: "What speed for a user costs in throughput",
      x: { title: "tokens/s a user", kind: "count" },
      y: { title: "tokens/s an accelerator", kind: "count" },
      series: formats.map((name, index) => ({
        name,
        mark: MARKS[index % MARKS.length] ?? "o",
        points: front.filter(({ precision }) => precision === name).map(pointOf),
      })),
    },
  ];
}

function rejectedText({ reason, layouts, nearest }: PlanInferResult["rejected"][number]): string {
  return `${layouts}: ${reason}${nearest === undefined ? "" : `; the nearest has ${nearest}`}`;
}

/** The best plan's figures as lines that can be checked by hand. */
export function planInferLines({ result }: Answer<PlanInferResult>): readonly Line[] {
  return result.best.slice(0, 1).flatMap((plan): Line[] => [
    {
      name: "tokens a second, each",
      formula: "output tokens a second / accelerators",
      operands: [
        { name: "output tokens a second", value: plan.outputTokensPerSecond, kind: "count" },
        { name: "accelerators", value: result.gpus, kind: "integer" },
      ],
      value: plan.outputTokensPerSecondPerGpu,
      kind: "count",
      source: "over all accelerators, idle ones too",
    },
    {
      name: "output tokens a second",
      formula: "users x output / (TTFT + (output - 1) x TPOT)",
      operands: [
        { name: "users", value: plan.concurrency, kind: "count" },
        { name: "output", value: result.request.outputTokens, kind: "count" },
        { name: "TTFT", value: plan.ttftSeconds, kind: "duration" },
        { name: "TPOT", value: plan.tpotSeconds, kind: "duration" },
      ],
      value: plan.outputTokensPerSecond,
      kind: "count",
      source: "Little 1961",
    },
  ]);
}
