import type { KvPrecision, WeightPrecision } from "../core/serving/setup.ts";
import { GIB } from "../units/quantity.ts";
import type { Source } from "./row.ts";

/** Room for keys and values that an engine reports at its start: tokens, or bytes of one chip. */
export interface PoolRow {
  readonly id: string;
  readonly source: string;
  readonly chip: string;
  readonly model: string;
  readonly engine: string;
  readonly weights: WeightPrecision;
  readonly kv?: KvPrecision;
  readonly tp: number;
  /** Share of memory that the engine may take. */
  readonly utilization: number;
  readonly stepTokens?: number;
  readonly unit: "tokens" | "bytes";
  readonly measured: number;
  /** What is unusual or not stated. */
  readonly note?: string;
}

/** Whether llama.cpp ran a model on so many cards, at a length. */
export interface FitRow {
  readonly id: string;
  readonly source: string;
  readonly card: string;
  /** A computer whose memory the GPU shares. */
  readonly unified: boolean;
  /** Label of one card. */
  readonly gib: number;
  readonly cards: number;
  readonly model: string;
  readonly weights: WeightPrecision;
  readonly context: number;
  readonly ran: boolean;
}

type PoolCells = readonly [
  string,
  string,
  string,
  string,
  string,
  WeightPrecision,
  number,
  number,
  number | null,
  "tokens" | "GiB",
  number,
  string | null,
];
type FitCells = readonly [
  string,
  string,
  string,
  "card" | "local",
  number,
  number,
  string,
  WeightPrecision,
  number,
  0 | 1,
];

interface Table {
  readonly sources: Readonly<Record<string, Source>>;
  readonly pools: readonly PoolCells[];
  readonly fits: readonly FitCells[];
}

function poolOf(cells: PoolCells): PoolRow {
  const [id, source, chip, model, engine, weights, tp, utilization, stepTokens, unit, value, note] = cells;
  return {
    id,
    source,
    chip,
    model,
    engine,
    weights,
    kv: "bf16",
    tp,
    utilization,
    unit: unit === "tokens" ? "tokens" : "bytes",
    measured: unit === "tokens" ? value : value * GIB,
    ...(stepTokens === null ? {} : { stepTokens }),
    ...(note === null ? {} : { note }),
  };
}

function fitOf([id, source, card, kind, gib, cards, model, weights, context, ran]: FitCells): FitRow {
  return { id, source, card, unified: kind === "local", gib, cards, model, weights, context, ran: ran === 1 };
}

/** The shipped measurements of serving memory, loaded on first use. */
export async function loadServingMemory(): Promise<{
  readonly sources: Readonly<Record<string, Source>>;
  readonly pools: readonly PoolRow[];
  readonly fits: readonly FitRow[];
}> {
  const { default: file } = await import("./data/serving-memory.json", { with: { type: "json" } });
  const { sources, pools, fits } = file as unknown as Table;
  return { sources, pools: pools.map(poolOf), fits: fits.map(fitOf) };
}
