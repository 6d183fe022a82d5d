import type { Answer, Assumption } from "../../study/document.ts";
import type { TrainResult } from "../../study/train/result.ts";
import {
  columnUnit,
  counted,
  format,
  formatPetaflopDays,
  formatRange,
  type Kind,
} from "../../units/index.ts";
import type { Fact, View } from "../view.ts";
import { rangedBlocks } from "./ranged.ts";

const DAY = 86_400;
const KWH = 3.6e6;
const WHOLE = { scale: 1, suffix: "", heading: "" };

/** How a training answer looks to a person. */
export function trainView(answer: Answer<TrainResult>): View {
  const { result } = answer;
  return [
    { block: "title", text: title(result) },
    { block: "facts", facts: [...computeFacts(result), ...runFacts(result), ...memoryFacts(result)] },
    ...stepBlocks(result),
    ...fleetBlocks(result),
    ...rangedBlocks(result),
    { block: "facts", heading: "Thresholds (not legal advice)", facts: thresholdFacts(result) },
    { block: "notes", heading: "Assumed", lines: answer.assumptions.map(assumptionText), mark: "*" },
  ];
}

function title(result: TrainResult): string {
  const { model, data } = result;
  const name = model.name === "model" ? "a model" : model.name;
  const size = format("count", model.params);
  const active = model.active < model.params * 0.95 ? `, ${format("count", model.active)} active` : "";
  return `Training ${name} of ${size} parameters${active} on ${counted(data.tokens, "token")} (${format("multiple", data.tokensPerParam)} per parameter)`;
}

/** "3.1 to 4.2": the 90 % interval of a figure, where it has one. */
function spread(result: TrainResult, path: string, kind: Kind, scale = 1): string | undefined {
  const interval = result.intervals?.[path];
  if (interval === undefined) return undefined;
  const unit = columnUnit(kind, [interval.p50 * scale]);
  const ends = [interval.p05, interval.p95].map((end) => format(kind, end * scale, { unit }));
  return ends[0] === ends[1]
    ? undefined
    : formatRange(kind, interval.p05 * scale, interval.p95 * scale, { unit });
}

/** A fact with its interval before its remark. */
function spreadFact(label: string, value: string, interval: string | undefined, note?: string): Fact {
  const parts = [...(interval === undefined ? [] : [`(${interval})`]), ...(note === undefined ? [] : [note])];
  return parts.length === 0 ? { label, value } : { label, value, note: parts.join("  ") };
}

function computeFacts(result: TrainResult): Fact[] {
  const { compute, beside, reference, model, data } = result;
  const facts: Fact[] = [
    spreadFact(
      "compute",
      `${format("work", compute.flop)} = ${formatPetaflopDays(compute.flop)}`,
      spread(result, "compute.flop", "work"),
      `${compute.flopPerActive} x ${model.convention} x tokens${compute.flopPerActive === 6 ? "" : ", the weights being frozen"}; this decides`,
    ),
  ];
  if (compute.exactFlop !== undefined) {
    const more = compute.exactFlop / compute.flop - 1;
    facts.push({
      label: "exact count",
      value: format("work", compute.exactFlop),
      note: `${more < 0 ? "" : "+"}${(more * 100).toFixed(1)} %: from the shape, causal attention at ${compute.seq} tokens, logits; ${format("work", compute.exactFullAttentionFlop ?? 0)} with full attention`,
    });
  }
  if (reference !== undefined) {
    const { scaled, tokens } = reference;
    const kept = tokens === data.tokens ? "this run" : `${counted(tokens, "token")} kept`;
    facts.push({
      label: "on GPT-3's tokens",
      value: `${format("work", reference.flop)} = ${formatPetaflopDays(reference.flop)}`,
      note: `${kept}; forecasts that print ${grouped(scaled.petaflopDays)} scaled GPT-3's published ${grouped(scaled.fromPetaflopDays)} by ${billions(model.active)}/${billions(scaled.fromParams)}`,
    });
  }
  const between = betweenText(beside);
  if (between !== undefined) facts.push({ label: "beside", value: between });
  return facts;
}

