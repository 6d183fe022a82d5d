import type { Count, Flop, Ratio } from "../../units/quantity.ts";
import { DAYS_PER_YEAR } from "../../units/quantity.ts";
import type { Part } from "./crossover.ts";
import { dailyTokens, FLOP_PER_PARAM_SERVED, servedFlop, type Traffic } from "./serving.ts";

/** A year of a market's serving: its traffic and the model that answers it. */
export interface InferenceMarket extends Traffic {
  /** Active parameters of the model. */
  readonly active: Count;
}

/** Factor by which each grows in a year; 1 = stands still. */
export type InferenceGrowth = Readonly<Record<Exclude<keyof InferenceMarket, "cacheHit">, Ratio>>;

/** A market after so many years of its growth. */
export function inferenceAfter(
  market: InferenceMarket,
  growth: InferenceGrowth,
  years: number,
): InferenceMarket {
  return {
    active: market.active * growth.active ** years,
    users: market.users * growth.users ** years,
    requests: market.requests * growth.requests ** years,
    inputTokens: market.inputTokens * growth.inputTokens ** years,
    mediaTokens: market.mediaTokens * growth.mediaTokens ** years,
    outputTokens: market.outputTokens * growth.outputTokens ** years,
    reasoningTokens: market.reasoningTokens * growth.reasoningTokens ** years,
    cacheHit: market.cacheHit,
  };
}

/** FLOP of serving a market for a year, at two a parameter and token. */
export const inferenceFlopPerYear = (market: InferenceMarket): Flop =>
  servedFlop(market.active, dailyTokens(market)) * DAYS_PER_YEAR;

/**
 * A year's FLOP by what is read and written, each with its growth; reading and writing weighted apart, so that with 1/(peak x
 * utilisation) the parts are chip-seconds.
 */
export function inferenceParts(
  market: InferenceMarket,
  growth: InferenceGrowth,
  prefillWeight = 1,
  decodeWeight = 1,
): readonly Part[] {
  const common = growth.active * growth.users * growth.requests;
  const perToken = FLOP_PER_PARAM_SERVED * market.active * market.users * market.requests * DAYS_PER_YEAR;
  const part = (tokens: Count, weight: number, own: Ratio): Part => ({
    amount: perToken * tokens * weight,
    growth: common * own,
  });
  return [
    part(market.inputTokens * (1 - market.cacheHit), prefillWeight, growth.inputTokens),
    part(market.mediaTokens, prefillWeight, growth.mediaTokens),
    part(market.outputTokens, decodeWeight, growth.outputTokens),
    part(market.reasoningTokens, decodeWeight, growth.reasoningTokens),
  ];
}
