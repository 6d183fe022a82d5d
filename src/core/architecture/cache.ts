import type { Bytes, Count } from "../../units/quantity.ts";
import type { Attention, ModelShape } from "../shape.ts";
import { embeddingParams, parameters } from "./parameters.ts";

/** Bytes of an element of a recurrent state: engines keep it in fp32. */
const STATE_BYTES: Bytes = 4;

/** Cached elements of one token in one layer that keeps it: K and V of each KV head, or the latent; an indexer's key beside. */
export function cacheElements(attention: Attention): Count {
  if (attention.kind === "linear") return 0;
  const indexer = attention.indexer?.headDim ?? 0;
  if (attention.kind === "latent") return attention.kvRank + attention.ropeDim + indexer;
  return (attention.sharedKv ? 1 : 2) * attention.kvHeads * attention.headDim + indexer;
}

/** KV bytes that each further token adds for good: layers with a window, a chunk or a state add none. */
export function kvBytesPerToken(shape: ModelShape, elementBytes: Bytes): Bytes {
  let elements = 0;
  for (const { count, attention } of shape.groups) elements += count * growingElements(attention);
  return elements * elementBytes;
}

/** Bytes of one sequence that do not grow once it is longer than the windows: full windows or chunks, recurrent states. */
export function kvFixedBytes(shape: ModelShape, elementBytes: Bytes, stateBytes: Bytes = STATE_BYTES): Bytes {
  let elements = 0;
  let state = 0;
  for (const { count, attention } of shape.groups) {
    if (attention.kind === "linear") state += count * attention.stateElements;
    else elements += count * bound(attention) * cacheElements(attention);
  }
  return elements * elementBytes + state * stateBytes;
}

/** KV bytes an engine allocates per token when it gives windowed layers the pages of a full one (vLLM by default). */
export function kvAllocatedBytesPerToken(shape: ModelShape, elementBytes: Bytes): Bytes {
  let elements = 0;
  for (const { count, attention } of shape.groups) {
    if (attention.kind !== "linear")
      elements += (count * cacheElements(attention)) / (attention.compression ?? 1);
  }
  return elements * elementBytes;
}

/** Bytes one sequence of `tokens` needs: what grows, windows as far as they are filled, and states. */
export function kvBytes(
  shape: ModelShape,
  tokens: Count,
  elementBytes: Bytes,
  stateBytes: Bytes = STATE_BYTES,
): Bytes {
  let elements = 0;
  let state = 0;
  for (const { count, attention } of shape.groups) {
    if (attention.kind === "linear") {
      state += count * attention.stateElements;
      continue;
    }
    const kept = Math.min(tokens, bound(attention));
    elements += count * (tokens * growingElements(attention) + kept * cacheElements(attention));
  }
  return elements * elementBytes + state * stateBytes;
}

/** Bytes of the weights: embeddings and head at their own width, everything else at `elementBytes`. */
export function weightBytes(
  shape: ModelShape,
  elementBytes: Bytes,
  embeddingBytes: Bytes = elementBytes,
): Bytes {
  const embedding = embeddingParams(shape);
  return (parameters(shape).total - embedding) * elementBytes + embedding * embeddingBytes;
}

function growingElements(attention: Attention): Count {
  if (attention.kind === "linear") return 0;
  if (attention.compression !== undefined) return cacheElements(attention) / attention.compression;
  return bound(attention) > 0 ? 0 : cacheElements(attention);
}

/** Tokens a layer holds at most beside what grows; 0 where it keeps every token. */
function bound(attention: Attention): Count {
  return attention.kind === "linear" ? 0 : (attention.window ?? attention.chunk ?? 0);
}
