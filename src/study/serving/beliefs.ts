import type { EngineClassId, ServingConstants } from "../../core/serving/constants.ts";
import type { Belief } from "../robust-fit.ts";

const us = 1e-6;
const ms = 1e-3;

const belief = (name: string, prior: number, spread: number, low?: number, high?: number): Belief => ({
  name,
  prior,
  spread,
  ...(low === undefined ? {} : { low }),
  ...(high === undefined ? {} : { high }),
});

/** What kernels, data sheets and published tables say of the shared constants before any end-to-end row is seen. */
const SHARED: readonly Belief[] = [
  // memory-bound GEMM tables of A100, H100, B200: 0.76 to 0.86
  belief("weightBandwidth", 0.82, 0.15, 0.5, 0.95),
  // decode attention tables at large batch: 0.85 to 0.92
  belief("kvBandwidth", 0.9, 0.15, 0.5, 1),
  belief("matmul", 0.85, 0.2, 0.4, 1),
  // grouped GEMM tables reach 0.85 of dense; routing, permutation and imbalance come off
  belief("expertMatmul", 0.6, 0.4, 0.2, 1),
  belief("narrow", 0.9, 0.15, 0.5, 1),
  // tiles of 16 to 128 rows, half filled
  belief("tilePadding", 32, 0.7, 1, 128),
  belief("imbalance", 0.5, 0.7, 0.01, 3),
  // two norms, two residuals, rotary, quantisation, activation: reads and writes
  belief("hiddenPasses", 12, 0.4),
  belief("routedPasses", 5, 0.5),
  // a handful of small kernels a layer, 4 to 8 us each
  belief("narrowExperts", 30 * us, 1.2),
  // attention tables of H100, B200, L40S over 16k tokens: 0.83 to 1
  belief("prefillAttention", 0.9, 0.2, 0.3, 1),
  // all-reduce tables of H100, A100, B200; skew between ranks on top of 3 to 5 us
  belief("allReduceLatency", 6 * us, 0.5),
  belief("oneShotBandwidth", 0.62, 0.2, 0.3, 1),
  belief("packetBandwidth", 0.45, 0.2, 0.2, 1),
  belief("ringBandwidth", 0.8, 0.2, 0.4, 1),
  belief("pcieBandwidth", 0.5, 0.4, 0.05, 1),
  // GEMM tables at the ridge: 1.2 to 1.5 of the larger part at 16 bits, sharpness 1.5 to 3
  belief("ridge", 2, 0.4, 1, 8),
  belief("interference", 1, 0.3, 0.3, 1),
  belief("queueing", 0.6, 0.5),
  belief("admission", 8 * ms, 0.5),
  belief("slotIdle", 10 * ms, 0.7),
  belief("batchCap", 2500, 0.5),
  belief("serverShare", 0.9, 0.2, 0.5, 1),
  belief("amdBandwidth", 0.6, 0.3, 0.3, 1),
];

const GGML: readonly Belief[] = [
  belief("ggml.matmul", 0.42, 0.3),
  belief("ggml.bandwidth", 0.9, 0.2, 0.5, 0.97),
  belief("ggml.kvBandwidth", 0.3, 0.5),
  belief("ggml.bytesPerClock", 7, 0.4),
  belief("ggml.widening", 1, 0.5),
  belief("ggml.scoreBytes", 20, 0.7),
  belief("ggml.attention", 0.25, 0.5),
  belief("ggml.pipelining", 0.8, 0.4, 0.1, 1),
  belief("ggml.hop", 0.1 * ms, 1),
];

/** Launch of a layer, engine time of a request, host time of an eager layer, first-token steps: rough, per engine class. */
const ENGINES: readonly (readonly [
  EngineClassId,
  layer: number,
  request: number,
  eager: number,
  first: number,
])[] = [
  ["trtllm", 20, 5, 300, 2],
  ["trtllm-torch", 20, 5, 300, 5],
  ["trtllm-engine", 60, 5, 100, 1.35],
  ["trtllm-triton", 60, 30, 100, 1.35],
  ["vllm-sync", 20, 40, 100, 1.35],
  ["vllm-async", 20, 10, 100, 1.35],
  ["vllm-rocm", 20, 30, 100, 1.35],
];
const ROUGH = 1.2;

const PER_ENGINE: readonly Belief[] = ENGINES.flatMap(([id, layer, request, eager, first]) => [
  belief(`engines.${id}.layer`, layer * us, ROUGH),
  belief(`engines.${id}.step`, 0.8 * ms, ROUGH),
  belief(`engines.${id}.request`, request * us, ROUGH),
  belief(`engines.${id}.moeLayer`, 40 * us, ROUGH),
  belief(`engines.${id}.eagerLayer`, eager * us, ROUGH),
  belief(`engines.${id}.firstSteps`, first, 1),
]);

export const SERVING_BELIEFS: readonly Belief[] = [
  ...SHARED,
  ...PER_ENGINE,
  // a radix sort of keys with their places: four passes, each reads and writes 8 bytes twice or so; softmax and masks on top
  belief("engines.vllm-sync.sampler", 200, ROUGH),
  ...GGML,
  belief("engines.llamacpp.layer", 30 * us, ROUGH),
  belief("engines.llamacpp.step", 1.5 * ms, ROUGH),
  // one request at a time, and no experts, in the rows: these stay what they are believed to be
  belief("engines.llamacpp.request", 10 * us, ROUGH),
  belief("engines.llamacpp.moeLayer", 50 * us, ROUGH),
  belief("engines.llamacpp.eagerLayer", 100 * us, ROUGH),
  belief("engines.llamacpp.firstSteps", 1.35, 1),
];

type Tree = { readonly [key: string]: number | Tree };

/** The constants with some of them replaced, by dotted path. */
export function withValues(
  base: ServingConstants,
  values: Readonly<Record<string, number>>,
): ServingConstants {
  let tree = base as unknown as Tree;
  for (const [path, value] of Object.entries(values)) tree = replaced(tree, path.split("."), value);
  return tree as unknown as ServingConstants;
}

function replaced(tree: Tree, [head, ...rest]: readonly string[], value: number): Tree {
  const inner = rest.length === 0 ? value : replaced(tree[head!] as Tree, rest, value);
  return { ...tree, [head!]: inner };
}

/** A constant by its path. */
export const valueAt = (k: ServingConstants, path: string): number =>
  path.split(".").reduce<unknown>((tree, key) => (tree as Tree)[key], k) as number;
