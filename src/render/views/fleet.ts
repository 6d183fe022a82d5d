import type { Answer } from "../../study/document.ts";
import type { FleetResult } from "../../study/fleet/result.ts";
import { counted, format, formatPetaflopDays } from "../../units/index.ts";
import { SECONDS_PER_DAY } from "../../units/quantity.ts";
import type { Line } from "../explain.ts";
import type { Column, View } from "../view.ts";
import { assumedBlock } from "./assumed.ts";
import { medianOf, type RangeColumn, rangeEnds, rangeTable } from "./ranged.ts";

/** How fleets side by side look to a person. */
export function fleetView({ result, assumptions }: Answer<FleetResult>, explained = false): View {
  const { fleets, run, reference, intervals } = result;
  const labelled = { list: "fleets", title: "fleet", labels: fleets.map((row) => row.name) };
  const whys = fleets.flatMap((row) => (row.why === undefined ? [] : [`${row.name}: ${row.why}.`]));
  const referenceName = fleets.find((row) => row.fleet === reference)?.name ?? reference;
  return [
    { block: "title", text: titleOf(result) },
    {
      block: "table",
      main: true,
      table: {
        columns: columnsOf(run !== undefined, referenceName),
        rows: fleets.map((row) => [
          row.name,
          row.gpus,
          row.peakFlopPerSecond,
          row.ratio,
          row.memoryBytes,
          row.bandwidthBytesPerSecond,
          row.watts,
          row.capexUsd,
          row.rentUsdPerDay,
          ...(run === undefined
            ? []
            : [row.days === undefined ? undefined : row.days * SECONDS_PER_DAY, row.cost]),
        ]),
        notes: [...whys, ...referenceNotes(result, referenceName), ...spreadNotes(result)],
        ...rangeEnds(labelled, intervals, RANGES),
      },
    },
    ...rangeTable(labelled, intervals, RANGES),
    {
      block: "bars",
      heading: "Dense peak, 16 bits",
      kind: "rate",
      bars: fleets.map((row) => ({ label: row.name, value: row.peakFlopPerSecond })),
    },
    precisionBlock(result),
    assumedBlock(assumptions, explained),
  ];
}

const RANGES: readonly RangeColumn[] = [
  { figure: "watts", key: "watts", title: "power", kind: "power", scale: 1 },
  { figure: "capexUsd", key: "capex_usd", title: "to buy", kind: "money", scale: 1 },
  { figure: "rentUsdPerDay", key: "rent_usd_per_day", title: "rent per day", kind: "money", scale: 1 },
  { figure: "days", key: "seconds", title: "time", kind: "duration", scale: SECONDS_PER_DAY },
  { figure: "cost", key: "cost_usd", title: "rent of the run", kind: "money", scale: 1 },
];

function titleOf({ run, fleets, intervals }: FleetResult): string {
  if (run === undefined) return `${counted(fleets.length, "fleet")} side by side`;
  const median = (path: string) => medianOf(intervals, path, "count");
  const what =
    run.model === "model" ? `${counted(run.params, "parameter")}${median("run.params")}` : run.model;
  return `Fleets, and the time each takes to train ${what} on ${counted(run.tokens, "token")}${median("run.tokens")} (${format("work", run.flop)} = ${formatPetaflopDays(run.flop)})`;
}

function columnsOf(run: boolean, reference: string): readonly Column[] {
  return [
    { key: "fleet", title: "fleet" },
    { key: "gpus", title: "accelerators", kind: "integer", optional: 5 },
    { key: "peak_flop_per_second", title: "dense peak", kind: "rate" },
    { key: "ratio_to_reference", title: `ratio to ${reference}`, kind: "multiple" },
    { key: "memory_bytes", title: "memory", kind: "bytes", optional: 3 },
    { key: "bandwidth_bytes_per_second", title: "memory bandwidth", kind: "bandwidth", optional: 6 },
    { key: "watts", title: "power", kind: "power", optional: 2 },
    { key: "capex_usd", title: "to buy", kind: "money", optional: 4 },
    { key: "rent_usd_per_day", title: "rent per day", kind: "money", optional: 1 },
    ...(run
      ? ([
          { key: "seconds", title: "time", kind: "duration" },
          { key: "cost_usd", title: "rent of the run", kind: "money", optional: 3 },
        ] as const)
      : []),
  ];
}

/** "10,000 x A100 is 1.36 x Tesla's cluster and 2.87 x the Dojo design in dense peak." */
function referenceNotes({ fleets, reference }: FleetResult, name: string): string[] {
  const others = fleets.filter(
    (row) => row.fleet !== reference && row.referenceRatio !== undefined && row.candidateOf === undefined,
  );
  if (others.length === 0) return [];
  const parts = others.map((row) => `${format("multiple", row.referenceRatio ?? 0)} x ${row.name}`);
  return [`In dense peak, ${name} is ${parts.join(", ")}.`];
}

/** "10,000 of an unknown chip: 1.25 to 22.5 EFLOP/s over 6 candidates." */
function spreadNotes({ fleets }: FleetResult): string[] {
  const ids = [...new Set(fleets.flatMap((row) => row.candidateOf ?? []))];
  return ids.map((id) => {
    const rows = fleets.filter((row) => row.candidateOf === id);
    const peaks = rows.flatMap((row) => row.peakFlopPerSecond ?? []);
    const name = rows[0]?.name.split(", if ")[0] ?? id;
    const [low, high] = [Math.min(...peaks), Math.max(...peaks)];
    return `${name}: the chip was not stated; ${counted(rows.length, "chip")} of its time give ${format("rate", low)} to ${format("rate", high)}, ${format("multiple", high / low)} x apart.`;
  });
}

function precisionBlock({ fleets }: FleetResult): View[number] {
  return {
    block: "table",
    heading: "Dense peak by format (sparse rates are never used)",
    table: {
      columns: [
        { key: "fleet", title: "fleet" },
        { key: "fp32_flop_per_second", title: "fp32", kind: "rate", optional: 1 },
        { key: "bf16_flop_per_second", title: "16 bits", kind: "rate" },
        { key: "fp8_flop_per_second", title: "fp8", kind: "rate" },
        { key: "fp4_flop_per_second", title: "fp4", kind: "rate" },
      ],
      rows: fleets.map((row) => [row.name, row.peaks.fp32, row.peaks.bf16, row.peaks.fp8, row.peaks.fp4]),
    },
  };
}

/** Derivations of a comparison: peak and time of each fleet. */
export function fleetLines({ result }: Answer<FleetResult>): readonly Line[] {
  return result.fleets.flatMap((row): Line[] => {
    if (row.peakFlopPerSecond === undefined) return [];
    const each = row.peakFlopPerSecond / row.gpus;
    return [
      {
        name: `peak of ${row.name}`,
        formula: "accelerators x dense peak",
        operands: [
          { name: "accelerators", value: row.gpus, kind: "count" },
          { name: "dense peak", value: each, kind: "rate" },
        ],
        value: row.peakFlopPerSecond,
        kind: "rate",
        source: `catalogue${row.gpu === undefined ? "" : `: ${row.gpu}`}; \`compute-est catalog show\` names the sources`,
      },
    ];
  });
}