const grouped = (value: number) => format("count", Math.round(value), { unit: WHOLE });
const billions = (value: number) => String(Number((value / 1e9).toPrecision(4)));

function betweenText({ below, above }: TrainResult["beside"]): string | undefined {
  const named = (run: { name: string; flop: number }) => `${run.name} (${format("work", run.flop)})`;
  if (below !== undefined && above !== undefined) return `between ${named(below)} and ${named(above)}`;
  if (below !== undefined) return `above every run of the catalogue, the largest being ${named(below)}`;
  return above === undefined
    ? undefined
    : `below every run of the catalogue, the smallest being ${named(above)}`;
}

function runFacts(result: TrainResult): Fact[] {
  const { fleet, time, throughput, cost, energy, carbon, mfu, goodput, solved, model, data } = result;
  if (fleet === undefined) return [];
  const mark = (variable: string) => (solved.includes(variable) ? "solved for" : undefined);
  const peak = `${format("rate", fleet.peakFlopPerSecond ?? 0)} dense ${fleet.precision}`;
  const facts: Fact[] = [
    spreadFact("machine", fleet.name, spread(result, "fleet.gpus", "count"), mark("chips") ?? peak),
  ];
  if (solved.includes("params")) {
    facts.push(
      spreadFact(
        "parameters",
        format("count", model.params),
        spread(result, "model.params", "count"),
        "solved for",
      ),
    );
  }
  if (solved.includes("tokens")) {
    facts.push(
      spreadFact(
        "tokens",
        format("count", data.tokens),
        spread(result, "data.tokens", "count"),
        "solved for",
      ),
    );
  }
  if (time !== undefined) {
    const hours = counted(time.gpuHours, "accelerator-hour");
    facts.push(
      spreadFact(
        "time",
        format("duration", time.days * DAY),
        spread(result, "time.days", "duration", DAY),
        mark("seconds") ?? hours,
      ),
    );
  }
  if (mfu !== undefined && goodput !== undefined) {
    facts.push(
      spreadFact(
        "MFU",
        format("ratio", mfu),
        spread(result, "mfu", "ratio"),
        `x goodput ${format("ratio", goodput)}`,
      ),
    );
  }
  if (throughput !== undefined) {
    const rate = format("count", throughput.tokensPerSecondPerGpu);
    facts.push(
      spreadFact(
        "throughput",
        `${rate} tokens/s`,
        spread(result, "throughput.tokensPerSecondPerGpu", "count"),
        "per accelerator, steady state",
      ),
    );
  }
  if (result.layout !== undefined) facts.push(layoutFact(result.layout));
  if (cost !== undefined) facts.push(...costFacts(result, cost));
  if (energy !== undefined) {
    const average =
      energy.averageWatts === undefined
        ? undefined
        : `${format("power", energy.averageWatts)} on average, facility`;
    facts.push(
      spreadFact(
        "energy",
        format("energy", energy.kwh * KWH),
        spread(result, "energy.kwh", "energy", KWH),
        average,
      ),
    );
  }
  if (carbon !== undefined) {
    const intensity = `${format("multiple", carbon.gramsPerKwh)} g/kWh, ${carbon.grid}`;
    facts.push(
      spreadFact(
        "carbon",
        `${format("mass", carbon.kgCo2e)} CO2e`,
        spread(result, "carbon.kgCo2e", "mass"),
        intensity,
      ),
    );
  }
  return facts;
}

/** `tp 8, pp 16 (8 virtual), dp 128, ZeRO-1; micro-batch 1 of 4,096 x 4,096 tokens; recompute none` */
function layoutFact(layout: NonNullable<TrainResult["layout"]>): Fact {
  const { tp, pp, vpp, cp, ep, dp, zero, microBatch, recompute, globalBatch, seq } = layout;
  const degrees = [
    ["tp", tp],
    ["pp", pp],
    ["cp", cp],
    ["ep", ep],
  ] as const;
  const virtual = vpp > 1 ? ` (${vpp} virtual)` : "";
  const cut = degrees
    .filter(([, degree]) => degree > 1)
    .map(([name, degree]) => `${name} ${degree}${name === "pp" ? virtual : ""}`);
  const batch = `micro-batch ${microBatch} of ${format("integer", globalBatch)} x ${counted(seq, "token", "integer")}`;
  return {
    label: "layout",
    value: [...cut, `dp ${format("integer", dp)}`, `ZeRO-${zero}`].join(", "),
    note: `${batch}; recompute ${recompute}`,
  };
}

