import type { Bytes, BytesPerSecond, Count, Ratio, Seconds } from "../units/quantity.ts";

/** The fabric collectives run on, in achieved bytes/s per chip and direction. */
export interface Fabric {
  readonly scaleUp: BytesPerSecond;
  /** Chips of one scale-up domain. */
  readonly domain: Count;
  readonly nic: BytesPerSecond;
  /** Torus dimensions of the scale-up fabric; 1 where it is switched. */
  readonly axes: Count;
  readonly latency: Seconds;
}

/** Ring all-gather or reduce-scatter of `bytes` in all: each chip passes on (n-1)/n of them. [NCCL; Patarasuk and Yuan 2009] */
export const gatherTime = (bytes: Bytes, chips: Count, rate: BytesPerSecond): Seconds =>
  chips <= 1 ? 0 : (((chips - 1) / chips) * bytes) / rate;

/** A group on a torus uses the links of the axes it spans. [scaling book, "TPU networking"] */
function axisShare(fabric: Fabric, group: Count): Ratio {
  if (fabric.axes === 1) return 1;
  const axisLength = fabric.domain ** (1 / fabric.axes);
  const spanned = Math.ceil(Math.log(group) / Math.log(axisLength) - 1e-9);
  return Math.min(fabric.axes, Math.max(1, spanned)) / fabric.axes;
}

/** Rate of a group of neighbours on the critical path (tensor and context parallel): beyond the domain, one chip's own NIC. */
export const neighbourRate = (fabric: Fabric, group: Count, span: Count): BytesPerSecond =>
  span <= fabric.domain ? fabric.scaleUp * axisShare(fabric, group) : fabric.nic;

/**
 * Rate per chip of a large collective over `group` chips that stand `stride` apart. Across servers the NICs of the
 * group's members in one server all carry the ring, up to the rate inside the server.
 */
export function groupRate(fabric: Fabric, group: Count, stride: Count): BytesPerSecond {
  if (group * stride <= fabric.domain) return fabric.scaleUp * axisShare(fabric, group);
  const perServer = Math.max(1, Math.min(fabric.domain / stride, group));
  return Math.min(fabric.scaleUp, fabric.nic * perServer);
}

/** Share of link bandwidth an all-to-all reaches, relative to a ring. [nccl-tests and DeepEP tables] */
const ALL_TO_ALL: Ratio = 0.8;

/**
 * Dispatch (or combine) of `active` copies of each token over an expert group of neighbours. Across servers a token
 * travels once to each server it needs and fans out inside it. [DeepSeek-V3 report, section 3.2.2]
 */
export function allToAllTime(fabric: Fabric, tokenBytes: Bytes, active: Count, group: Count): Seconds {
  const copies = (tokenBytes * active * (group - 1)) / group;
  if (group <= fabric.domain) return copies / (ALL_TO_ALL * fabric.scaleUp * axisShare(fabric, group));
  const servers = group / fabric.domain;
  const crossing = (serversTouched(servers, active) * (servers - 1)) / servers;
  return (tokenBytes * crossing) / fabric.nic + copies / (2 * ALL_TO_ALL * fabric.scaleUp);
}

/** Servers a token's `active` experts fall on, of `servers`, when each is equally likely. */
const serversTouched = (servers: number, active: Count): number =>
  servers * (1 - (1 - 1 / servers) ** active);
