import type { Bytes, Count } from "../../units/quantity.ts";
import { cacheElements } from "../architecture.ts";
import type { Prepared } from "./prepare.ts";
import { WEIGHT_FORMATS } from "./setup.ts";

/** Share of the labelled memory that the driver leaves to programs. [nvidia-smi against labels] */
const USABLE = 0.993;
const UTILIZATION = 0.9;
/** llama.cpp uses what it needs, up to this share of the label (its fit matrix on 16 cards). */
const GGML_USABLE = 0.985;
const STATE_BYTES = 4;
const EMBEDDING_BYTES = 2;

/** Weight bytes on one chip. */
export function weightBytesPerChip(p: Prepared): Bytes {
  const { tp, pp } = p.setup.layout;
  const { work } = p;
  const head = WEIGHT_FORMATS[p.setup.weights].head ?? EMBEDDING_BYTES;
  const dense = (work.dense * p.denseBytes + work.embeddings * head) / tp;
  const routed = (work.experts * work.expert * work.moeLayers * p.expertBytes) / p.expertRanks;
  return (dense + routed) / pp;
}

/** Bytes of one chip left for keys and values; negative where the weights do not fit. */
export function cachePool(p: Prepared): Bytes {
  if (p.engine.family === "llamacpp") {
    return GGML_USABLE * (p.setup.chip.memory ?? 0) - weightBytesPerChip(p) - p.engine.overhead;
  }
  const usable = USABLE * (p.setup.chip.memory ?? 0);
  const share = p.setup.options?.memoryUtilization ?? UTILIZATION;
  const weights = weightBytesPerChip(p);
  // TensorRT-LLM takes a share of what is free after loading; the others take a share of the whole and load into it.
  if (p.engine.family === "trtllm") return share * (usable - weights - p.engine.overhead);
  return share * usable - weights - p.engine.overhead;
}

/** Cache and state bytes of one request with `context` tokens, on each chip of its rank. */
export function cachePerRequest(p: Prepared, context: Count): Bytes {
  const { tp, pp } = p.setup.layout;
  let bytes = (p.work.state * STATE_BYTES) / tp;
  for (const { layers, attention, shards } of p.work.cache) {
    const kept = Math.min(context, attention.window ?? attention.chunk ?? Infinity);
    const growing = attention.compression === undefined ? kept : kept + context / attention.compression;
    bytes += (layers * p.kvBytes * cacheElements(attention) * growing) / Math.min(tp, shards);
  }
  return bytes / pp;
}

/** Requests of `context` tokens that fit in the replica at once. */
export const requestsThatFit = (p: Prepared, context: Count): number =>
  (p.setup.layout.dp * cachePool(p)) / cachePerRequest(p, context);
