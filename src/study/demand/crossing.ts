import {
  type Crossover,
  crossoverOfSum,
  NEVER,
  type NeverReason,
  type Part,
} from "../../core/demand/crossover.ts";
import { inferenceParts } from "../../core/demand/inference.ts";
import { trainingFlopPerYear, trainingGrowth } from "../../core/demand/training.ts";
import type { Market } from "./market.ts";

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
  if (training === undefined && crossing.kind === "already")
    return { ...crossing, sentence: "The scenario has no training to hold inference against." };
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
