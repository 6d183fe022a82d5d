import type { Bytes, BytesPerSecond, Count, FlopPerSecond, Seconds } from "../../units/quantity.ts";
import { type EngineConstants, SERVING_CONSTANTS, type ServingConstants } from "./constants.ts";
import { type ChipRates, chipRates, ggmlMatmul, tensorLink } from "./rates.ts";
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
  /** All-reduces of one pass: latency in all, and time per token of one rank. */
  readonly allReduceLatency: Seconds;
  readonly allReducePerToken: Seconds;
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

/** Largest server of the two common sizes: beyond it even a switch-less tensor group crosses the network. */
const SERVER = 8;
/** Latency of an all-reduce over PCIe and over the network, relative to one within a fabric. */
const PCIE_LATENCY = 2;
const NETWORK_LATENCY = 3;
const DISPATCH_NETWORK_LATENCY = 4;
/** Latency grows with the depth of the exchange: a quarter for each doubling of ranks. */
const LATENCY_PER_DOUBLING = 0.25;
/** Attention over matmul rate in ggml's kernels. */
const GGML_ATTENTION = 0.5;
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
  const weightBandwidth = (ggml ? k.ggmlBandwidth : k.weightBandwidth) * rates.bandwidth;
  const matmul = ggml
    ? k.ggmlMatmul * ggmlMatmul(setup.chip)
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
    kvBandwidth: (ggml ? k.ggmlBandwidth : k.kvBandwidth) * rates.bandwidth,
    denseRate: matmul,
    expertRate: k.expertMatmul * matmul,
    prefillAttentionRate: ggml ? GGML_ATTENTION * matmul : k.prefillAttention * rates.matmul16,
    decodeAttentionRate: k.decodeAttention * rates.matmul16,
    ...allReduce(tp, dp, work, rates, k),
    ...dispatch(tp, dp, work, rates, k),
    launch: work.layers * engine.layer + work.moeLayers * engine.moeLayer,
    denseRead: (work.dense * denseBytes + work.head * ACTIVATION) / (tp * weightBandwidth),
  };
}

function matmulRate(width: 16 | 8 | 4, rates: ChipRates, k: ServingConstants): FlopPerSecond {
  if (width === 16) return rates.matmul16;
  if (width === 8) return k.fp8 * rates.matmul8;
  return k.fp8 * k.fp4 * rates.matmul4;
}

/** Two all-reduces a layer: after attention and after the feed-forward. [Megatron-LM, section 3] */
function allReduce(tp: Count, dp: Count, work: ModelWork, rates: ChipRates, k: ServingConstants) {
  if (tp <= 1) return { allReduceLatency: 0, allReducePerToken: 0 };
  const perLayer = 2 * work.layers;
  const far = tp * dp > Math.max(rates.domain, SERVER) ? NETWORK_LATENCY : 1;
  const depth = 1 + LATENCY_PER_DOUBLING * Math.log2(tp);
  const latency = k.allReduceLatency * depth * (rates.overPcie ? PCIE_LATENCY : 1) * far;
  const bytes = ((2 * (tp - 1)) / tp) * ACTIVATION * work.hidden;
  return {
    allReduceLatency: perLayer * latency,
    allReducePerToken: (perLayer * bytes) / (k.linkBandwidth * tensorLink(rates, tp)),
  };
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
