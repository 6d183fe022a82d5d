import type { Bytes, Count } from "../../units/quantity.ts";
import { cacheElements } from "../architecture.ts";
import { engineOverhead, visibleMemory } from "./memory.ts";
import type { Prepared } from "./prepare.ts";
import { WEIGHT_FORMATS } from "./setup.ts";

const UTILIZATION = 0.9;
/** llama.cpp uses what it needs, up to this share of the label (its fit matrix on 16 cards). */
const GGML_USABLE = 0.985;
const STATE_BYTES = 4;
const EMBEDDING_BYTES = 2;

/** Weight bytes on one chip. */
export function weightBytesPerChip(p: Prepared): Bytes {
  const { tp, pp } = p.setup.layout;
  const { work } = p;
  const { head, bytes } = WEIGHT_FORMATS[p.setup.weights];
  // llama.cpp looks embeddings up on the host
  const look = p.engine.family === "llamacpp" ? 0 : head === undefined ? EMBEDDING_BYTES : bytes;
  const stored = Math.min(work.head, work.embeddings);
  const ends = stored * (head ?? EMBEDDING_BYTES) + (work.embeddings - stored) * look;
  const dense = (work.dense * p.denseBytes + ends) / tp;
  const routed = (work.experts * work.expert * work.moeLayers * p.expertBytes) / p.expertRanks;
  return (dense + routed) / pp;
}

/** Bytes of one chip left for keys and values; negative where the weights do not fit. */
export function cachePool(p: Prepared): Bytes {
  if (p.engine.family === "llamacpp") {
    const { chip } = p.setup;
    const usable = chip.kind === "local" ? visibleMemory(chip) : GGML_USABLE * (chip.memory ?? 0);
    return usable - weightBytesPerChip(p) - engineOverhead(p);
  }
  const usable = visibleMemory(p.setup.chip);
  const share = p.setup.options?.memoryUtilization ?? UTILIZATION;
  const weights = weightBytesPerChip(p);
  // TensorRT-LLM takes a share of what is free after loading; the others take a share of the whole and load into it.
  if (p.engine.family === "trtllm") return share * (usable - weights - engineOverhead(p));
  return share * usable - weights - engineOverhead(p);
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
