import type { Bytes, Count, Ratio, Seconds } from "../../units/quantity.ts";

/** Engines whose timing differs in kind. Any other engine maps to the nearest of these (`engines.ts`). */
export type EngineClassId =
  | "trtllm"
  | "trtllm-triton"
  | "trtllm-static"
  | "vllm-sync"
  | "vllm-async"
  | "vllm-rocm"
  | "llamacpp";

export type EngineFamily = "trtllm" | "vllm" | "llamacpp";

export interface EngineConstants {
  readonly family: EngineFamily;
  /** Kernel launches and gaps of one layer. */
  readonly layer: Seconds;
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

/** Everything the serving model takes from measurements rather than from the shape, the chip or arithmetic. */
export interface ServingConstants {
  /** Share of peak memory bandwidth when streaming weights, and when streaming keys and values. */
  readonly weightBandwidth: Ratio;
  readonly kvBandwidth: Ratio;
  /** Share of the best measured matmul rate that whole models reach. */
  readonly matmul: Ratio;
  /** The same for grouped expert matmuls, on top. */
  readonly expertMatmul: Ratio;
  /** fp8 end to end over its best matmul (quantising activations), and fp4 over fp8. */
  readonly fp8: Ratio;
  readonly fp4: Ratio;
  /** Attention arithmetic over the 16-bit matmul rate: prefill and decode. */
  readonly prefillAttention: Ratio;
  readonly decodeAttention: Ratio;
  /** Base latency of an all-reduce, and its share of link bandwidth. */
  readonly allReduceLatency: Seconds;
  readonly linkBandwidth: Ratio;
  readonly nicBandwidth: Ratio;
  /** Tokens of a batch choose overlapping experts: effective independent tokens. */
  readonly routingOverlap: Ratio;
  /** Share of prefill work that delays running decodes; share of a step's idle compute that absorbs it. */
  readonly interference: Ratio;
  readonly absorption: Ratio;
  readonly queueing: Ratio;
  /** First wave of a closed-loop benchmark: all users arrive at once, then spread. 1 / (2 waves). */
  readonly firstWave: Ratio;
  readonly admission: Seconds;
  /** Idle time of a slot between two requests. */
  readonly slotIdle: Seconds;
  readonly batchCap: Count;
  /** Factor on memory bandwidth of AMD parts. */
  readonly amdBandwidth: Ratio;
  /** llama.cpp: share of the raw matmul rate, of memory bandwidth, and how well layer-split devices overlap micro-batches. */
  readonly ggmlMatmul: Ratio;
  readonly ggmlBandwidth: Ratio;
  readonly ggmlPipelining: Ratio;
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
  weightBandwidth: 0.819,
  kvBandwidth: 0.9,
  matmul: 0.823,
  expertMatmul: 0.526,
  fp8: 0.874,
  fp4: 0.8,
  prefillAttention: 0.75,
  decodeAttention: 0.5,
  allReduceLatency: 9.63 * us,
  linkBandwidth: 0.471,
  nicBandwidth: 0.85,
  routingOverlap: 0.85,
  interference: 0.856,
  absorption: 0.658,
  queueing: 0.772,
  firstWave: 0.05,
  admission: 10 * ms,
  slotIdle: 14.8 * ms,
  batchCap: 2810,
  amdBandwidth: 0.571,
  ggmlMatmul: 0.329,
  ggmlBandwidth: 0.84,
  ggmlPipelining: 0.582,
  engines: {
    trtllm: engine("trtllm", [24.2, 0.976, 6.4, 30.3], { ...trtllm, firstSteps: 10.4 }),
    "trtllm-triton": engine("trtllm", [37.3, 0.826, 32.6, 30.3], trtllm),
    "trtllm-static": engine("trtllm", [133, 0.607, 2.1, 30.3], trtllm),
    "vllm-sync": engine("vllm", [24.6, 0.779, 55.7, 49.7], { sharedFrontEnd: true }),
    "vllm-async": engine("vllm", [10.6, 0.719, 10.6, 84.9], {}),
    "vllm-rocm": engine("vllm", [20.5, 1.02, 24.6, 49.7], {}),
    llamacpp: engine("llamacpp", [32.4, 1.77, 10, 49.7], { overhead: 0.45 * GIB, reservation: 1 }),
  },
};
