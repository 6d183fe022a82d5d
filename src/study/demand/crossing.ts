import {
  balancedTrainingShare,
  type Crossover,
  chipHourParityTokens,
  crossover,
  crossoverOfSum,
  NEVER,
  type NeverReason,
  type Part,
  parityDays,
  parityTokens,
} from "../../core/demand/crossover.ts";
import { inferenceParts } from "../../core/demand/inference.ts";
import { dailyTokens, FLOP_PER_PARAM_SERVED, meanUtilisation } from "../../core/demand/serving.ts";
import { trainingFlopPerYear, trainingGrowth } from "../../core/demand/training.ts";
import { THRESHOLDS } from "../../core/thresholds.ts";
import { flop6ND } from "../../core/training/run.ts";
import type { Market, Trained } from "./market.ts";

/** When inference passes training, as data and as a sentence. */
export interface Crossing {
  readonly kind: Crossover["kind"];
  /** Years from the start of the scenario. */
  readonly years?: number;
  /** Calendar year with its fraction. */
  readonly year?: number;
  readonly reason?: NeverReason;
  readonly sentence: string;
}

/** Whether anything is trained at all. */
const trains = (training: Market["training"]): training is Trained =>
  training !== undefined && trainingFlopPerYear(training.market) > 0;

/** In FLOP: training's against every part of inference. */
export function flopCrossing(market: Market): Crossing {
  return told(crossoverOfSum(trainingPart(market, 1), parts(market, 1, 1)), market, "FLOP");
}

/** In chip-hours: each divided by the share of the peak that it gets. */
export function chipHourCrossing(market: Market): Crossing {
  const { training, inference } = market;
  const rate = inference?.rate;
  const crossing = crossoverOfSum(
    trainingPart(market, 1 / (training?.mfu ?? 1)),
    parts(market, 1 / (rate?.prefillUtilisation ?? 1), 1 / (rate?.decodeUtilisation ?? 1)),
  );
  return told(crossing, market, "chip-hours");
}

/** A legal threshold, and when one final run of the market passes it. */
export interface RunThreshold {
  readonly id: string;
  readonly name: string;
  readonly flop: number;
  readonly counts: string;
  readonly status: string;
  readonly date: string;
  /** Calendar year with its fraction; absent where a run never does. From the start where it is the first year. */
  readonly year?: number;
}

/** Final runs alone: research and other firms' runs are no part of a model's own compute. */
export function runThresholds({ training, scenario }: Market): readonly RunThreshold[] {
  if (!trains(training)) return [];
  const { market, growth } = training;
  const run = flop6ND(market.params, market.tokens);
  return THRESHOLDS.map(({ id, name, flop, counts, status, date }) => {
    const passes = crossover(flop, 1, run, growth.params * growth.tokens);
    const years = passes.kind === "already" ? 0 : passes.kind === "crosses" ? passes.years : undefined;
    return {
      id,
      name,
      flop,
      counts,
      status,
      date,
      ...(years === undefined ? {} : { year: scenario.startYear + years }),
    };
  });
}

/** Served tokens that match what training takes. */
export interface Parity {
  /** Tokens whose serving costs the FLOP of one model's training, research included: 3 r D, whatever its size. */
  readonly tokensPerModel: number;
  /** The same in chip-hours. */
  readonly chipHourTokensPerModel: number;
  /** Days of the first year's traffic that match its training in FLOP. */
  readonly days: number;
  /** Training's share where an order of magnitude more of either is worth as much, at training's growth. */
  readonly balancedTrainingShare: number;
}

/** Undefined without training or without traffic. */
export function parityOf({ training, inference }: Market): Parity | undefined {
  if (!trains(training) || inference === undefined) return undefined;
  const { tokens, rnd } = training.market;
  const daily = dailyTokens(inference.market);
  const perToken = FLOP_PER_PARAM_SERVED * inference.market.active;
  const days = parityDays(trainingFlopPerYear(training.market) / perToken, daily.prefill + daily.decode);
  if (days === undefined) return undefined;
  const served = meanUtilisation(daily, inference.rate);
  return {
    tokensPerModel: parityTokens(tokens, rnd),
    chipHourTokensPerModel: chipHourParityTokens(tokens, rnd, served, training.mfu),
    days,
    balancedTrainingShare: balancedTrainingShare(trainingGrowth(training.growth)),
  };
}

function trainingPart({ training }: Market, weight: number): Part {
  if (training === undefined) return { amount: 0, growth: 1 };
  const { market, growth } = training;
  return { amount: trainingFlopPerYear(market) * weight, growth: trainingGrowth(growth) };
}

function parts({ inference }: Market, prefill: number, decode: number): readonly Part[] {
  return inference === undefined ? [] : inferenceParts(inference.market, inference.growth, prefill, decode);
}

function told(crossing: Crossover, { scenario, training }: Market, unit: string): Crossing {
  const { startYear } = scenario;
  if (!trains(training) && crossing.kind === "already")
    return { ...crossing, sentence: "There is no training for inference to pass." };
  switch (crossing.kind) {
    case "crosses":
      return {
        ...crossing,
        year: startYear + crossing.years,
        sentence: `Inference passes training in ${unit} in ${Math.floor(startYear + crossing.years)}.`,
      };
    case "already": {
      const ahead = `Inference is ahead of training in ${unit} from the start`;
      if (crossing.years === undefined) return { kind: "already", sentence: `${ahead}.` };
      const year = startYear + crossing.years;
      return {
        ...crossing,
        year,
        sentence: `${ahead}, and falls behind in ${Math.floor(year)}: training grows faster.`,
      };
    }
    case "never":
      return {
        ...crossing,
        sentence: `Inference never passes training in ${unit}: ${NEVER[crossing.reason]}.`,
      };
  }
}
