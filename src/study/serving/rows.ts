import type { Chip } from "../../core/chip.ts";
import type { EngineClassId } from "../../core/serving/constants.ts";
import { engineChoice } from "../../core/serving/engines.ts";
import type { Load, ServingLayout, ServingSetup, WeightPrecision } from "../../core/serving/setup.ts";
import type { ServingRow } from "../../measured/serving.ts";
import type { MeasuredFacts } from "./measured-facts.ts";

/** Why a row is not asked of the model. */
export type Refusal =
  /** Beam search: a mode of 2023 audits that the model does not cover. */
  | "beam-search"
  /** Latency at or above the load a replica can serve depends on how long the run lasted. */
  | "overload"
  /** Run below the chip's power limit, by how much is not stated. */
  | "power-capped"
  /** Weights do not fit the stated chips: the row cannot exist as printed. */
  | "does-not-fit"
  | "incomplete"
  | "unknown-model"
  | "unknown-chip";

/** What accuracy is reported by. */
export type ServingFamily =
  | "tpot"
  | "ttft"
  | "throughput"
  | "e2e"
  | "decode"
  | "prefill"
  /** p90 and p99 of first token and end to end: predicted from the means, never fitted. */
  | "percentile";

/** A row as a question to the model. Where the layout is not stated, every candidate: the best one is meant. */
export interface ServingCase {
  readonly row: ServingRow;
  readonly family: ServingFamily;
  readonly setups: readonly ServingSetup[];
  readonly load: Load;
  /** The figure is of this many replicas, or of one chip. */
  readonly scale: (setup: ServingSetup) => number;
}

/** InferenceMAX draws lengths uniformly between 0.8 of the nominal and the nominal. */
const DRAWN_LENGTH = 0.9;
/** A rate counts as served where at least this share of it was. */
const SERVED = 0.97;

/** Turns a row into a question, undoing what its source is known to print otherwise; or says why not. */
export function servingCase(row: ServingRow, facts: MeasuredFacts): ServingCase | Refusal {
  const i = row.inputs;
  const chip = facts.chip(row.chip);
  const shape = facts.shape(i.model);
  if (row.flags.includes("power-capped")) return "power-capped";
  if (row.source === "mlperf-v4.1" && i.model === "gpt-j-6b") return "beam-search";
  if (chip === undefined) return "unknown-chip";
  if (shape === undefined) return "unknown-model";
  const load = loadOf(row);
  if (typeof load === "string") return load;
  const engine = engineOf(row, chip);
  const weights = weightsOf(row, chip);
  const setups = layoutsOf(row).map(
    (layout): ServingSetup => ({
      shape,
      chip,
      weights,
      engine,
      layout,
      ...(i.kv === undefined || weights !== i.weights ? {} : { kv: i.kv }),
      options: {
        ...(i.maxBatch === undefined ? {} : { maxBatch: i.maxBatch }),
        ...(i.streamInterval === undefined ? {} : { streamInterval: i.streamInterval }),
      },
    }),
  );
  const perGpu = i.scope === "gpu" || row.flags.includes("per-chip-labelled-system");
  const scale = ({ layout: { tp, pp, dp } }: ServingSetup) => (perGpu ? 1 : i.chips) / (tp * pp * dp);
  return { row, family: familyOf(row), setups, load, scale };
}

function familyOf({ metric, inputs }: ServingRow): ServingFamily {
  if (inputs.statistic === "p90" || inputs.statistic === "p99") return "percentile";
  return metric === "output" ? "throughput" : metric;
}

function loadOf(row: ServingRow): Load | Refusal {
  const i = row.inputs;
  if (i.input === undefined || i.output === undefined) return "incomplete";
  const drawn = row.where === "InferenceX" ? DRAWN_LENGTH : 1;
  const tokens = {
    input: i.input * drawn,
    output: Math.max(1, i.output * drawn),
    ...(i.cached === undefined ? {} : { cached: i.cached }),
  };
  const level = i.level ?? 0;
  switch (i.load) {
    case "closed":
      return { kind: "closed", concurrency: level, ...tokens };
    case "running":
      return { kind: "running", batch: level, ...tokens };
    case "static":
      return { kind: "static", batch: level, ...tokens };
    case "open":
      if (row.metric !== "output" && i.achieved !== undefined && i.achieved < SERVED * level)
        return "overload";
      return { kind: "open", rate: level, ...tokens };
    case "saturated":
      return row.metric === "output" ? { kind: "saturated", ...tokens } : "overload";
    case "server":
      return { kind: "saturated", server: true, ...tokens };
    case "disagg":
      return "incomplete";
  }
}

function engineOf(row: ServingRow, chip: Chip): EngineClassId {
  const { engine, date } = row.inputs;
  const choice = engineChoice(engine, chip);
  // undated engines of 2025 and before are the releases of their day
  if (choice.class === "vllm-async" && choice.version === undefined && date !== undefined && date < "2026") {
    return "vllm-sync";
  }
  return choice.class;
}

/** The audited NVIDIA submissions of 2024 print fp16 and ran fp8, on Blackwell fp4. */
function weightsOf(row: ServingRow, chip: Chip): WeightPrecision {
  const { weights } = row.inputs;
  if (row.source !== "mlperf-v4.1" || weights !== "fp16") return weights;
  return chip.peak.fp4 === undefined ? "fp8" : "nvfp4";
}

const TENSOR_DEGREES = [1, 2, 4, 8];

function layoutsOf({ inputs: i }: ServingRow): ServingLayout[] {
  const pp = i.pp ?? 1;
  const dp = i.dp ?? 1;
  const ep = i.ep === undefined ? {} : { ep: i.ep };
  if (i.engine.startsWith("llamacpp")) return [{ tp: 1, pp: i.chips, dp: 1 }];
  // some sources multiply expert parallelism into the tensor-parallel degree
  if (i.tp !== undefined) return [{ tp: Math.min(i.tp, i.chips / pp), pp, dp, ...ep }];
  return TENSOR_DEGREES.filter((tp) => i.chips % tp === 0).map((tp) => ({ tp, pp: 1, dp: 1 }));
}