function costFacts(result: TrainResult, cost: NonNullable<TrainResult["cost"]>): Fact[] {
  const facts: Fact[] = [];
  if (cost.rentedUsd !== undefined) {
    const date = cost.priceDate === undefined ? "" : ` (${cost.priceDate})`;
    const price = `$${format("multiple", cost.usdPerGpuHour ?? 0)} an accelerator-hour${date}`;
    facts.push(
      spreadFact("rent", format("money", cost.rentedUsd), spread(result, "cost.usd", "money"), price),
    );
  }
  if (cost.ownedUsd !== undefined && cost.ownedParts !== undefined) {
    const { chips, servers, network, energy } = cost.ownedParts;
    const parts = [
      ["chips", chips],
      ["servers", servers],
      ["network", network],
      ["electricity", energy],
    ] as const;
    const split = parts.map(([name, usd]) => `${name} ${format("money", usd)}`).join(", ");
    facts.push(
      spreadFact("owned", format("money", cost.ownedUsd), spread(result, "cost.ownedUsd", "money"), split),
    );
  }
  if (cost.acquisitionUsd !== undefined)
    facts.push({
      label: "to buy",
      value: format("money", cost.acquisitionUsd),
      note: "servers and network, without buildings",
    });
  return facts;
}

function memoryFacts(result: TrainResult): Fact[] {
  const { memory, fleet } = result;
  const share = memory.stateBytesPerGpu;
  const each = share === undefined ? "" : `, ${format("bytes", share)} each if fully sharded`;
  const value = `${format("bytes", memory.stateBytes)}${each}`;
  const capacity = memory.capacityBytesPerGpu;
  const holds =
    capacity === undefined || fleet === undefined
      ? ""
      : `; one accelerator holds ${format("bytes", capacity)}`;
  const peak =
    memory.peakBytesPerGpu === undefined
      ? []
      : [
          spreadFact(
            "memory",
            `${format("bytes", memory.peakBytesPerGpu)} each`,
            spread(result, "memory.peakBytesPerGpu", "bytes"),
            "on the fullest accelerator",
          ),
        ];
  return [
    ...peak,
    {
      label: "states",
      value,
      note: `weights ${format("bytes", memory.weightBytes)}, gradients ${format("bytes", memory.gradientBytes)}, optimizer ${format("bytes", memory.optimizerBytes)}${holds}`,
    },
  ];
}

function fleetBlocks({ fleets }: TrainResult): View {
  if (fleets.length === 0) return [];
  const whys = fleets.flatMap((row) => (row.why === undefined ? [] : [`${row.name}: ${row.why}.`]));
  return [
    {
      block: "table",
      main: true,
      heading: "The run on known fleets",
      table: {
        columns: [
          { key: "fleet", title: "fleet" },
          { key: "gpus", title: "accelerators", kind: "integer", optional: 2 },
          { key: "peak_flop_per_second", title: "dense peak", kind: "rate", optional: 3 },
          { key: "seconds", title: "time", kind: "duration" },
          { key: "gpu_hours", title: "accelerator-hours", kind: "count", optional: 4 },
          { key: "usd", title: "rent", kind: "money" },
          { key: "joules", title: "energy", kind: "energy" },
          { key: "kg_co2e", title: "CO2e", kind: "mass", optional: 1 },
        ],
        rows: fleets.map((row) => [
          row.name,
          row.gpus,
          row.peakFlopPerSecond,
          row.days === undefined ? undefined : row.days * DAY,
          row.gpuHours,
          row.cost,
          row.energy === undefined ? undefined : row.energy * KWH,
          row.carbon,
        ]),
        notes: [
          ...whys,
          "Rent at the catalogue's newest prices; compute-est catalog show CHIP has each with its date.",
        ],
      },
    },
  ];
}

