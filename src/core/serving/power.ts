import type { Ratio, Watts } from "../../units/quantity.ts";
import type { Chip } from "../chip.ts";
import { assume } from "../estimate.ts";
import type { ServiceTimes } from "./modes.ts";
import type { Prepared } from "./prepare.ts";
import { peak16 } from "./rates.ts";
import type { RequestTokens } from "./setup.ts";
import { decodeFlop, prefillFlop } from "./work.ts";

/** Board power over its limit with nothing computed, and what full use of the matrix units adds, by the root of their use. */
export const POWER_FLOOR = assume(
  0.558,
  [0.45, 0.65],
  "fit to ML.ENERGY H100 measurements, 274 text configurations",
  "2025",
);
export const POWER_SLOPE = assume(
  0.569,
  [0.45, 0.7],
  "fit to ML.ENERGY H100 measurements, 274 text configurations",
  "2025",
);
/** A server's own watts for each chip, and what it draws for each watt of its boards: fans and power supplies. */
export const SERVER_BASE = assume(
  230,
  [150, 300],
  "InferenceX power model, 8-chip H100 and B200 servers",
  "2025",
);
export const SERVER_PER_WATT = assume(
  1.097,
  [1.05, 1.15],
  "InferenceX power model, 8-chip H100 and B200 servers",
  "2025",
);
/** The most that a server's own watts are of its boards' limit: small cards stand in small servers. */
const BASE_SHARE: Ratio = 0.33;

/** FLOP of one request. */
function requestFlop(p: Prepared, r: RequestTokens): number {
  const { dense, head, active, expert, moeLayers, cache } = p.work;
  const cached = r.cached ?? 0;
  const tokens = r.input - cached + r.output;
  let flop = 2 * (tokens * (dense + active * expert * moeLayers) + (r.output + 1) * head);
  for (const group of cache) {
    flop += group.layers * (prefillFlop(group, r.input) - prefillFlop(group, cached));
    flop += group.layers * r.output * decodeFlop(group, r.input + r.output / 2);
  }
  return flop;
}

/** Useful work over what the matrix units could do at the width the weights are multiplied in. */
export function computeUse(p: Prepared, r: RequestTokens, t: ServiceTimes): Ratio {
  const { tp, pp, dp } = p.setup.layout;
  const rate = ((t.throughput / r.output) * requestFlop(p, r)) / (tp * pp * dp);
  return Math.min(1, rate / matrixRate(p));
}

/** Best matmul of the chip at the width of the weights. */
function matrixRate(p: Prepared): number {
  return Math.max(p.denseRate, p.rates.matmul16, 0.1 * peak16(p.setup.chip));
}

/** Mean power of one board: a floor while it serves at all, more by the root of its use, never above the limit. */
export function boardWatts(p: Prepared, r: RequestTokens, t: ServiceTimes): Watts | undefined {
  const limit = p.setup.chip.tdp;
  if (limit === undefined) return undefined;
  const use = Math.sqrt(computeUse(p, r, t));
  return limit * Math.min(1, POWER_FLOOR.value + POWER_SLOPE.value * use);
}

/** What a server draws for one of its boards, itself included. */
export function serverWattsServing(chip: Chip, board: Watts): Watts {
  const base = Math.min(SERVER_BASE.value, BASE_SHARE * (chip.tdp ?? board));
  return base + SERVER_PER_WATT.value * board;
}
