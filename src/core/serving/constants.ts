import { type Bytes, type Count, GIB, type Ratio, type Seconds } from "../../units/quantity.ts";
import { FITTED } from "./fitted.ts";

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
  /** Memory traffic of sampling one token for each entry of the vocabulary, where top-k and top-p sort it; 0 where measured greedily. */
  readonly sampler: Bytes;
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
  /** vLLM: kernels of one MoE layer that narrow activations for experts of 8 bits or fewer, block by block or token by token. */
  readonly narrowExperts: Seconds;
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

/** What sets an engine class apart beside its fitted times. */
type EngineHabits = Pick<EngineConstants, "family" | "sharedFrontEnd" | "reservation" | "overhead">;

const TRTLLM: EngineHabits = { family: "trtllm", sharedFrontEnd: false, reservation: 1, overhead: 2 * GIB };
const VLLM: EngineHabits = { family: "vllm", sharedFrontEnd: false, reservation: 0.5, overhead: 1.5 * GIB };
const HABITS: Readonly<Record<EngineClassId, EngineHabits>> = {
  trtllm: TRTLLM,
  "trtllm-torch": TRTLLM,
  "trtllm-engine": TRTLLM,
  "trtllm-triton": TRTLLM,
  "vllm-sync": { ...VLLM, sharedFrontEnd: true },
  "vllm-async": VLLM,
  "vllm-rocm": VLLM,
  llamacpp: { family: "llamacpp", sharedFrontEnd: false, reservation: 1, overhead: 0.45 * GIB },
};

const engine = (id: EngineClassId): EngineConstants => ({ sampler: 0, ...HABITS[id], ...FITTED.engines[id] });

/** Fitted constants of `fitted.ts`, beside those that no row settles. */
export const SERVING_CONSTANTS: ServingConstants = {
  ...FITTED.shared,
  // kernel tables of B200: nvfp4 streams at 0.45 of peak where 16 bits reach 0.77
  fp4Bandwidth: 0.6,
  // absorbed latent attention on H800: 0.63 of the best matmul [InferSim tables], less the fifth that whole models lose
  decodeAttention: 0.5,
  // DeepEP: intranode all-to-all at 98 to 158 of 200 GB/s, less skew; network at 43 of 50
  linkBandwidth: 0.471,
  nicBandwidth: 0.85,
  routingOverlap: 0.85,
  // a harness that sends ten prompts per user: one in ten waves is the first, and waits half of it
  firstWave: 0.05,
  ggml: FITTED.ggml,
  engines: {
    trtllm: engine("trtllm"),
    "trtllm-torch": engine("trtllm-torch"),
    "trtllm-engine": engine("trtllm-engine"),
    "trtllm-triton": engine("trtllm-triton"),
    "vllm-sync": engine("vllm-sync"),
    "vllm-async": engine("vllm-async"),
    "vllm-rocm": engine("vllm-rocm"),
    llamacpp: engine("llamacpp"),
  },
};
