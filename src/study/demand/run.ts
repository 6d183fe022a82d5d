import { dailyTokens, meanUtilisation, type Normalised } from "../../core/demand/serving.ts";
import { type TrainingMarket, trainingGrowth } from "../../core/demand/training.ts";
import type { Triangulation } from "../../core/demand/triangulate.ts";
import { type Answer, newNotes } from "../document.ts";
import type { Facts } from "../facts.ts";
import type { Ranged } from "../sample/ranged.ts";
import type { SamplingRequest } from "../sample/uncertain.ts";
import {
  against,
  checkStated,
  type InFlight,
  inFlight,
  normalisedOf,
  type StatedCheck,
  triangulated,
  type YardstickRatio,
} from "./beside.ts";
import {
  type Crossing,
  chipHourCrossing,
  flopCrossing,
  type Parity,
  parityOf,
  type RunThreshold,
  runThresholds,
} from "./crossing.ts";
import { lintScenario } from "./lint.ts";
import { type Market, marketOf } from "./market.ts";
import { type Mover, movers } from "./movers.ts";
import type { Scenario } from "./scenario.ts";
import { settle } from "./settle.ts";
import { marketRanges } from "./uncertain.ts";
import { type MarketYear, yearsOf } from "./years.ts";

/** Result of `demand`. Absent means unknown or not asked; the unit is in the key. */
export interface DemandResult extends Ranged {
  readonly scenario: { readonly name: string; readonly source: string; readonly date: string };
  /** The market as run: every range at its median. Intervals of the crossovers are in years from the start. */
  readonly market: Scenario<number>;
  readonly gpu: { readonly id: string; readonly name: string };
  /** What the first year is computed from, with everything left open filled in. */
  readonly filled: Filled;
  readonly years: readonly MarketYear[];
  readonly growth: {
    readonly training?: GrowthPart | undefined;
    readonly inference?: GrowthPart | undefined;
  };
  readonly crossover: { readonly flop: Crossing; readonly chipHours: Crossing };
  readonly parity?: Parity | undefined;
  /** When one run passes each legal threshold; nothing without training. */
  readonly thresholds: readonly RunThreshold[];
  /** The ranges of the scenario by how far each moves the crossover, furthest first. */
  readonly movers: readonly Mover[];
  readonly inFlight?: InFlight | undefined;
  readonly normalised?: Normalised | undefined;
  readonly triangulation?: Triangulation | undefined;
  readonly stated: readonly StatedCheck[];
  readonly yardsticks: readonly YardstickRatio[];
}

export interface Filled {
  /** Dense peak of the chip, FLOP/s. */
  readonly peak: number;
  readonly training?: (TrainingMarket & { readonly mfu: number }) | undefined;
  readonly inference?:
    | {
        readonly active: number;
        readonly computedTokensPerDay: number;
        readonly writtenTokensPerDay: number;
        readonly utilisation: number;
        readonly peakToAverage: number;
      }
    | undefined;
}

function filledOf({ peak, training, inference }: Market): Filled {
  const tokens = inference && dailyTokens(inference.market);
  return {
    peak,
    training: training && { ...training.market, mfu: training.mfu },
    inference: inference &&
      tokens && {
        active: inference.market.active,
        computedTokensPerDay: tokens.prefill + tokens.decode,
        writtenTokensPerDay: tokens.decode,
        utilisation: meanUtilisation(tokens, inference.rate),
        peakToAverage: inference.peakToAverage,
      },
  };
}

/** Growth a year, and the factors that make it. */
export interface GrowthPart {
  readonly perYear: number;
  readonly by: Readonly<Record<string, number>>;
}

/** A market over its years: training, serving, where they cross, and what sources say of it. */
export function runScenario(
  scenario: Scenario,
  facts: Facts,
  sampling: SamplingRequest = {},
): Answer<DemandResult> {
  const notes = newNotes();
  const { point, inputs } = settle(scenario);
  const market = marketOf(point, facts, notes);
  const years = yearsOf(market);
  const first = years[0]!;
  const normalised = normalisedOf(market, first);
  const stated = checkStated(scenario.stated ?? [], market, first, normalised);
  const result: DemandResult = {
    scenario: { name: scenario.name, source: scenario.source, date: scenario.date },
    market: point,
    filled: filledOf(market),
    gpu: { id: market.chip.row.id, name: market.chip.row.name },
    years,
    growth: growthOf(market, years),
    crossover: { flop: flopCrossing(market), chipHours: chipHourCrossing(market) },
    parity: parityOf(market),
    thresholds: runThresholds(market),
    movers: movers(point, inputs, facts),
    ...marketRanges(point, inputs, notes.assumptions, facts, sampling),
    inFlight: inFlight(market, first),
    normalised,
    triangulation: triangulated(market, first),
    stated,
    yardsticks: against(scenario.yardsticks ?? [], first.total.chips),
  };
  return { result, ...notes, warnings: [...notes.warnings, ...lintScenario(market, years, stated)] };
}

/** Training's is a product; inference's is what its first year grows by, as its parts may grow apart. */
function growthOf({ training, inference }: Market, years: readonly MarketYear[]): DemandResult["growth"] {
  const [first, second] = years;
  const grown = (first?.inference.flop ?? 0) > 0 && second !== undefined;
  return {
    training:
      training === undefined
        ? undefined
        : { perYear: trainingGrowth(training.growth), by: moving(training.growth, training.market) },
    inference:
      inference === undefined || !grown
        ? undefined
        : {
            perYear: second.inference.flop / first!.inference.flop,
            by: moving(inference.growth, inference.market),
          },
  };
}

/** The factors that do not stand still, of what there is any of. */
const moving = <Key extends string>(
  growth: Readonly<Record<Key, number>>,
  market: Readonly<Record<Key, number>>,
): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.entries<number>(growth).filter(([key, factor]) => factor !== 1 && market[key as Key] > 0),
  );
