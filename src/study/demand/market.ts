import type { InferenceGrowth, InferenceMarket } from "../../core/demand/inference.ts";
import {
  CACHE_HIT,
  PEAK_TO_AVERAGE,
  SERVING_UTILISATION,
  type ServingRate,
} from "../../core/demand/serving.ts";
import { RND_MULTIPLIER, type TrainingGrowth, type TrainingMarket } from "../../core/demand/training.ts";
import { PUE } from "../../core/energy.ts";
import type { Estimate } from "../../core/estimate.ts";
import { refuse } from "../../units/problem.ts";
import type { Bytes, Count, FlopPerSecond, Ratio, Seconds } from "../../units/quantity.ts";
import { type Notes, newNotes } from "../document.ts";
import { note, type Terms, termsOf } from "../economics.ts";
import type { Facts } from "../facts.ts";
import { chipNamed, defaultPrecision, type MachinePart, requirePeak } from "../machine.ts";
import { countMedia } from "../media.ts";
import { notePrices } from "../prices.ts";
import { MEDIAN_MFU, TOKENS_PER_PARAM } from "../train/efficiency.ts";
import type { InferenceSide, Scenario, Sizing, TrainingSide } from "./scenario.ts";

/** A scenario with everything that it leaves open filled in. */
export interface Market {
  readonly scenario: Scenario<number>;
  readonly chip: MachinePart;
  readonly peak: FlopPerSecond;
  readonly terms: Terms;
  readonly training: Trained | undefined;
  readonly inference: Served | undefined;
}

export interface Trained {
  readonly market: TrainingMarket;
  readonly growth: TrainingGrowth;
  readonly mfu: Ratio;
}

export interface Served {
  readonly market: InferenceMarket;
  readonly growth: InferenceGrowth;
  /** All parameters of the model, for its memory. */
  readonly params: Count;
  readonly rate: ServingRate;
  readonly peakToAverage: Ratio;
  readonly latency: Seconds | undefined;
  readonly kvBytesPerToken: Bytes | undefined;
  readonly sizing: Sizing<number>;
}

/** Fills in a scenario; a share above 1, an unknown chip or token rule is refused. */
export function marketOf(scenario: Scenario<number>, facts: Facts, notes: Notes): Market {
  const { row } = chipNamed(scenario.gpu, facts, "--gpu");
  const chip = { ...facts.priced(row), row, count: 1 };
  const peak = requirePeak(chip.chip, defaultPrecision(chip.chip));
  const terms = marketTerms(scenario, facts, notes);
  notePrices([chip], terms.request, notes);
  const { training, inference } = scenario;
  return {
    scenario,
    chip,
    peak,
    terms,
    training: training === undefined ? undefined : trained(training, notes),
    inference: inference === undefined ? undefined : served(inference, peak, notes),
  };
}

/** Prices and power; electricity is drawn but not billed, so its price and carbon are no assumptions of a market. */
function marketTerms({ price, pue }: Scenario<number>, facts: Facts, notes: Notes): Terms {
  if (pue === undefined) {
    note(notes, "pue", PUE, "facility power over IT power");
    notes.defaults.pue = PUE.value;
  }
  const given = { pue: pue ?? PUE.value, ...(price === undefined ? {} : { price }) };
  return termsOf(given, facts, newNotes());
}

function trained(side: TrainingSide<number>, notes: Notes): Trained {
  const { growth = {} } = side;
  const mfu = share("training.mfu", side.mfu ?? assumed(notes, "training.mfu", MEDIAN_MFU));
  const perParam = side.tokensPerParam ?? TOKENS_PER_PARAM.value;
  if (side.tokens === undefined && side.tokensPerParam === undefined)
    note(notes, "training.tokensPerParam", TOKENS_PER_PARAM);
  // tokens that follow the parameters grow with them
  const tokensGrowth = growth.tokens ?? (side.tokens === undefined ? growth.params : undefined) ?? 1;
  return {
    mfu,
    market: {
      params: side.active ?? side.params,
      tokens: side.tokens ?? perParam * side.params,
      firms: side.firms,
      runs: side.runs ?? 1,
      rnd: side.rnd ?? assumed(notes, "training.rnd", RND_MULTIPLIER),
    },
    growth: {
      params: growth.params ?? 1,
      tokens: tokensGrowth,
      firms: growth.firms ?? 1,
      runs: growth.runs ?? 1,
      rnd: growth.rnd ?? 1,
    },
  };
}

/** The inputs of the method that a scenario counts with. */
const HEADLINE = { latency: "secondsPerToken", throughput: "tokensPerSecondPerChip" } as const;

function requireHeadline({ headline = "compute", ...sizing }: Sizing<number>): void {
  if (headline === "compute" || sizing[HEADLINE[headline]] !== undefined) return;
  refuse("E-UNDER", `Counting by ${headline} takes inference.sizing.${HEADLINE[headline]}.`, {
    flag: "inference.sizing.headline",
    hint: "Give it, or count by compute.",
  });
}

function served(side: InferenceSide<number>, peak: FlopPerSecond, notes: Notes): Served {
  const { growth = {}, sizing = {} } = side;
  requireHeadline(sizing);
  const usual = (given: number | undefined): number =>
    given ?? sizing.utilisation ?? assumed(notes, "inference.sizing.utilisation", SERVING_UTILISATION);
  return {
    market: {
      active: side.active ?? side.params,
      users: side.users ?? 1,
      requests: side.requests ?? 1,
      inputTokens: side.inputTokens,
      mediaTokens: countMedia(side.media ?? {}, "inference.media", notes),
      outputTokens: side.outputTokens,
      reasoningTokens: side.reasoningTokens ?? 0,
      cacheHit: share("inference.cacheHit", side.cacheHit ?? CACHE_HIT.value),
    },
    growth: {
      active: growth.params ?? 1,
      users: growth.users ?? 1,
      requests: growth.requests ?? 1,
      inputTokens: growth.inputTokens ?? 1,
      mediaTokens: growth.mediaTokens ?? growth.inputTokens ?? 1,
      outputTokens: growth.outputTokens ?? 1,
      reasoningTokens: growth.reasoningTokens ?? growth.outputTokens ?? 1,
    },
    params: side.params,
    rate: {
      peak,
      prefillUtilisation: share("inference.sizing.prefillUtilisation", usual(sizing.prefillUtilisation)),
      decodeUtilisation: share("inference.sizing.decodeUtilisation", usual(sizing.decodeUtilisation)),
    },
    peakToAverage: side.peakToAverage ?? assumed(notes, "inference.peakToAverage", PEAK_TO_AVERAGE),
    latency: side.latencySeconds,
    kvBytesPerToken: side.kvBytesPerToken,
    sizing,
  };
}

/** Adds an assumption once; its middle value is used. */
function assumed(notes: Notes, key: string, estimate: Estimate): number {
  if (!notes.assumptions.some((entry) => entry.key === key)) note(notes, key, estimate);
  return estimate.value;
}

function share(path: string, value: number): number {
  if (value <= 1) return value;
  return refuse("E-BOUNDS", `${path} is ${value}, and a share can be no more than 1.`, {
    flag: path,
    hint: "Write 0.4 or 40%.",
  });
}
