import type { Bytes, Count, Seconds } from "../../units/quantity.ts";
import type { ServingConstants } from "./constants.ts";
import type { ChipRates } from "./rates.ts";
import type { ModelWork } from "./work.ts";

/** Sending tokens to their experts and back in one pass, all MoE layers summed. */
export interface Dispatch {
  readonly latency: Seconds;
  /** Per token of one rank, one copy for each expert. */
  readonly perToken: Seconds;
  /** For many tokens: one copy for each node, spread there. */
  readonly bulkLatency: Seconds;
  readonly bulk: Seconds;
  /** Crosses the network, which two half-batches can hide behind each other's compute. */
  readonly crosses: boolean;
}

/** fp8 there and 16-bit back: bytes per hidden element of a dispatched and combined token. [DeepEP] */
const ELEMENT_BYTES: Bytes = 3;
/** A token goes to at most this many nodes. [DeepSeek-V3, section 2.1.2] */
const NODE_LIMIT = 4;
/** Latency over the network, relative to one within a fabric; and of the bulk kernels, which count tokens on the host first. */
const NETWORK_LATENCY = 4;
const BULK_START: Seconds = 400e-6;
const NONE: Dispatch = { latency: 0, perToken: 0, bulkLatency: 0, bulk: 0, crosses: false };

/** With attention data-parallel ranks, tokens travel to the ranks of their experts; without, all-reduces do that work. */
export function prepareDispatch(
  tp: Count,
  dp: Count,
  work: ModelWork,
  rates: ChipRates,
  k: ServingConstants,
): Dispatch {
  if (dp <= 1 || work.moeLayers === 0) return NONE;
  const { moeLayers, hidden, active } = work;
  const ranks = tp * dp;
  const bytes = ELEMENT_BYTES * hidden * moeLayers;
  const near = (Math.min(active, ranks - 1) * bytes) / (k.linkBandwidth * rates.link);
  const nodes = ranks / rates.domain;
  if (nodes <= 1) {
    const latency = moeLayers * 2 * k.allReduceLatency;
    return { latency, perToken: near, bulkLatency: latency, bulk: near, crosses: false };
  }
  const network = bytes / (k.nicBandwidth * rates.nic);
  const away = 1 - 1 / nodes;
  const latency = moeLayers * 2 * k.allReduceLatency * NETWORK_LATENCY;
  return {
    latency,
    perToken: Math.max(near, active * away * network),
    bulkLatency: latency + moeLayers * BULK_START,
    bulk: Math.max(near, Math.min(nodes, NODE_LIMIT, active) * away * network),
    crosses: true,
  };
}

/** Dispatch and combine of so many tokens of a rank, by the kernels that are faster for them. */
export const dispatchTime = (d: Dispatch, tokens: Count): Seconds =>
  Math.min(d.latency + d.perToken * tokens, d.bulkLatency + d.bulk * tokens);