const CAUSES: Readonly<Record<string, string>> = {
  gemm: "matmuls",
  attention: "attention",
  elementwise: "element-wise",
  recompute: "recomputation",
  tensorParallel: "tensor parallel, exposed",
  contextParallel: "context parallel, exposed",
  expertParallel: "expert parallel, exposed",
  pipelineTransfer: "pipeline transfers",
  bubble: "pipeline bubble",
  dataParallel: "data parallel, exposed",
  host: "host and launch",
  optimizer: "optimizer",
  logits: "logits and loss",
  straggler: "stragglers",
};
/** Causes below this share of the step are left out of the bars. */
const SHOWN_SHARE = 1e-3;

/** Each change on its own, with what it saves of the time per token. */
function leverBlocks(levers: TrainResult["levers"]): View {
  const helpful = (levers ?? []).filter(({ saved }) => saved > SHOWN_SHARE);
  if (helpful.length === 0) return [];
  return [
    {
      block: "bars",
      heading: "What would help most, each on its own: share of the time saved",
      kind: "ratio",
      bars: helpful.map(({ change, saved }) => ({ label: change, value: saved })),
    },
  ];
}

/** The step by cause, largest first; the causes sum to the step. */
function stepBlocks({ compute, step, utilisation, levers }: TrainResult): View {
  if (step === undefined) return [];
  const bars = Object.entries(CAUSES)
    .map(([key, label]) => ({ label, value: step[key as keyof typeof step] }))
    .filter(({ value }) => value > step.total * SHOWN_SHARE)
    .sort((a, b) => b.value - a.value)
    .map((bar) => ({ ...bar, note: format("ratio", bar.value / step.total, { digits: 2 }) }));
  const share = (value: number) => format("ratio", value);
  const conventions =
    utilisation === undefined
      ? []
      : [
          `MFU ${share(utilisation.mfu6nd)} as ${compute.flopPerActive}ND, ${share(utilisation.mfu)} with causal attention, ${share(utilisation.mfuFullAttention)} with full attention; HFU ${share(utilisation.hfu)}.`,
        ];
  return [
    {
      block: "bars",
      heading: `The step of ${format("duration", step.total)} by cause`,
      kind: "duration",
      bars,
    },
    { block: "notes", lines: conventions },
    ...leverBlocks(levers),
  ];
}

function thresholdFacts({ thresholds }: TrainResult): Fact[] {
  return thresholds.map((line) => ({
    label: line.crossed ? "crossed" : "below",
    value: `${format("work", line.flop)}  ${line.name}`,
    note: `${line.status} ${line.date}${chanceText(line.probability)}; counts ${countedText(line)}`,
  }));
}

const countedText = ({ counts, counted }: TrainResult["thresholds"][number]): string =>
  counted === undefined ? counts : `${counts}: ${format("work", counted)}`;

/** How often the draws of a range pass a threshold; nothing where the compute is one number. */
function chanceText(probability: number | undefined): string {
  if (probability === undefined) return "";
  if (probability < TOLD) return `; P(crossed) under ${format("ratio", TOLD)}`;
  if (probability > 1 - TOLD) return `; P(crossed) over ${format("ratio", 1 - TOLD)}`;
  return `; P(crossed) ${format("ratio", probability)}`;
}
/** Chances nearer to 0 or 1 than this are not told from them by some thousand draws. */
const TOLD = 0.001;

/** `MFU 0.375 (0.3 to 0.5): source, date` */
export function assumptionText({ key, value, interval, unit, source, date }: Assumption): string {
  const number = (x: number) => (Math.abs(x) >= 1e6 ? format("count", x) : String(Number(x.toPrecision(4))));
  const shown = typeof value === "number" ? number(value) : value;
  const range = interval === undefined ? "" : ` (${number(interval.p05)} to ${number(interval.p95)})`;
  return `${key} ${shown}${range}${unit === undefined ? "" : ` ${unit}`}: ${source}${date === undefined ? "" : `, ${date}`}`;
}
