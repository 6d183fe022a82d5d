import type { Grid } from "../catalog/grids.ts";
import { purchaseQuote, rentQuote } from "../catalog/prices.ts";
import type { AcceleratorRow } from "../catalog/rows.ts";
import type { Chip } from "../core/chip.ts";
import { facilityEnergy, gridCarbon, PUE, serverWatts, trainingLoad } from "../core/energy.ts";
import type { Estimate } from "../core/estimate.ts";
import {
  acquisitionCost,
  ELECTRICITY,
  economicRate,
  NETWORK_SHARE,
  OWNED_UTILISATION,
  ownedCost,
  PRICE_PERFORMANCE_OOM,
  rentCost,
  SERVER_COST_RATIO,
} from "../core/money.ts";
import { refuse } from "../units/problem.ts";
import type { Joules, KgCo2e, Seconds, Usd, Watts } from "../units/quantity.ts";
import type { Notes } from "./document.ts";
import type { Facts } from "./facts.ts";
import { type Machine, type MachinePart, nearestHint } from "./machine.ts";

/** What a request says of money, energy and carbon, in the units of its flags. */
export interface EconomicsRequest {
  /** USD per chip-hour. */
  readonly price?: number;
  /** USD for one chip with its share of the server. */
  readonly capex?: number;
  /** Years of accounting life; the economic rate where absent. */
  readonly life?: number;
  readonly utilisation?: number;
  /** USD per kWh. */
  readonly electricity?: number;
  readonly pue?: number;
  readonly region?: string;
  readonly grid?: string;
}

/** Terms that hold for every chip of an answer. */
export interface Terms {
  readonly pue: number;
  readonly usdPerKwh: number;
  readonly grid: Grid;
  readonly utilisation: number;
  readonly request: EconomicsRequest;
}

const HOUR = 3600;
const KWH = 3.6e6;
/** Grid where none is named: most of the fleets of the catalogue stand there. */
const DEFAULT_GRID = "USA";

/** Reads the terms of a request; what it leaves open is assumed, and noted. */
export function termsOf(request: EconomicsRequest, facts: Facts, notes: Notes): Terms {
  if (request.region !== undefined && request.grid !== undefined) {
    refuse("E-OVER", "--region and --grid both name the electricity.", { flag: "--grid", hint: "Drop one." });
  }
  return {
    pue: request.pue ?? assumed(notes, "pue", PUE, "facility power over IT power"),
    usdPerKwh: request.electricity ?? assumed(notes, "electricity", ELECTRICITY, "USD/kWh"),
    grid: gridOf(request, facts, notes),
    utilisation: request.utilisation ?? OWNED_UTILISATION.value,
    request,
  };
}

function assumed(notes: Notes, key: string, estimate: Estimate, unit: string): number {
  note(notes, key, estimate, unit);
  notes.defaults[key] = estimate.value;
  return estimate.value;
}

/** Lists an estimate among the assumptions of an answer. */
export function note(notes: Notes, key: string, estimate: Estimate, unit?: string): void {
  const [p05, p95] = estimate.interval;
  notes.assumptions.push({
    key,
    value: estimate.value,
    interval: { p05, p95 },
    ...(unit === undefined ? {} : { unit }),
    source: estimate.source,
    ...(estimate.date === undefined ? {} : { date: estimate.date }),
  });
}

function gridOf(request: EconomicsRequest, facts: Facts, notes: Notes): Grid {
  const text = request.region ?? request.grid ?? DEFAULT_GRID;
  const grams = /^([\d.]+)\s*(?:g\/kwh)?$/i.exec(text.trim());
  if (grams !== null) {
    const kgCo2ePerKwh = Number(grams[1]) / 1000;
    return {
      id: "given",
      name: `${grams[1]} g/kWh`,
      kind: "user",
      kgCo2ePerKwh,
      source: "given",
      verified: false,
      alternatives: [],
    };
  }
  const lookup = facts.grid(text);
  if (lookup.found === undefined) {
    const flag = request.region === undefined ? "--grid" : "--region";
    return refuse("E-NAME", `${flag} "${text}" is not a grid of the catalogue.`, {
      flag,
      ...nearestHint(lookup.nearest, "compute-est catalog list grids"),
    });
  }
  const grid = lookup.found;
  notes.assumptions.push({
    key: "carbon intensity",
    value: Number((grid.kgCo2ePerKwh * 1000).toPrecision(6)),
    unit: `gCO2e/kWh (${grid.name})`,
    source: grid.source,
    ...(grid.year === undefined ? {} : { date: String(grid.year) }),
  });
  if (request.region === undefined && request.grid === undefined) notes.defaults.grid = DEFAULT_GRID;
  return grid;
}

/** What chip-time on a machine costs, draws and emits. Absent where a chip has no price or power. */
export interface Bill {
  readonly rentUsd?: Usd;
  readonly rentUsdPerHour?: number;
  readonly rentDate?: string;
  readonly rentSource?: string;
  readonly owned?: {
    readonly chips: Usd;
    readonly servers: Usd;
    readonly network: Usd;
    readonly energy: Usd;
    readonly total: Usd;
  };
  readonly acquisitionUsd?: Usd;
  readonly energy?: Joules;
  readonly watts?: Watts;
  readonly carbon?: KgCo2e;
}

