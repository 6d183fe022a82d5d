import type { Answer } from "../../study/document.ts";
import type { TrainResult } from "../../study/train/result.ts";
import type { Line } from "../explain.ts";

const DAY = 86_400;
const HOUR = 3600;
const KWH = 3.6e6;

/** The derivation of a training answer: each figure as one line that can be checked by hand. */
export function trainLines({ result, assumptions }: Answer<TrainResult>): readonly Line[] {
  return [
    ...computeLines(result),
    ...timeLines(result),
    ...moneyLines(result, assumptions),
    ...memoryLines(result),
  ];
}

function computeLines({ model, data, compute }: TrainResult): Line[] {
  const operands = [
    { name: "active", value: model.active, kind: "count" },
    { name: "tokens", value: data.tokens, kind: "count" },
  ] as const;
  const lines: Line[] = [
    {
      name: "compute",
      formula: `${compute.flopPerActive} x active x tokens`,
      operands,
      value: compute.flop,
      kind: "work",
      source:
        compute.flopPerActive === 6
          ? "Kaplan 2020, section 2.1: two FLOP forward, four backward"
          : "Hu 2021: two FLOP forward, two backward through frozen weights",
    },
  ];
  if (compute.exactFlop !== undefined) {
    lines.push({
      name: "exact compute",
      formula: "FLOP a token x tokens",
      operands: [
        { name: "FLOP a token", value: compute.exactFlop / data.tokens, kind: "work" },
        { name: "tokens", value: data.tokens, kind: "count" },
      ],
      value: compute.exactFlop,
      kind: "work",
      source:
        "Megatron-LM FLOP counter: projections, causal attention, MLPs, logits; forward and backward, no recomputation",
    });
  }
  return lines;
}

function timeLines({ compute, fleet, time, mfu, goodput }: TrainResult): Line[] {
  if (fleet?.peakFlopPerSecond === undefined || mfu === undefined || goodput === undefined) return [];
  const rate = fleet.peakFlopPerSecond * mfu * goodput;
  const lines: Line[] = [
    {
      name: "useful rate",
      formula: "dense peak x MFU x goodput",
      operands: [
        { name: "dense peak", value: fleet.peakFlopPerSecond, kind: "rate" },
        { name: "MFU", value: mfu, kind: "ratio" },
        { name: "goodput", value: goodput, kind: "ratio" },
      ],
      value: rate,
      kind: "rate",
      source: "PaLM 2022, section 4.1; goodput is the share of wall time in steady state",
    },
  ];
  if (time !== undefined) {
    lines.push({
      name: "time",
      formula: "compute / useful rate",
      operands: [
        { name: "compute", value: compute.flop, kind: "work" },
        { name: "useful rate", value: rate, kind: "rate" },
      ],
      value: time.days * DAY,
      kind: "duration",
      source: "work over rate",
    });
  }
  return lines;
}

function moneyLines(
  { cost, energy, carbon, time }: TrainResult,
  assumptions: Answer<TrainResult>["assumptions"],
): Line[] {
  const lines: Line[] = [];
  if (cost?.rentedUsd !== undefined && cost.usdPerGpuHour !== undefined) {
    const hours = cost.rentedUsd / cost.usdPerGpuHour;
    lines.push({
      name: "rent",
      formula: "accelerator-hours x price",
      operands: [
        { name: "accelerator-hours", value: hours, kind: "count" },
        { name: "price", value: cost.usdPerGpuHour / HOUR, kind: "moneyRate" },
      ],
      value: cost.rentedUsd,
      kind: "money",
      source: cost.priceDate === undefined ? "the price given" : `catalogue price of ${cost.priceDate}`,
    });
  }
  if (cost?.ownedParts !== undefined && cost.ownedUsd !== undefined) {
    const { chips, servers, network, energy: power } = cost.ownedParts;
    lines.push({
      name: "owned",
      formula: "chips + servers + network + electricity",
      operands: [
        { name: "chips", value: chips, kind: "money" },
        { name: "servers", value: servers, kind: "money" },
        { name: "network", value: network, kind: "money" },
        { name: "electricity", value: power, kind: "money" },
      ],
      value: cost.ownedUsd,
      kind: "money",
      source: "Cottier 2024 (arXiv:2405.21015), section 2.2: worth written off over the time used",
    });
  }
  if (energy !== undefined && carbon !== undefined) {
    const grid = assumptions.find((assumption) => assumption.key === "carbon intensity");
    lines.push({
      name: "carbon",
      formula: "energy x intensity",
      operands: [
        { name: "energy", value: energy.kwh * KWH, kind: "energy" },
        { name: "intensity", value: carbon.gramsPerKwh, kind: "multiple" },
      ],
      value: carbon.kgCo2e,
      kind: "mass",
      source: grid === undefined ? "intensity given, g/kWh" : `g/kWh of ${carbon.grid}: ${grid.source}`,
    });
  }
  if (energy?.averageWatts !== undefined && time !== undefined) {
    lines.push({
      name: "energy",
      formula: "facility power x time",
      operands: [
        { name: "facility power", value: energy.averageWatts, kind: "power" },
        { name: "time", value: time.seconds, kind: "duration" },
      ],
      value: energy.kwh * KWH,
      kind: "energy",
      source: "server nameplate x load x PUE; Epoch AI training-cost-trends, Patterson 2021",
    });
  }
  return lines;
}

function memoryLines({ model, memory }: TrainResult): Line[] {
  return [
    {
      name: "states",
      formula: "parameters x (2 + 2 + 12)",
      operands: [{ name: "parameters", value: model.params, kind: "count" }],
      value: memory.stateBytes,
      kind: "bytes",
      source:
        "Rajbhandari 2020 (ZeRO), section 3.1: 16-bit weights and gradients, fp32 copy and two Adam moments",
    },
  ];
}
