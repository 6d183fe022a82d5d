import {
  type Count,
  type Flop,
  type FlopPerSecond,
  type Ratio,
  SECONDS_PER_YEAR,
  type Seconds,
  type Usd,
  type UsdPerSecond,
} from "../units/quantity.ts";
import { assume } from "./estimate.ts";

/** Fall of price for the same performance, in orders of magnitude a year; hardware loses its worth with it. */
export const PRICE_PERFORMANCE_OOM = assume(
  0.14,
  [0.1, 0.18],
  "Epoch AI, training-cost-trends: accelerator price-performance",
  "2024",
);
/** Price of a server over the price of its chips. */
export const SERVER_COST_RATIO = assume(
  1.64,
  [1.54, 1.69],
  "Epoch AI, training-cost-trends: DGX over its GPUs",
  "2024",
);
/** What a server costs above its chips, a chip, at the most: the ratio was taken on chips of up to 15,000 USD. */
const SERVER_COST_MOST = assume(
  9000,
  [7600, 9900],
  "H100 servers at 44,490 USD a chip against 36,018 for the board; DGX A100 24,875 against 14,985 (Epoch AI)",
  "2024",
);
/** Straight-line lives in operators' books, years. [annual reports and statements, 2025] */
export const ACCOUNTING_LIVES: Readonly<Record<string, number>> = {
  alphabet: 6,
  microsoft: 6,
  meta: 5.5,
  amazon: 5,
  coreweave: 6,
  lambda: 5,
  nebius: 4,
};
/** Growth of the amortised cost of the dearest runs, times a year. */
export const RUN_COST_GROWTH = assume(2.4, [2.0, 2.9], "Cottier 2024, arXiv:2405.21015v2, abstract", "2024");
/** Share of a cluster's hardware cost that is network between servers. */
export const NETWORK_SHARE = assume(0.19, [0.1, 0.25], "Epoch AI, training-cost-trends", "2024");
/** Share of its life that owned hardware works. */
export const OWNED_UTILISATION = assume(
  0.8,
  [0.5, 0.95],
  "assumed: fleets keep spares and idle between jobs",
  "2026",
);
/** US industrial electricity, USD per kWh. */
export const ELECTRICITY = assume(
  0.0826,
  [0.05, 0.12],
  "US EIA industrial average, through Epoch AI",
  "2025",
);

/** Rent: chip-time x price. */
export const rentCost = (chipTime: Seconds, usdPerChipSecond: UsdPerSecond): Usd =>
  chipTime * usdPerChipSecond;

/** Worth of hardware after some years: price x 10^(-0.14 years). [Epoch AI 2024, training-cost-trends] */
export const valueAfter = (price: Usd, years: number, oomPerYear: number): Usd =>
  price * 10 ** (-oomPerYear * years);

/** Share of its worth that hardware loses in a year: 0.14 ln 10 = 32 %. [Epoch AI 2024] */
export const economicRate = (oomPerYear: number): number => oomPerYear * Math.LN10;

/** Owner's price of an hour: capital over its life, plus operation as a share of it, over the time used. */
export const ownerRate = (
  capital: Usd,
  lifeYears: number,
  operationShare: Ratio,
  usedShare: Ratio,
): UsdPerSecond => ((capital / lifeYears) * (1 + operationShare)) / usedShare / SECONDS_PER_YEAR;

/** Rent of work done at a utilisation of peak; `rework` counts failed and repeated runs, 1 = none. */
export const workCost = (
  work: Flop,
  rate: FlopPerSecond,
  usdPerChipSecond: UsdPerSecond,
  rework: Ratio = 1,
): Usd => rentCost((work / rate) * rework, usdPerChipSecond);

export interface Ownership {
  /** Price of one chip with its share of the server, new. */
  readonly serverUsdPerChip: Usd;
  /** Server price over chip price, to split the two. */
  readonly serverRatio: Ratio;
  /** Years from purchase to the start of the run. */
  readonly age: number;
  /** Share of its worth written off in a year of use. */
  readonly perYear: number;
  readonly networkShare: Ratio;
  /** Share of the time the hardware works; idle time is paid by the work. */
  readonly utilisation: Ratio;
}

export interface OwnedCost {
  readonly chips: Usd;
  readonly servers: Usd;
  readonly network: Usd;
}

/**
 * Owner's amortised cost of chip-time: worth at the start x yearly write-off x years used, with the network's share on top.
 * [Cottier 2024, arXiv:2405.21015, section 2.2]
 */
export function ownedCost(chipTime: Seconds, o: Ownership, oomPerYear: number): OwnedCost {
  const years = chipTime / SECONDS_PER_YEAR / o.utilisation;
  const hardware = valueAfter(o.serverUsdPerChip, o.age, oomPerYear) * o.perYear * years;
  const chips = hardware / o.serverRatio;
  return { chips, servers: hardware - chips, network: (hardware * o.networkShare) / (1 - o.networkShare) };
}

/** Price of a chip with its share of the server, from the price of the bare chip. */
export const withServer = (chip: Usd): Usd =>
  chip + Math.min(chip * (SERVER_COST_RATIO.value - 1), SERVER_COST_MOST.value);

/** What the hardware of a cluster costs to buy, network included. [Cottier 2024, section 2.3] */
export const acquisitionCost = (chips: Count, serverUsdPerChip: Usd, networkShare: Ratio): Usd =>
  (chips * serverUsdPerChip) / (1 - networkShare);
