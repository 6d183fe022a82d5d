import type { Answer } from "../../study/document.ts";
import type { TrainResult } from "../../study/train/result.ts";
import { counted, format, formatPetaflopDays } from "../../units/index.ts";
import type { Fact, View } from "../view.ts";
import { assumedBlock } from "./assumed.ts";
import { medianOf, rangedBlocks, spread } from "./ranged.ts";
import { thresholdBlock } from "./thresholds.ts";
import { fleetBlocks } from "./train-fleets.ts";
import { stepBlocks } from "./train-step.ts";

const DAY = 86_400;
const KWH = 3.6e6;
const WHOLE = { scale: 1, suffix: "", heading: "" };

/** How a training answer looks to a person. */
export function trainView(answer: Answer<TrainResult>, explained = false): View {
  const { result } = answer;
  return [
    { block: "title", text: title(result) },
    { block: "facts", facts: [...computeFacts(result), ...runFacts(result), ...memoryFacts(result)] },
    ...stepBlocks(result),
    ...fleetBlocks(result),
    ...rangedBlocks(result),
    thresholdBlock(result, explained),
    assumedBlock(answer.assumptions, explained),
  ];
}

function title(result: TrainResult): string {
  const { model, data, intervals } = result;
  const name = model.name === "model" ? "a model" : model.name;
  const size = format("count", model.params);
  const active = model.active < model.params * 0.95 ? `, ${format("count", model.active)} active` : "";
  return `Training ${name} of ${size} parameters${medianOf(intervals, "model.params", "count")}${active} on ${counted(data.tokens, "token")}${medianOf(intervals, "data.tokens", "count")} (${format("multiple", data.tokensPerParam)} per parameter)`;
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
      spread(result.intervals, "compute.flop", "work"),
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
    spreadFact("machine", fleet.name, spread(result.intervals, "fleet.gpus", "count"), mark("chips") ?? peak),
  ];
  if (solved.includes("params")) {
    facts.push(
      spreadFact(
        "parameters",
        format("count", model.params),
        spread(result.intervals, "model.params", "count"),
        "solved for",
      ),
    );
  }
  if (solved.includes("tokens")) {
    facts.push(
      spreadFact(
        "tokens",
        format("count", data.tokens),
        spread(result.intervals, "data.tokens", "count"),
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
        spread(result.intervals, "time.days", "duration", DAY),
        mark("seconds") ?? hours,
      ),
    );
  }
  if (mfu !== undefined && goodput !== undefined) {
    facts.push(
      spreadFact(
        "MFU",
        format("ratio", mfu),
        spread(result.intervals, "mfu", "ratio"),
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
        spread(result.intervals, "throughput.tokensPerSecondPerGpu", "count"),
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
        spread(result.intervals, "energy.kwh", "energy", KWH),
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
        spread(result.intervals, "carbon.kgCo2e", "mass"),
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
      spreadFact(
        "rent",
        format("money", cost.rentedUsd),
        spread(result.intervals, "cost.usd", "money"),
        price,
      ),
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
      spreadFact(
        "owned",
        format("money", cost.ownedUsd),
        spread(result.intervals, "cost.ownedUsd", "money"),
        split,
      ),
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
            spread(result.intervals, "memory.peakBytesPerGpu", "bytes"),
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
