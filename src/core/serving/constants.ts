import type { Bytes, Count, Ratio, Seconds } from "../../units/quantity.ts";

/** Engines whose timing differs in kind. Any other engine maps to the nearest of these (`engines.ts`). */
export type EngineClassId =
  | "trtllm"
  | "trtllm-torch"
  | "trtllm-engine"
  | "trtllm-triton"
  | "vllm-sync"
  | "vllm-async"
  | "vllm-rocm"
  | "llamacpp";

export type EngineFamily = "trtllm" | "vllm" | "llamacpp";

export interface EngineConstants {
  readonly family: EngineFamily;
  /** Kernel launches and gaps of one layer. */
  readonly layer: Seconds;
  /** Host time of one layer in a step that carries a prompt: such steps are launched kernel by kernel, not as a graph. */
  readonly eagerLayer: Seconds;
  /** Scheduling, sampling and bookkeeping of one step. */
  readonly step: Seconds;
  /** The same, for each running request. */
  readonly request: Seconds;
  /** One front end serves all attention-parallel ranks, so `request` counts those of the whole replica. */
  readonly sharedFrontEnd: boolean;
  /** Routing, sorting and gathering of one MoE layer. */
  readonly moeLayer: Seconds;
  /** Steps from the end of prefill until the client sees a token: the stream interval. */
  readonly firstSteps: Count;
  /** Share of a request's output whose cache is reserved while it runs: 1 all of it, 0.5 grown on demand. */
  readonly reservation: Ratio;
  /** Device memory the engine takes beside weights and cache. */
  readonly overhead: Bytes;
}

/** What llama.cpp's kernels make of a chip. */
export interface GgmlConstants {
  /** Share of the matmul rate, and of memory bandwidth when streaming weights and cache. */
  readonly matmul: Ratio;
  readonly bandwidth: Ratio;
  readonly kvBandwidth: Ratio;
  /** Bytes a multiprocessor takes in per clock. */
  readonly bytesPerClock: Bytes;
  /** Time to widen quantised weights over the time their bytes take. */
  readonly widening: Ratio;
  /** Memory traffic of one attention score, and arithmetic over the matmul rate. */
  readonly scoreBytes: Bytes;
  readonly attention: Ratio;
  /** How well devices that split the layers overlap micro-batches: 1 fully. */
  readonly pipelining: Ratio;
  /** Handing a token from one device to the next. */
  readonly hop: Seconds;
}

/** Everything the serving model takes from measurements rather than from the shape, the chip or arithmetic. */
export interface ServingConstants {
  /** Share of peak memory bandwidth when streaming weights, and when streaming keys and values. */
  readonly weightBandwidth: Ratio;
  readonly kvBandwidth: Ratio;
  /** Share of the best measured matmul rate that whole models reach. */
  readonly matmul: Ratio;
  /** The same for grouped expert matmuls, on top. */
  readonly expertMatmul: Ratio;
  /** Narrow matmuls end to end over their best: activations have to be quantised. */
  readonly narrow: Ratio;
  /** fp4 weights stream at this share of what wider ones reach. [B200 GEMM tables: 0.45 against 0.77 of peak] */
  readonly fp4Bandwidth: Ratio;
  /** Rows that each expert's part of a batch is padded with, on average: half a tile. */
  readonly tilePadding: Count;
  /** How far the fullest of several expert-parallel ranks is above the mean, in units of what random routing gives. */
  readonly imbalance: Ratio;
  /** Times a token's hidden vector moves through memory in one layer outside matmuls; and for each expert it is sent to. */
  readonly hiddenPasses: Count;
  readonly routedPasses: Count;
  /** Attention arithmetic over the 16-bit matmul rate: prefill and decode. */
  readonly prefillAttention: Ratio;
  readonly decodeAttention: Ratio;
  /** Base latency of an all-reduce, skew between ranks included. */
  readonly allReduceLatency: Seconds;
  /** Share of link bandwidth: one-shot exchange, ring of small packets, ring of large ones; any exchange over PCIe. */
  readonly oneShotBandwidth: Ratio;
  readonly packetBandwidth: Ratio;
  readonly ringBandwidth: Ratio;
  readonly pcieBandwidth: Ratio;
  /** The same for the dispatch of tokens to experts within a node. */
  readonly linkBandwidth: Ratio;
  readonly nicBandwidth: Ratio;
  /** Tokens of a batch choose overlapping experts: effective independent tokens. */
  readonly routingOverlap: Ratio;
  /** Sharpness of the ridge between memory-bound and compute-bound matmuls: 1 adds the two, infinity takes the larger. */
  readonly ridge: number;
  /** Share of prefill work that delays running decodes. */
  readonly interference: Ratio;
  readonly queueing: Ratio;
  /** First wave of a closed-loop benchmark: all users arrive at once, then spread. 1 / (2 waves). */
  readonly firstWave: Ratio;
  readonly admission: Seconds;
  /** Idle time of a slot between two requests. */
  readonly slotIdle: Seconds;
  readonly batchCap: Count;
  /** Audited throughput under latency limits, over offline. */
  readonly serverShare: Ratio;
  /** Factor on memory bandwidth of AMD parts. */
  readonly amdBandwidth: Ratio;
  readonly ggml: GgmlConstants;
  readonly engines: Readonly<Record<EngineClassId, EngineConstants>>;
}

