import type { Bytes, BytesPerSecond, Count, Seconds } from "../units/quantity.ts";

/** Ring all-gather or reduce-scatter of `bytes` in all: each chip sends (n-1)/n of them in n-1 steps. [NCCL] */
export const gatherTime = (bytes: Bytes, chips: Count, rate: BytesPerSecond, latency: Seconds): Seconds =>
  chips <= 1 ? 0 : (((chips - 1) / chips) * bytes) / rate + latency;

/** Ring all-reduce: a reduce-scatter and an all-gather. */
export const allReduceTime = (bytes: Bytes, chips: Count, rate: BytesPerSecond, latency: Seconds): Seconds =>
  2 * gatherTime(bytes, chips, rate, latency);

/** Rate per chip of a group that spans servers: the NICs of its members in one server work for one ring. */
export function groupRate(
  group: Count,
  stride: Count,
  domain: Count,
  scaleUp: BytesPerSecond,
  nic: BytesPerSecond,
): BytesPerSecond {
  if (group * stride <= domain) return scaleUp;
  const sharing = Math.max(1, Math.min(domain / stride, group));
  return Math.min(scaleUp, nic * sharing);
}

/** Servers a token's `active` experts fall on, of `servers`, when each is equally likely. */
export const serversTouched = (servers: number, active: Count): number =>
  servers * (1 - (1 - 1 / servers) ** active);
