import type { Bytes, BytesPerSecond, Count, FlopPerSecond, Seconds } from "../../units/quantity.ts";
import { type AllReduce, prepareAllReduce } from "./all-reduce.ts";
import { type EngineConstants, SERVING_CONSTANTS, type ServingConstants } from "./constants.ts";
import { ggmlBandwidth, ggmlMatmul } from "./ggml.ts";
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
  /** Ranks that hold experts. */
  readonly expertRanks: Count;
  /** Stored bytes of a cached element, a dense weight, an expert weight. */
  readonly kvBytes: Bytes;
  readonly denseBytes: Bytes;
  readonly expertBytes: Bytes;
  /** What software gets of the chip. */
  readonly weightBandwidth: BytesPerSecond;
  readonly kvBandwidth: BytesPerSecond;
  readonly denseRate: FlopPerSecond;
  readonly expertRate: FlopPerSecond;
  readonly prefillAttentionRate: FlopPerSecond;
  readonly decodeAttentionRate: FlopPerSecond;
  readonly allReduce: AllReduce;
  /** Expert dispatch and combine of one pass: latency in all, time per token of one rank. */
  readonly dispatchLatency: Seconds;
  readonly dispatchPerToken: Seconds;
  /** Dispatch runs behind compute (several nodes, two half-batches). */
  readonly dispatchHidden: boolean;
  /** Launches of one pass. */
  readonly launch: Seconds;
  /** Time to read the dense weights and the head once. */
  readonly denseRead: Seconds;
}

const DISPATCH_NETWORK_LATENCY = 4;
/** Bytes per activation element. */
const ACTIVATION: Bytes = 2;
/** fp8 there and 16-bit back: bytes per hidden element of a dispatched and combined token. [DeepEP] */
const DISPATCH_BYTES: Bytes = 3;
/** A token goes to at most this many other nodes. [DeepSeek-V3, section 2.1.2] */
const NODE_LIMIT = 4;

export function prepare(setup: ServingSetup, k: ServingConstants = SERVING_CONSTANTS): Prepared {
  const work = modelWork(setup.shape);
  const rates = chipRates(setup.chip, k);
  const engine = k.engines[setup.engine];
  const format = WEIGHT_FORMATS[setup.weights];
  const { tp, dp } = setup.layout;
  const expertRanks = tp * dp;
  const denseBytes = format.expertsOnly ? ACTIVATION : format.bytes;
  const ggml = engine.family === "llamacpp";
  const weightBandwidth = ggml
    ? ggmlBandwidth(setup.chip, rates.bandwidth, k.ggml)
    : k.weightBandwidth * rates.bandwidth;
  const matmul = ggml
    ? k.ggml.matmul * ggmlMatmul(setup.chip, rates.matmul16)
    : k.matmul * matmulRate(format.matmul, rates, k);
  return {
    setup,
    k,
    engine,
    work,
    rates,
    stages: ggml ? 1 : setup.layout.pp,
    expertRanks,
    kvBytes: kvBytesPerElement(setup, engine.family),
    denseBytes,
    expertBytes: format.bytes,
    weightBandwidth,
    kvBandwidth: (ggml ? k.ggml.kvBandwidth : k.kvBandwidth) * rates.bandwidth,
    denseRate: matmul,
    expertRate: k.expertMatmul * matmul,
    prefillAttentionRate: ggml ? k.ggml.attention * matmul : k.prefillAttention * rates.matmul16,
    decodeAttentionRate: k.decodeAttention * rates.matmul16,
    allReduce: prepareAllReduce(tp, dp, work.hidden * ACTIVATION, 2 * work.layers, rates, k),
    ...dispatch(tp, dp, work, rates, k),
    launch:
      work.layers * engine.layer +
      work.moeLayers * engine.moeLayer +
      (ggml ? (setup.layout.pp - 1) * k.ggml.hop : 0),
    denseRead: (work.dense * denseBytes + work.head * (format.head ?? ACTIVATION)) / (tp * weightBandwidth),
  };
}

function matmulRate(width: 16 | 8 | 4, rates: ChipRates, k: ServingConstants): FlopPerSecond {
  if (width === 16) return rates.matmul16;
  if (width === 8) return k.fp8 * rates.matmul8;
  return k.fp8 * k.fp4 * rates.matmul4;
}

/** Tokens of attention-parallel ranks travel to their experts and back, once per MoE layer. */
function dispatch(tp: Count, dp: Count, work: ModelWork, rates: ChipRates, k: ServingConstants) {
  if (dp <= 1 || work.moeLayers === 0) {
    return { dispatchLatency: 0, dispatchPerToken: 0, dispatchHidden: false };
  }
  const ranks = tp * dp;
  const bytes = DISPATCH_BYTES * work.hidden;
  const near = (Math.min(work.active, ranks - 1) * bytes) / (k.linkBandwidth * rates.link);
  const nodes = ranks / rates.domain;
  const crosses = nodes > 1;
  const far = crosses ? (bytes * Math.min(nodes - 1, NODE_LIMIT)) / (k.nicBandwidth * rates.nic) : 0;
  const latency = 2 * k.allReduceLatency * (crosses ? DISPATCH_NETWORK_LATENCY : 1);
  return {
    dispatchLatency: work.moeLayers * latency,
    dispatchPerToken: work.moeLayers * Math.max(near, far),
    dispatchHidden: crosses,
  };
}
