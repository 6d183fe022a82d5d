import type { AuditResult } from "../../study/audit/estimate.ts";
import type { Answer } from "../../study/document.ts";
import type { Kind } from "../../units/index.ts";
import { JOULES_PER_WH, SECONDS_PER_DAY, SECONDS_PER_HOUR } from "../../units/quantity.ts";
import type { Line, Operand } from "../explain.ts";
import type { AuditAnswer } from "./audit.ts";

const HOUR_OF_WORK: Operand = { name: "an hour", value: SECONDS_PER_HOUR, kind: "duration" };

/** The recomputation of a claim: each step from what is stated, then the claim over it. */
export function auditLines({ result }: Answer<AuditAnswer>): readonly Line[] {
  if ("claims" in result || result.recomputed === undefined) return [];
  const { value, kind, scale } = shownAs(result);
  return [
    ...steps(result),
    {
      name: "claim over recomputed",
      formula: "claimed / recomputed",
      operands: [
        { name: "claimed", value: result.claim.value / scale, kind },
        { name: "recomputed", value, kind },
      ],
      value: result.ratio ?? 0,
      kind: "multiple",
      source: "1 where the claim is what is stated comes to",
    },
  ];
}

/** The recomputed figure in the unit that its kind of claim is quoted in. */
function shownAs({ claim, recomputed = 0 }: AuditResult): { value: number; kind: Kind; scale: number } {
  const as = (kind: Kind, scale = 1) => ({ value: recomputed / scale, kind, scale });
  switch (claim.kind) {
    case "training-compute":
      return as("work");
    case "days":
      return as("duration");
    case "cost":
      return as("money");
    case "gpu-count":
      return as("count");
    case "gpu-hours":
      return as("count", SECONDS_PER_HOUR);
    case "energy":
      return as("energy");
    case "energy-per-query":
      return as("multiple", JOULES_PER_WH);
  }
}

function steps(result: AuditResult): Line[] {
  const { kind } = result.claim;
  const serves = kind === "energy-per-query" || result.basis.requestsPerDay !== undefined;
  return serves ? servingSteps(result) : trainingSteps(result);
}

type Basis = AuditResult["basis"];

/** An operand of the basis, where it is known. */
const operand = (basis: Basis, key: string, name: string, kind: Kind, scale = 1): Operand => ({
  name,
  value: (basis[key] ?? 1) / scale,
  kind,
});

function trainingSteps(result: AuditResult): Line[] {
  const { basis, claim } = result;
  const lines = workLines(basis);
  if (claim.kind === "training-compute") return lines;
  return [...lines, ...machineLines(result)];
}

function workLines(basis: Basis): Line[] {
  const { params, active = params, tokens, flopPerParamToken: each = 6 } = basis;
  if (basis.work !== undefined || active === undefined || tokens === undefined) return [];
  return [
    {
      name: "work",
      formula: `${each} x parameters x tokens`,
      operands: [
        { name: "parameters", value: active, kind: "count" },
        { name: "tokens", value: tokens, kind: "count" },
      ],
      value: each * active * tokens,
      kind: "work",
      source: "Kaplan 2020, section 2.1: two FLOP forward, four backward",
    },
  ];
}

