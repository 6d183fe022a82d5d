import type {
  Bytes,
  Count,
  Flop,
  FlopPerSecond,
  Joules,
  Ratio,
  Seconds,
  Usd,
  UsdPerSecond,
  Watts,
} from "../../units/quantity.ts";
import { SECONDS_PER_DAY } from "../../units/quantity.ts";
import { assume } from "../estimate.ts";

/** Useful FLOP of serving over the dense 16-bit peak, all traffic and hours. */
export const SERVING_UTILISATION = assume(
  0.1,
  [0.05, 0.25],
  "SemiAnalysis 2023 0.175, DeepSeek 2025 0.207, Epoch AI 2025 0.05-0.10",
  "2025",
);
/** Traffic in the busiest hours over the mean. */
export const PEAK_TO_AVERAGE = assume(1.5, [1.2, 3], "DeepSeek 2025 278/226.75 nodes; operators 2-3", "2025");
/** Share of input tokens read from a cache. */
export const CACHE_HIT = assume(0, [0, 0.56], "none unless said; DeepSeek 2025 342bn of 608bn", "2025");

/** Use of a service by its people in a day. Tokens are per request. */
export interface Traffic {
  readonly users: Count;
  /** Requests of a user in a day. */
  readonly requests: Count;
  readonly inputTokens: Count;
  /** Tokens that images, video and sound add to the input; never cached. */
  readonly mediaTokens: Count;
  readonly outputTokens: Count;
  /** Hidden tokens generated before the answer. */
  readonly reasoningTokens: Count;
  /** Share of text input whose cache entries exist already. */
  readonly cacheHit: Ratio;
}

/** Tokens of a day by what is done with them. */
export interface DailyTokens {
  /** Read afresh: cached input is not among them. */
  readonly prefill: Count;
  readonly cached: Count;
  /** Written, hidden reasoning included. */
  readonly decode: Count;
  readonly all: Count;
}

/** Tokens a day by what they cost: read, found in the cache, written. */
export function dailyTokens(traffic: Traffic): DailyTokens {
  const requests = traffic.users * traffic.requests;
  const text = requests * traffic.inputTokens;
  const media = requests * traffic.mediaTokens;
  const decode = requests * (traffic.outputTokens + traffic.reasoningTokens);
  const cached = text * traffic.cacheHit;
  return { prefill: text - cached + media, cached, decode, all: text + media + decode };
}

/** Two FLOP per active parameter for every token read or written. [Kaplan 2020, section 2.1; attention left out] */
export const FLOP_PER_PARAM_SERVED = 2;

/** FLOP of a day of served tokens; cached ones cost nothing. [Kaplan 2020, section 2.1] */
export const servedFlop = (active: Count, tokens: DailyTokens): Flop =>
  FLOP_PER_PARAM_SERVED * active * (tokens.prefill + tokens.decode);

/** What a chip makes of served work: useful over peak, reading and writing apart. */
export interface ServingRate {
  readonly peak: FlopPerSecond;
  readonly prefillUtilisation: Ratio;
  readonly decodeUtilisation: Ratio;
}

/** One utilisation that counts the same chips as reading and writing apart. */
export const meanUtilisation = (tokens: DailyTokens, rate: ServingRate): Ratio =>
  (tokens.prefill + tokens.decode) /
  (tokens.prefill / rate.prefillUtilisation + tokens.decode / rate.decodeUtilisation);

/** Chip-seconds that a day's tokens keep busy. */
export function busyChipSeconds(active: Count, tokens: DailyTokens, rate: ServingRate): Seconds {
  const work = tokens.prefill / rate.prefillUtilisation + tokens.decode / rate.decodeUtilisation;
  return (FLOP_PER_PARAM_SERVED * active * work) / rate.peak;
}

/** Chips that stand ready for the busiest hours. */
export const chipsForTraffic = (busyPerDay: Seconds, peakToAverage: Ratio): Count =>
  (busyPerDay / SECONDS_PER_DAY) * peakToAverage;

/** Requests in flight: arrivals a second x seconds in the system. [Little 1961] */
export const concurrency = (requestsPerSecond: number, latency: Seconds): Count =>
  requestsPerSecond * latency;
/** Requests a second of so many in flight that take so long each. [Little 1961] */
export const arrivalRate = (inFlight: Count, latency: Seconds): number => inFlight / latency;

/** Cache held by requests in flight: what "parameters x sequence x concurrency" really counts. */
export const cacheBytes = (bytesPerToken: Bytes, sequence: Count, inFlight: Count): Bytes =>
  bytesPerToken * sequence * inFlight;

/** Chips that a service needs by compute and by memory, and which of the two binds. */
export interface Binding {
  readonly byCompute: Count;
  readonly byMemory: Count;
  readonly binds: "compute" | "memory";
}

/**
 * Memory: cache of all requests in flight in what each chip has left beside the weights, which replicas of
 * `chipsPerReplica` chips hold once each. Undefined where the weights alone do not fit.
 */
export function binding(
  byCompute: Count,
  cache: Bytes,
  weights: Bytes,
  memoryPerChip: Bytes,
  chipsPerReplica: Count,
): Binding | undefined {
  const free = memoryPerChip - weights / chipsPerReplica;
  if (free <= 0) return undefined;
  const byMemory = cache / free;
  return { byCompute, byMemory, binds: byMemory > byCompute ? "memory" : "compute" };
}

/** The figures beside every headline that make two of them comparable. */
export interface Normalised {
  /** Chips per 1e9 tokens a day. */
  readonly chipsPerBillionDaily: number;
  readonly joulesPerToken?: Joules;
  readonly usdPerMillionTokens?: Usd;
  /** Useful FLOP over the peak of all chips. Above 1 the headline is impossible as stated. */
  readonly impliedUtilisation?: Ratio;
}

export interface Headline {
  readonly chips: Count;
  /** Tokens a day, or words where the source counts words. */
  readonly tokensPerDay: Count;
  readonly sitePower?: Watts;
  readonly usdPerSecond?: UsdPerSecond;
  readonly active?: Count;
  readonly peak?: FlopPerSecond;
  /** Tokens a day that cost compute, where some are read from a cache; all where absent. */
  readonly computedPerDay?: Count;
}

/** Undefined without traffic or chips: there is nothing to normalise. */
export function normalise(headline: Headline): Normalised | undefined {
  const { chips, tokensPerDay, sitePower, usdPerSecond, active, peak } = headline;
  const computed = (headline.computedPerDay ?? tokensPerDay) / SECONDS_PER_DAY;
  if (!(tokensPerDay > 0) || !(chips > 0)) return undefined;
  const perSecond = tokensPerDay / SECONDS_PER_DAY;
  return {
    chipsPerBillionDaily: chips / (tokensPerDay / 1e9),
    ...(sitePower === undefined ? {} : { joulesPerToken: sitePower / perSecond }),
    ...(usdPerSecond === undefined ? {} : { usdPerMillionTokens: (usdPerSecond / perSecond) * 1e6 }),
    ...(active === undefined || peak === undefined
      ? {}
      : { impliedUtilisation: (FLOP_PER_PARAM_SERVED * active * computed) / (chips * peak) }),
  };
}
