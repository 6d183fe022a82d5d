import { kvBytesPerToken, typicalShape, weightBytes } from "../../core/architecture.ts";
import {
  binding,
  cacheBytes,
  concurrency,
  dailyTokens,
  meanUtilisation,
  type Normalised,
  normalise,
} from "../../core/demand/serving.ts";
import { type Triangulation, triangulate } from "../../core/demand/triangulate.ts";
import { SECONDS_PER_DAY, SECONDS_PER_HOUR } from "../../units/quantity.ts";
import { rentOf } from "../prices.ts";
import type { Market } from "./market.ts";
import { STATED, type Stated, type StatedKey, type Yardstick } from "./scenario.ts";
import type { MarketYear } from "./years.ts";

/** Bytes of a 16-bit value. */
const SIXTEEN_BITS = 2;
/** A replica is a server of eight where nothing is said of it. */
const CHIPS_PER_SERVER = 8;

/**
 * The article's "parameters x sequence length x concurrency": the memory that requests in flight hold, beside the rate that
 * tokens a second make, and which of the two asks for more chips.
 */
export interface InFlight {
  readonly requestsPerSecond: number;
  readonly concurrency: number;
  readonly sequenceTokens: number;
  readonly kvBytesPerToken: number;
  readonly kvBytes: number;
  readonly chipsByCompute: number;
  readonly chipsByMemory?: number | undefined;
  readonly binds?: "compute" | "memory" | undefined;
}

/** Undefined without traffic or without a latency: arrivals and time in the system make the requests in flight. */
export function inFlight(market: Market, first: MarketYear): InFlight | undefined {
  const served = market.inference;
  if (served?.latency === undefined || !(first.inference.tokensPerDay > 0)) return undefined;
  const { users, requests, inputTokens, mediaTokens, outputTokens, reasoningTokens, active } = served.market;
  const requestsPerSecond = ((users * requests) / SECONDS_PER_DAY) * served.peakToAverage;
  const sequenceTokens = inputTokens + mediaTokens + outputTokens + reasoningTokens;
  const shape = typicalShape(served.params, active);
  const perToken = served.kvBytesPerToken ?? kvBytesPerToken(shape, SIXTEEN_BITS);
  const requestsInFlight = concurrency(requestsPerSecond, served.latency);
  const kvBytes = cacheBytes(perToken, sequenceTokens, requestsInFlight);
  const { memory } = market.chip.chip;
  const weights = weightBytes(shape, SIXTEEN_BITS);
  const replica = memory === undefined ? CHIPS_PER_SERVER : chipsPerReplica(weights, memory);
  const bound =
    memory === undefined ? undefined : binding(first.inference.chips, kvBytes, weights, memory, replica);
  return {
    requestsPerSecond,
    concurrency: requestsInFlight,
    sequenceTokens,
    kvBytesPerToken: perToken,
    kvBytes,
    chipsByCompute: first.inference.chips,
    chipsByMemory: bound?.byMemory,
    binds: bound?.binds,
  };
}

/** Servers of eight until the weights take half of the memory at most. */
function chipsPerReplica(weights: number, memory: number): number {
  return Math.max(1, Math.ceil((2 * weights) / (memory * CHIPS_PER_SERVER))) * CHIPS_PER_SERVER;
}

/** The year's serving in comparable figures. */
export function normalisedOf(market: Market, year: MarketYear): Normalised | undefined {
  const served = market.inference;
  if (served === undefined) return undefined;
  const tokens = dailyTokens(served.market);
  const rent = rentOf(market.chip, market.terms.request);
  const { chips, watts } = year.inference;
  return normalise({
    chips,
    tokensPerDay: tokens.all,
    computedPerDay: tokens.prefill + tokens.decode,
    active: served.market.active,
    peak: market.peak,
    ...(watts === undefined ? {} : { sitePower: watts }),
    ...(rent === undefined ? {} : { usdPerSecond: (chips * rent.usdPerHour) / SECONDS_PER_HOUR }),
  });
}

/** The scenario's traffic by every method that it has inputs for. */
export function triangulated(market: Market, { inference }: MarketYear): Triangulation | undefined {
  const served = market.inference;
  if (served === undefined) return undefined;
  const rent = rentOf(market.chip, market.terms.request);
  const tokens = dailyTokens(served.market);
  const { secondsPerToken, chipsPerStream, tokensPerSecondPerChip } = served.sizing;
  const computed = tokens.prefill + tokens.decode;
  const utilisation = meanUtilisation(tokens, served.rate);
  return triangulate({
    tokensPerDay: tokens.all,
    computedPerDay: computed,
    writtenPerDay: tokens.decode,
    peakToAverage: served.peakToAverage,
    perChip: {
      watts: inference.watts === undefined ? undefined : inference.watts / inference.chips,
      usdPerSecond: rent === undefined ? undefined : rent.usdPerHour / SECONDS_PER_HOUR,
    },
    compute: { active: served.market.active, peak: served.rate.peak, utilisation },
    ...(secondsPerToken === undefined
      ? {}
      : { latency: { secondsPerToken, chipsPerStream: chipsPerStream ?? 1 } }),
    ...(tokensPerSecondPerChip === undefined ? {} : { throughput: { tokensPerSecondPerChip } }),
  });
}

/** What the source prints against what its inputs give. */
export interface StatedCheck extends Stated {
  /** The figure in words. */
  readonly name: string;
  readonly computed?: number | undefined;
  readonly ratio?: number | undefined;
  /** Within 5 %. */
  readonly reproduces?: boolean | undefined;
}

const REPRODUCES = 0.05;

/** What a forecast states beside what its inputs give. */
export function checkStated(
  stated: readonly Stated[],
  market: Market,
  first: MarketYear,
  normalised: Normalised | undefined,
): readonly StatedCheck[] {
  return stated.map((entry) => {
    const computed = figureOf(entry.what, market, first, normalised);
    const named = { ...entry, name: STATED[entry.what] };
    if (computed === undefined) return named;
    const ratio = entry.value / computed;
    return { ...named, computed, ratio, reproduces: Math.abs(ratio - 1) <= REPRODUCES };
  });
}

function figureOf(
  what: StatedKey,
  market: Market,
  { inference }: MarketYear,
  normalised: Normalised | undefined,
): number | undefined {
  const served = market.inference;
  const rent = rentOf(market.chip, market.terms.request);
  const usdPerDay = rent === undefined ? undefined : inference.chips * rent.usdPerHour * 24;
  switch (what) {
    case "chips":
      return inference.chips;
    case "servers":
      return inference.chips / CHIPS_PER_SERVER;
    case "usdPerDay":
      return usdPerDay;
    case "usdPerRequest":
      if (served === undefined || usdPerDay === undefined) return undefined;
      return usdPerDay / (served.market.users * served.market.requests);
    case "tokensPerDay":
      return inference.tokensPerDay;
    case "peakToAverage":
      return served?.peakToAverage;
    case "impliedUtilisation":
      return normalised?.impliedUtilisation;
    case "chipsPerBillionDaily":
      return normalised?.chipsPerBillionDaily;
  }
}

/** A known purchase beside the need of the first year. */
export interface YardstickRatio extends Yardstick {
  /** Chips needed over chips bought. */
  readonly ratio: number;
}

/** Chips as multiples of each yardstick. */
export const against = (yardsticks: readonly Yardstick[], chips: number): readonly YardstickRatio[] =>
  yardsticks.map((yardstick) => ({ ...yardstick, ratio: chips / yardstick.gpus }));