/** Chip-time of the work, or of chips that are stated with their time; then what is asked of it. */
function machineLines({ basis, claim, recomputed = 0 }: AuditResult): Line[] {
  const { params, active = params, tokens, flopPerParamToken: each = 6 } = basis;
  const work =
    basis.work ?? (active === undefined || tokens === undefined ? undefined : each * active * tokens);
  const rate = (basis.peak ?? 1) * (basis.utilisation ?? 1) * (basis.goodput ?? 1);
  const fromWork = work !== undefined && basis.peak !== undefined;
  const hours = (fromWork ? work / rate : (basis.chips ?? 1) * (basis.seconds ?? 0)) / SECONDS_PER_HOUR;
  const time: Line = fromWork
    ? {
        name: "chip-hours",
        formula: "work / (peak x MFU x goodput x an hour)",
        operands: [
          { name: "work", value: work, kind: "work" },
          operand(basis, "peak", "peak", "rate"),
          operand(basis, "utilisation", "MFU", "ratio"),
          operand(basis, "goodput", "goodput", "ratio"),
          HOUR_OF_WORK,
        ],
        value: hours,
        kind: "count",
        source: "dense peak x model FLOP utilisation x share of time not lost: PaLM 2022, section 4.1",
      }
    : {
        name: "chip-hours",
        formula: "chips x hours",
        operands: [
          operand(basis, "chips", "chips", "count"),
          operand(basis, "seconds", "hours", "multiple", SECONDS_PER_HOUR),
        ],
        value: hours,
        kind: "count",
        source: "as stated",
      };
  const hoursOf: Operand = { name: "chip-hours", value: hours, kind: "count" };
  const last = (formula: string, other: Operand | Operand[], kind: Kind, source: string): Line[] => [
    time,
    {
      name: "recomputed",
      formula,
      operands: [hoursOf, HOUR_OF_WORK].concat(other),
      value: recomputed,
      kind,
      source,
    },
  ];
  if (claim.kind === "days")
    return last(
      "chip-hours x an hour / chips",
      operand(basis, "chips", "chips", "count"),
      "duration",
      "stated chips",
    );
  if (claim.kind === "cost") {
    const price = operand(basis, "usdPerChipSecond", "price", "moneyRate");
    return last("chip-hours x an hour x price", price, "money", "rent of a chip-hour");
  }
  if (claim.kind === "energy")
    return last("chip-hours x an hour x TDP x server x load x PUE", powerOf(basis), "energy", POWER_SOURCE);
  if (claim.kind === "gpu-count")
    return last(
      "chip-hours / hours",
      operand(basis, "seconds", "hours", "multiple", SECONDS_PER_HOUR),
      "count",
      "stated days",
    );
  return [time];
}

const POWER_SOURCE = "server nameplate over TDP x mean draw over nameplate x facility over IT power";

const powerOf = (basis: Basis): Operand[] => [
  operand(basis, "tdp", "TDP", "power"),
  operand(basis, "serverRatio", "server", "multiple"),
  operand(basis, "load", "load", "ratio"),
  operand(basis, "pue", "PUE", "multiple"),
];

function servingSteps({ basis, claim, recomputed = 0 }: AuditResult): Line[] {
  const { params, active = params, inputTokens = 0, outputTokens = 0, cacheHit = 0 } = basis;
  if (active === undefined || basis.peak === undefined) return [];
  const tokens = inputTokens * (1 - cacheHit) + outputTokens;
  const each = basis.flopPerParamToken ?? 2;
  const seconds = (each * active * tokens) / (basis.peak * (basis.utilisation ?? 1));
  const query: Line = {
    name: "chip-seconds a query",
    formula: `${each} x parameters x tokens / (peak x utilisation)`,
    operands: [
      { name: "parameters", value: active, kind: "count" },
      { name: "tokens", value: tokens, kind: "count" },
      operand(basis, "peak", "peak", "rate"),
      operand(basis, "utilisation", "utilisation", "ratio"),
    ],
    value: seconds,
    kind: "multiple",
    source: "two FLOP an active parameter and token: Kaplan 2020, section 2.1",
  };
  const time: Operand = { name: "chip-seconds a query", value: seconds, kind: "multiple" };
  if (claim.kind === "energy-per-query")
    return [
      query,
      {
        name: "recomputed Wh",
        formula: "chip-seconds a query x TDP x server x load x PUE / 3600",
        operands: [time, ...powerOf(basis)],
        value: recomputed / JOULES_PER_WH,
        kind: "multiple",
        source: POWER_SOURCE,
      },
    ];
  return [
    query,
    {
      name: "recomputed",
      formula: "chip-seconds a query x queries a day / a day x peak over mean",
      operands: [
        time,
        operand(basis, "requestsPerDay", "queries a day", "count"),
        { name: "a day", value: SECONDS_PER_DAY, kind: "duration" },
        operand(basis, "peakToAverage", "peak over mean", "multiple"),
      ],
      value: recomputed,
      kind: "count",
      source: "chips that stand ready for the busiest hours",
    },
  ];
}
