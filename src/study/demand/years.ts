import { inferenceAfter, inferenceFlopPerYear } from "../../core/demand/inference.ts";
import { busyChipSeconds, chipsForTraffic, dailyTokens } from "../../core/demand/serving.ts";
import { h100Equivalent, shareOfStock } from "../../core/demand/supply.ts";
import { trainingAfter, trainingFlopPerYear } from "../../core/demand/training.ts";
import { chipsByLatency, chipsByThroughput } from "../../core/demand/triangulate.ts";
import { DAYS_PER_YEAR, JOULES_PER_KWH, SECONDS_PER_DAY } from "../../units/quantity.ts";
import { billOf } from "../economics.ts";
import type { Market, Served } from "./market.ts";

const YEAR = DAYS_PER_YEAR * SECONDS_PER_DAY;

/** One side of a market in one year. Absent means that the chip's price or power is not known. */
export interface SideOfYear {
  readonly flop: number;
  /** Chips busy all year that do the work. */
  readonly acceleratorYears: number;
  /** Chips that must stand ready: for inference those of the busiest hours. */
  readonly chips: number;
  readonly watts?: number | undefined;
  readonly kwh?: number | undefined;
  /** Rent of the year. */
  readonly usd?: number | undefined;
  /** Purchase of the chips with servers and network. */
  readonly capexUsd?: number | undefined;
}

export interface MarketYear {
  readonly year: number;
  readonly training: SideOfYear;
  readonly inference: SideOfYear & { readonly tokensPerDay: number };
  readonly total: SideOfYear;
  /** Inference over both, of FLOP. Absent where there is neither. */
  readonly inferenceShare?: number | undefined;
  /** All chips in H100 of the same 8-bit rate, and as a share of those known to exist. */
  readonly h100e?: number | undefined;
  readonly shareOfStock?: number | undefined;
}

/** Training and serving of a market, year by year from its first. */
export function yearsOf(market: Market): readonly MarketYear[] {
  const { startYear, years } = market.scenario;
  const chipYear = chipYearOf(market);
  return Array.from({ length: years }, (_, index) => yearOf(market, chipYear, startYear + index, index));
}

function yearOf(market: Market, chipYear: Bill, year: number, after: number): MarketYear {
  const training = trainingYear(market, chipYear, after);
  const inference = inferenceYear(market, chipYear, after);
  const chips = training.chips + inference.chips;
  const perChip = h100Equivalent(market.chip.chip);
  const h100e = perChip === undefined ? undefined : chips * perChip;
  const flop = training.flop + inference.flop;
  return {
    year,
    training,
    inference,
    total: {
      flop,
      acceleratorYears: training.acceleratorYears + inference.acceleratorYears,
      chips,
      ...billed(chipYear, chips),
    },
    inferenceShare: flop > 0 ? inference.flop / flop : undefined,
    h100e,
    shareOfStock: h100e === undefined ? undefined : shareOfStock(h100e),
  };
}

function trainingYear(market: Market, chipYear: Bill, after: number): SideOfYear {
  const { training, peak } = market;
  if (training === undefined) return NOTHING;
  const flop = trainingFlopPerYear(trainingAfter(training.market, training.growth, after));
  const acceleratorYears = flop / (peak * training.mfu) / YEAR;
  return { flop, acceleratorYears, chips: acceleratorYears, ...billed(chipYear, acceleratorYears) };
}

function inferenceYear(market: Market, chipYear: Bill, after: number): MarketYear["inference"] {
  const { inference } = market;
  if (inference === undefined) return { ...NOTHING, tokensPerDay: 0 };
  const grown = { ...inference, market: inferenceAfter(inference.market, inference.growth, after) };
  const busy = busyPerDay(grown);
  const chips = chipsForTraffic(busy, inference.peakToAverage);
  return {
    flop: inferenceFlopPerYear(grown.market),
    acceleratorYears: busy / SECONDS_PER_DAY,
    chips,
    ...billed(chipYear, chips),
    tokensPerDay: dailyTokens(grown.market).all,
  };
}

const NOTHING: SideOfYear = { flop: 0, acceleratorYears: 0, chips: 0 };

/** Chip-seconds of a day by the method that the scenario counts with. */
export function busyPerDay({ market, rate, sizing }: Served): number {
  const tokens = dailyTokens(market);
  const { headline, secondsPerToken, tokensPerSecondPerChip, chipsPerStream } = sizing;
  if (headline === "latency" && secondsPerToken !== undefined)
    return chipsByLatency(tokens.decode, secondsPerToken, chipsPerStream) * SECONDS_PER_DAY;
  if (headline === "throughput" && tokensPerSecondPerChip !== undefined)
    return chipsByThroughput(tokens.all, tokensPerSecondPerChip) * SECONDS_PER_DAY;
  return busyChipSeconds(market.active, tokens, rate);
}

type Bill = Pick<SideOfYear, "watts" | "kwh" | "usd" | "capexUsd">;

/** A year of one chip, drawing power the year round. */
function chipYearOf({ chip, terms }: Market): Bill {
  const machine = { id: chip.row.id, name: chip.row.name, chips: 1, parts: [{ ...chip, count: 1 }] };
  const { watts, energy, rentUsd, acquisitionUsd } = billOf(machine, YEAR, terms);
  return {
    watts,
    kwh: energy === undefined ? undefined : energy / JOULES_PER_KWH,
    usd: rentUsd,
    capexUsd: acquisitionUsd,
  };
}

/** That of so many of them; none have no bill. */
function billed({ watts, kwh, usd, capexUsd }: Bill, chips: number): Bill {
  if (!(chips > 0)) return {};
  const times = (one: number | undefined): number | undefined =>
    one === undefined ? undefined : one * chips;
  return { watts: times(watts), kwh: times(kwh), usd: times(usd), capexUsd: times(capexUsd) };
}