/** The bill of `seconds` on every chip of a machine. */
export function billOf(machine: Machine, seconds: Seconds, terms: Terms): Bill {
  if (machine.parts.length === 0) return {};
  const parts = machine.parts.map((part) => partBill(part, seconds, terms));
  const total = (of: (bill: PartBill) => number | undefined) => sumKnown(parts.map(of));
  const rentUsd = total((bill) => bill.rent);
  const energy = total((bill) => bill.energy);
  const hardware = total(
    (bill) => bill.hardware && bill.hardware.chips + bill.hardware.servers + bill.hardware.network,
  );
  const acquisitionUsd = total((bill) => bill.acquisition);
  const chipHours = (machine.chips * seconds) / HOUR;
  const [first] = parts;
  const energyUsd = energy === undefined ? undefined : (energy / KWH) * terms.usdPerKwh;
  return {
    ...(rentUsd === undefined ? {} : { rentUsd, rentUsdPerHour: rentUsd / chipHours }),
    ...(first?.rentDate === undefined || rentUsd === undefined
      ? {}
      : { rentDate: first.rentDate, rentSource: first.rentSource ?? "" }),
    ...(hardware === undefined || energyUsd === undefined
      ? {}
      : {
          owned: {
            chips: total((bill) => bill.hardware?.chips) ?? 0,
            servers: total((bill) => bill.hardware?.servers) ?? 0,
            network: total((bill) => bill.hardware?.network) ?? 0,
            energy: energyUsd,
            total: hardware + energyUsd,
          },
        }),
    ...(acquisitionUsd === undefined ? {} : { acquisitionUsd }),
    ...(energy === undefined
      ? {}
      : { energy, watts: energy / seconds, carbon: gridCarbon(energy, terms.grid.kgCo2ePerKwh) }),
  };
}

interface PartBill {
  readonly rent?: Usd;
  readonly rentDate?: string;
  readonly rentSource?: string;
  readonly hardware?: { readonly chips: Usd; readonly servers: Usd; readonly network: Usd };
  readonly acquisition?: Usd;
  readonly energy?: Joules;
}

function partBill(part: MachinePart, seconds: Seconds, terms: Terms): PartBill {
  const chipTime = part.count * seconds;
  const rent = rentOf(part.row, terms.request);
  const server = serverPrice(part.row, terms.request);
  const power = serverWatts(part.chip);
  return {
    ...(rent === undefined
      ? {}
      : {
          rent: rentCost(chipTime, rent.usdPerHour / HOUR),
          rentSource: rent.source,
          ...(rent.date === undefined ? {} : { rentDate: rent.date }),
        }),
    ...(server === undefined
      ? {}
      : {
          hardware: ownedCost(chipTime, ownershipOf(server.usd, terms), PRICE_PERFORMANCE_OOM.value),
          acquisition: acquisitionCost(part.count, server.usd, NETWORK_SHARE.value),
        }),
    ...(power === undefined
      ? {}
      : { energy: facilityEnergy(chipTime, power.watts, loadOf(part.chip), terms.pue) }),
  };
}

const loadOf = (chip: Chip): number => trainingLoad(chip).value;

function ownershipOf(serverUsdPerChip: Usd, terms: Terms) {
  return {
    serverUsdPerChip,
    serverRatio: SERVER_COST_RATIO.value,
    age: 0,
    perYear:
      terms.request.life === undefined ? economicRate(PRICE_PERFORMANCE_OOM.value) : 1 / terms.request.life,
    networkShare: NETWORK_SHARE.value,
    utilisation: terms.utilisation,
  };
}

/** Rent of a chip: the user's, else the catalogue's newest median, with its date. */
export function rentOf(
  row: AcceleratorRow,
  request: EconomicsRequest,
): { usdPerHour: number; date?: string; source: string } | undefined {
  if (request.price !== undefined) return { usdPerHour: request.price, source: "given" };
  const quote = rentQuote(row);
  return quote === undefined
    ? undefined
    : { usdPerHour: quote.usd, date: quote.date, source: quote.provider };
}

/** Prices that already hold the chip's share of the server. */
const SERVER_PRICE = /HGX|DGX|rack|server|system|NVL72|-pack/i;

/** Price of a chip with its share of the server: the user's, else the catalogue's, a bare chip's scaled by the usual ratio. */
export function serverPrice(
  row: AcceleratorRow,
  request: EconomicsRequest,
): { usd: Usd; date?: string; source: string } | undefined {
  if (request.capex !== undefined) return { usd: request.capex, source: "given" };
  const quote = purchaseQuote(row);
  if (quote === undefined) return undefined;
  const whole = SERVER_PRICE.test(quote.what);
  const usd = whole ? quote.usd : quote.usd * SERVER_COST_RATIO.value;
  return {
    usd,
    date: quote.date,
    source: whole ? quote.what : `${quote.what} x ${SERVER_COST_RATIO.value} for the server`,
  };
}

function sumKnown(values: readonly (number | undefined)[]): number | undefined {
  let total = 0;
  for (const value of values) {
    if (value === undefined) return undefined;
    total += value;
  }
  return total;
}
