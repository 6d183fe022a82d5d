import type { Ratio, Watts } from "../../units/quantity.ts";
import type { Chip } from "../chip.ts";
import { assume } from "../estimate.ts";
import { densePeak } from "../hardware.ts";
import type { Prepared } from "./prepare.ts";
import type { RequestTokens } from "./setup.ts";
import type { ServiceTimes } from "./times.ts";
import { decodeFlop, prefillFlop } from "./work.ts";

const FIT = "ML.ENERGY, 240 text configurations on H100, models left out in turn";
/** Board power over its limit: streaming weights with the matrix units at rest, and what their full use adds, by its root. */
const POWER_BUSY = assume(0.52, [0.42, 0.6], FIT, "2025");
const POWER_MATRIX = assume(0.87, [0.7, 1], FIT, "2025");
/** The same while ranks wait for each other, and while nothing runs. */
export const POWER_WAITING = assume(
  0.15,
  [0.08, 0.35],
  `idle boards draw 70 to 120 W of 700; ${FIT}`,
  "2025",
);
/** A server's own watts for each chip, and what it draws for each watt of its boards: fans and power supplies. */
const SERVER_BASE = assume(230, [150, 300], "InferenceX power model, 8-chip H100 and B200 servers", "2025");
const SERVER_PER_WATT = assume(
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
  return Math.max(p.denseRate, p.rates.matmul16, 0.1 * densePeak(p.setup.chip, 16));
}

/**
 * Mean power of one board: while it works, a floor and more by the root of its matrix units' use; while ranks exchange or no
 * request is there, little above idle. Never above the limit.
 */
export function boardWatts(p: Prepared, r: RequestTokens, t: ServiceTimes): Watts | undefined {
  const limit = p.setup.chip.tdp;
  if (limit === undefined) return undefined;
  const there = Math.min(1, (t.throughput / r.output) * t.e2e);
  const exchange = ((t.step.allReduce + t.step.dispatch) / t.step.total) * (t.gap / t.tpot);
  const working = there * (1 - exchange);
  const use = Math.sqrt(Math.min(1, computeUse(p, r, t) / working));
  const high = Math.min(1, POWER_BUSY.value + POWER_MATRIX.value * use);
  return limit * (working * high + (1 - working) * POWER_WAITING.value);
}

/** What a server draws for one of its boards, itself included. */
export function serverWattsServing(chip: Chip, board: Watts): Watts {
  const base = Math.min(SERVER_BASE.value, BASE_SHARE * (chip.tdp ?? board));
  return base + SERVER_PER_WATT.value * board;
}
