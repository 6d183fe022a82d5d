import type { Bytes, BytesPerSecond, Count, FlopPerSecond, Seconds } from "../../units/quantity.ts";
import { type AllReduce, prepareAllReduce } from "./all-reduce.ts";
import { type EngineConstants, SERVING_CONSTANTS, type ServingConstants } from "./constants.ts";
import { type Dispatch, prepareDispatch } from "./dispatch.ts";
import { ggmlBandwidth, ggmlLayer, ggmlMatmul } from "./ggml.ts";
import { type ChipRates, chipRates } from "./rates.ts";
import { kvBytesPerElement, type ServingSetup, WEIGHT_FORMATS } from "./setup.ts";
import { type ModelWork, modelWork } from "./work.ts";

/** A setup with everything that does not depend on the load worked out once; searches evaluate loads on it. */
export interface Prepared {
  readonly setup: ServingSetup;
  readonly k: ServingConstants;
  readonly engine: EngineConstants;
  readonly work: ModelWork;
  readonly rates: ChipRates;
  /** Pipeline stages at work at once: llama.cpp splits layers over devices that take turns. */
  readonly stages: Count;
  /** Ranks that hold experts, and the groups of them that hold different ones. */
  readonly expertRanks: Count;
  readonly expertGroups: Count;
  /** Stored bytes of a cached element, a dense weight, an expert weight. */
  readonly kvBytes: Bytes;
  readonly denseBytes: Bytes;
  readonly expertBytes: Bytes;
  /** Logarithm of the chance that a token leaves one expert out. */
  readonly logMissed: number;
  /** What software gets of the chip. */
  readonly weightBandwidth: BytesPerSecond;
  readonly kvBandwidth: BytesPerSecond;
  readonly denseRate: FlopPerSecond;
  readonly expertRate: FlopPerSecond;
  /** Rows that each expert's part of a batch is padded with; llama.cpp takes few rows as vectors, unpadded. */
  readonly tilePadding: Count;
  readonly prefillAttentionRate: FlopPerSecond;
  readonly decodeAttentionRate: FlopPerSecond;
  readonly allReduce: AllReduce;
  /** Norms, residuals, activation functions and routing of one pass, per token: every tensor-parallel rank does them all. */
  readonly elementwisePerToken: Seconds;
  readonly dispatch: Dispatch;
  /** Sampling of one token. */
  readonly sampling: Seconds;
  /** Launches of one pass. */
  readonly launch: Seconds;
  /** Time to read the dense weights and the head once. */
  readonly denseRead: Seconds;
}

/** Bytes per activation element. */
const ACTIVATION: Bytes = 2;

/** Works out everything about a setup that no load changes. */
export function prepare(setup: ServingSetup, k: ServingConstants = SERVING_CONSTANTS): Prepared {
  const work = modelWork(setup.shape);
  const rates = chipRates(setup.chip, k);
  const engine = k.engines[setup.engine];
  const format = WEIGHT_FORMATS[setup.weights];
  const { tp, dp } = setup.layout;
  const expertRanks = tp * dp;
  const mixed = format.expertsOnly === true && work.moeLayers > 0;
  const denseBytes = mixed ? ACTIVATION : format.bytes;
  const ggml = engine.family === "llamacpp";
  const streamed = k.weightBandwidth * (setup.weights === "nvfp4" ? k.fp4Bandwidth : 1);
  const weightBandwidth = ggml
    ? ggmlBandwidth(setup.chip, rates.bandwidth, k.ggml)
    : streamed * rates.bandwidth;
  const local = ggml ? ggmlMatmul(setup.chip, rates.matmul16, k.ggml) : undefined;
  const denseRate = local ?? k.matmul * (mixed ? rates.matmul16 : matmulRate(setup, rates, k, mixed));
  const expertRate = k.expertMatmul * (local ?? k.matmul * matmulRate(setup, rates, k, mixed));
  return {
    setup,
    k,
    engine,
    work,
    rates,
    stages: ggml ? 1 : setup.layout.pp,
    expertRanks,
    expertGroups: Math.min(setup.layout.ep ?? (dp > 1 ? expertRanks : 1), expertRanks),
    kvBytes: kvBytesPerElement(setup, engine.family),
    denseBytes,
    expertBytes: format.bytes,
    logMissed: work.moeLayers > 0 ? Math.log1p(-work.active / work.experts) : 0,
    weightBandwidth,
    kvBandwidth: (ggml ? k.ggml.kvBandwidth : k.kvBandwidth) * rates.bandwidth,
    denseRate,
    expertRate,
    tilePadding: ggml ? 0 : k.tilePadding,
    prefillAttentionRate: ggml ? k.ggml.attention * denseRate : k.prefillAttention * rates.attention,
    decodeAttentionRate: k.decodeAttention * rates.matmul16,
    elementwisePerToken: elementwise(work, rates, k),
    allReduce: prepareAllReduce(tp, dp, work.hidden * ACTIVATION, 2 * work.layers, rates, k),
    dispatch: prepareDispatch(tp, dp, work, rates, k),
    sampling: (engine.sampler * setup.shape.vocab) / rates.bandwidth,
    launch:
      work.layers * (ggml ? ggmlLayer(setup.chip, engine.layer) : engine.layer) +
      work.moeLayers * engine.moeLayer +
      (engine.family === "vllm" && matmulWidth(setup, mixed) < 16 ? work.moeLayers * k.narrowExperts : 0) +
      (ggml ? (setup.layout.pp - 1) * k.ggml.hop : 0),
    denseRead: (work.dense * denseBytes + work.head * (format.head ?? ACTIVATION)) / (tp * weightBandwidth),
  };
}

/**
 * Weight-only formats compute in 16 bits. On chips with fp4 units mxfp4 weights meet 8-bit activations where only experts are
 * stored so (`mixed`, as gpt-oss is), 4-bit ones where all weights are (as AMD's checkpoints are).
 */
function matmulWidth({ weights, chip }: ServingSetup, mixed: boolean): 16 | 8 | 4 {
  if (weights === "mxfp4" && chip.peak.fp4 !== undefined) return mixed ? 8 : 4;
  return WEIGHT_FORMATS[weights].matmul;
}

function matmulRate(
  setup: ServingSetup,
  rates: ChipRates,
  k: ServingConstants,
  mixed: boolean,
): FlopPerSecond {
  if (setup.weights === "int8") return k.narrow * rates.integer8;
  const width = matmulWidth(setup, mixed);
  if (width === 16) return rates.matmul16;
  return k.narrow * (width === 8 ? rates.matmul8 : rates.matmul4);
}

function elementwise(work: ModelWork, rates: ChipRates, k: ServingConstants): Seconds {
  const passes = work.layers * k.hiddenPasses + work.moeLayers * work.active * k.routedPasses;
  return (passes * work.hidden * ACTIVATION) / (k.kvBandwidth * rates.bandwidth);
}
