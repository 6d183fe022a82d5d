import type { KvPrecision, WeightPrecision } from "../core/serving/setup.ts";
import { type Measured, type MeasuredSet, readTable, type Table } from "./row.ts";

/** One published serving figure: what was served, under which load, and which statistic of which metric was printed. */
export interface ServingInputs {
  /** Catalogue id of the model. */
  readonly model: string;
  /** `vllm@0.15`; without a version where the source states none. */
  readonly engine: string;
  /** As the source states it. */
  readonly weights: WeightPrecision;
  readonly kv?: KvPrecision;
  readonly chips: number;
  /** A missing degree was not published. */
  readonly tp?: number;
  readonly pp?: number;
  readonly dp?: number;
  readonly ep?: number;
  readonly scenario?: string;
  /**
   * `closed`: level users in a loop; `running`: level requests were running on average; `open`: level requests a second;
   * `server`: open at the highest rate that met an audited latency limit.
   */
  readonly load: "closed" | "running" | "open" | "static" | "saturated" | "server" | "disagg";
  readonly level?: number;
  readonly maxBatch?: number;
  /** Tokens a step may take. */
  readonly chunk?: number;
  /** Steps between two messages to the client. */
  readonly streamInterval?: number;
  /** Requests a second that were served. */
  readonly achieved?: number;
  readonly input?: number;
  readonly output?: number;
  /** Output length implied by the source's own means. */
  readonly meanOutput?: number;
  readonly cached?: number;
  readonly statistic: "mean" | "median" | "p90" | "p99";
  readonly scope: "system" | "gpu" | "request";
  readonly date?: string;
  /** Workers, tensor-parallel degree, attention ranks and batch of each phase. */
  readonly prefill?: readonly [workers: number, tp: number, dp: number, batch: number];
  readonly decode?: readonly [workers: number, tp: number, dp: number, batch: number];
}

/** Seconds for times; tokens a second for rates: `output` of the scope, `decode` and `prefill` of one stream. */
export type ServingMetric = "ttft" | "tpot" | "e2e" | "output" | "decode" | "prefill";

export interface ServingRow extends Measured<ServingInputs> {
  readonly metric: ServingMetric;
}

const OUTER = new Set(["id", "source", "where", "chip", "family", "metric", "measured", "flags", "notes"]);

/** The shipped serving measurements; loaded on first use. */
export async function loadServing(): Promise<MeasuredSet<ServingInputs> & { rows: readonly ServingRow[] }> {
  const { default: table } = await import("./data/serving.json", { with: { type: "json" } });
  const { sources } = table as unknown as Table;
  return { sources, rows: readTable(table as unknown as Table).map(toRow) };
}

function toRow(record: Record<string, unknown>): ServingRow {
  const row: Record<string, unknown> = {
    where: "",
    trust: "A",
    flags: [],
    group: record.id,
    unit: unitOf(record.metric),
  };
  const inputs: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(record)) {
    if (OUTER.has(name)) row[name] = value;
    else inputs[name] = value;
  }
  return { ...row, inputs } as unknown as ServingRow;
}

const unitOf = (metric: unknown): string =>
  metric === "output" || metric === "decode" || metric === "prefill" ? "tokens/s" : "s";