const GIB = 2 ** 30;
const us = 1e-6;
const ms = 1e-3;

function engine(
  family: EngineConstants["family"],
  [layer, step, request, moeLayer]: readonly [number, number, number, number],
  rest: Partial<EngineConstants>,
): EngineConstants {
  return {
    family,
    layer: layer * us,
    eagerLayer: 100 * us,
    step: step * ms,
    request: request * us,
    moeLayer: moeLayer * us,
    sharedFrontEnd: false,
    firstSteps: 1.35,
    reservation: 0.5,
    overhead: 1.5 * GIB,
    ...rest,
  };
}

const trtllm = { reservation: 1, overhead: 2 * GIB };

/** Fitted on the shipped measurements by `npm run fit -- serving`. */
export const SERVING_CONSTANTS: ServingConstants = {
  weightBandwidth: 0.833,
  kvBandwidth: 0.921,
  matmul: 0.832,
  expertMatmul: 0.653,
  narrow: 0.942,
  fp4Bandwidth: 0.6,
  tilePadding: 25.1,
  imbalance: 0.494,
  hiddenPasses: 12,
  routedPasses: 4.57,
  prefillAttention: 0.761,
  decodeAttention: 0.5,
  allReduceLatency: 6.81 * us,
  oneShotBandwidth: 0.615,
  packetBandwidth: 0.441,
  ringBandwidth: 0.788,
  pcieBandwidth: 0.493,
  linkBandwidth: 0.471,
  nicBandwidth: 0.85,
  routingOverlap: 0.85,
  interference: 0.97,
  ridge: 1.85,
  queueing: 0.578,
  firstWave: 0.05,
  admission: 7.58 * ms,
  slotIdle: 10.4 * ms,
  batchCap: 2660,
  serverShare: 0.882,
  amdBandwidth: 0.597,
  ggml: {
    matmul: 0.489,
    bandwidth: 0.904,
    kvBandwidth: 0.355,
    bytesPerClock: 6.38,
    widening: 1.22,
    scoreBytes: 15.8,
    attention: 0.331,
    pipelining: 0.689,
    hop: 0.141 * ms,
  },
  engines: {
    trtllm: engine("trtllm", [18.9, 0.778, 5, 39.7], {
      ...trtllm,
      firstSteps: 2.5,
      eagerLayer: 300 * us,
    }),
    "trtllm-torch": engine("trtllm", [18.6, 0.898, 5.21, 24.9], {
      ...trtllm,
      firstSteps: 8.93,
      eagerLayer: 328 * us,
    }),
    "trtllm-engine": engine("trtllm", [96.9, 0.614, 3.65, 33.7], { ...trtllm, firstSteps: 1.35 }),
    "trtllm-triton": engine("trtllm", [46.8, 0.634, 44.5, 40], { ...trtllm }),
    "vllm-sync": engine("vllm", [31.3, 0.901, 46.7, 52], { sharedFrontEnd: true }),
    "vllm-async": engine("vllm", [16, 0.726, 9.29, 47.2], {}),
    "vllm-rocm": engine("vllm", [28.3, 0.922, 27.2, 40], {}),
    llamacpp: engine("llamacpp", [36.7, 1.67, 10, 49.7], { overhead: 0.45 * GIB, reservation: 1 }),
  },
};
