import type { Count, Flop, Ratio } from "../../units/quantity.ts";
import { PETAFLOP_DAY } from "../../units/quantity.ts";
import { assume } from "../estimate.ts";
import { flop6ND } from "../training/run.ts";

/** All training-side compute over the final runs': final runs are 10-30 % of it. */
export const RND_MULTIPLIER = assume(5, [3.3, 10], "Epoch AI 2026-03: OpenAI, MiniMax, Z.ai", "2026-03");

/** All research compute over that of the final runs, from their share of it. */
export const rndMultiplier = (finalRunShare: Ratio): Ratio => 1 / finalRunShare;

/** A year of a market's training. */
export interface TrainingMarket {
  /** Active parameters of a model. */
  readonly params: Count;
  readonly tokens: Count;
  readonly firms: Count;
  /** New models of a firm in a year. */
  readonly runs: Count;
  /** All training-side compute over that of the final runs. */
  readonly rnd: Ratio;
}

/** Factor by which each grows in a year; 1 = stands still. */
export type TrainingGrowth = Readonly<Record<keyof TrainingMarket, Ratio>>;

/** 6 N D F m r: FLOP of a year. */
export const trainingFlopPerYear = ({ params, tokens, firms, runs, rnd }: TrainingMarket): Flop =>
  flop6ND(params, tokens) * firms * runs * rnd;

/** With tokens in proportion to parameters training grows as their square. */
export const trainingGrowth = ({ params, tokens, firms, runs, rnd }: TrainingGrowth): Ratio =>
  params * tokens * firms * runs * rnd;

/** A market of training after so many years of its growth. */
export function trainingAfter(market: TrainingMarket, growth: TrainingGrowth, years: number): TrainingMarket {
  return {
    params: market.params * growth.params ** years,
    tokens: market.tokens * growth.tokens ** years,
    firms: market.firms * growth.firms ** years,
    runs: market.runs * growth.runs ** years,
    rnd: market.rnd * growth.rnd ** years,
  };
}

/** GPT-3 175B as published. [Brown et al. 2020, arXiv:2005.14165, table D.1] */
export const GPT3 = { params: 174.6e9, tokens: 300e9, flop: 3640 * PETAFLOP_DAY } as const;

/** GPT-3's published compute scaled by parameters alone, its tokens left as they were. */
export const scaledFromGpt3 = (params: Count): Flop => (GPT3.flop * params) / GPT3.params;
