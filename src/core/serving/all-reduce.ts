import type { Bytes, Count, Seconds } from "../../units/quantity.ts";
import type { ServingConstants } from "./constants.ts";
import { type ChipRates, tensorLink } from "./rates.ts";

/** All-reduces of one pass among tensor-parallel ranks: for each algorithm a latency and a time per token, all layers summed. */
export interface AllReduce {
  readonly latency: Seconds;
  /** One-shot: every rank reads every other's copy. */
  readonly oneShot: Seconds;
  /** Ring in small packets with flags, and in large blocks. */
  readonly packetLatency: Seconds;
  readonly packet: Seconds;
  readonly ringLatency: Seconds;
  readonly ring: Seconds;
}

/** Largest server of the two common sizes: beyond it even a group of cards crosses the network. */
const SERVER = 8;
/** Latency over PCIe and over the network, relative to one within a fabric. */
const PCIE_LATENCY = 2;
const NETWORK_LATENCY = 3;
/** Latency of a one-shot exchange grows by this share for each doubling of ranks. [all-reduce tables of H100 and B200] */
const LATENCY_PER_DOUBLING = 0.12;
/** What a ring takes longer to start: a part, and a part for each rank; and large blocks on top. [NCCL tables, three chips] */
const RING_START: Seconds = 2e-6;
const RING_START_PER_RANK: Seconds = 1.9e-6;
const BLOCK_START: Seconds = 22e-6;
const NONE: AllReduce = { latency: 0, oneShot: 0, packetLatency: 0, packet: 0, ringLatency: 0, ring: 0 };

/** `count` all-reduces a pass (two a layer: after attention and after the feed-forward) of `bytes` per token. */
export function prepareAllReduce(
  tp: Count,
  dp: Count,
  bytes: Bytes,
  count: Count,
  rates: ChipRates,
  k: ServingConstants,
): AllReduce {
  if (tp <= 1) return NONE;
  const network = tp * dp > Math.max(rates.domain, SERVER) && tp > rates.domain;
  const far = (rates.overPcie ? PCIE_LATENCY : 1) * (network ? NETWORK_LATENCY : 1);
  const latency = k.allReduceLatency * far * (1 + LATENCY_PER_DOUBLING * Math.log2(tp));
  const link = tensorLink(rates, tp);
  const around = (2 * (tp - 1) * bytes) / tp;
  if (rates.overPcie) {
    const perToken = (count * around) / (k.pcieBandwidth * link);
    const start = count * latency;
    return {
      latency: start,
      oneShot: perToken,
      packetLatency: start,
      packet: perToken,
      ringLatency: start,
      ring: perToken,
    };
  }
  const start = latency + far * (RING_START + RING_START_PER_RANK * tp);
  return {
    latency: count * latency,
    oneShot: (count * (tp - 1) * bytes) / (k.oneShotBandwidth * link),
    packetLatency: count * start,
    packet: (count * around) / (k.packetBandwidth * link),
    ringLatency: count * (start + far * BLOCK_START),
    ring: (count * around) / (k.ringBandwidth * link),
  };
}

/** Time of all all-reduces of a pass over `tokens` of one rank: libraries pick the fastest algorithm by size. */
export function allReduceTime(a: AllReduce, tokens: Count): Seconds {
  return Math.min(
    a.latency + a.oneShot * tokens,
    a.packetLatency + a.packet * tokens,
    a.ringLatency + a.ring * tokens,
  );
}
