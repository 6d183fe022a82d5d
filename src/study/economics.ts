import type { Grid } from "../catalog/grids.ts";
import type { Chip } from "../core/chip.ts";
import { facilityEnergy, gridCarbon, PUE, serverWatts, trainingLoad } from "../core/energy.ts";
import type { Estimate } from "../core/estimate.ts";
import {
  acquisitionCost,
  ELECTRICITY,
  economicRate,
  OWNED_UTILISATION,
  type Ownership,
  ownedCost,
  PRICE_PERFORMANCE_OOM,
  rentCost,
} from "../core/money.ts";
import { refuse } from "../units/problem.ts";
import {
  JOULES_PER_KWH,
  type Joules,
  type KgCo2e,
  SECONDS_PER_HOUR,
  type Seconds,
  type Usd,
  type Watts,
} from "../units/quantity.ts";
import type { Notes } from "./document.ts";
import type { Facts } from "./facts.ts";
import { type Machine, type MachinePart, nearestHint } from "./machine.ts";
import { rentOf, type ServerPrice, serverPrice } from "./prices.ts";

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
    ...(estimate.measurements === undefined ? {} : { measurements: estimate.measurements }),
  });
}

/** `100 to 400`, `100..400 g/kWh`, `250±50` */
const RANGE_OF_GRAMS = /^\s*[\d.]*\d\s*(?:g\/kwh)?\s*(?:\.\.|\bto\b|±|\+-|\+\/-)\s*[\d.]/i;

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
    if (RANGE_OF_GRAMS.test(text))
      refuse("E-RANGE", `${flag} takes one value, and "${text}" is a range.`, {
        flag,
        hint: "Ask for each end: --grid 100, --grid 400.",
      });
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

/** What chip-time on a machine costs, draws and emits; undefined where a chip has no price or power. */
export interface Bill {
  readonly rentUsd: Usd | undefined;
  readonly rentUsdPerHour: number | undefined;
  readonly rentDate: string | undefined;
  readonly rentSource: string | undefined;
  readonly owned: OwnedBill | undefined;
  readonly acquisitionUsd: Usd | undefined;
  readonly energy: Joules | undefined;
  readonly watts: Watts | undefined;
  readonly carbon: KgCo2e | undefined;
}

export interface OwnedBill {
  readonly chips: Usd;
  readonly servers: Usd;
  readonly network: Usd;
  readonly energy: Usd;
  readonly total: Usd;
}

/** What a chip's share of its server draws: its nameplate, and the mean load on it. */
export type Draw = (chip: Chip) => { readonly watts: Watts; readonly load: number } | undefined;

/** The bill of `seconds` on every chip of a machine, at the load of training unless another is given. */
export function billOf(machine: Machine, seconds: Seconds, terms: Terms, draw: Draw = trainingDraw): Bill {
  const parts = machine.parts.map((part) => partBill(part, seconds, terms, draw));
  const chipHours = (machine.chips * seconds) / SECONDS_PER_HOUR;
  const rentUsd = sumKnown(parts, "rent");
  const energy = sumKnown(parts, "energy");
  return {
    rentUsd,
    rentUsdPerHour: rentUsd === undefined ? undefined : rentUsd / chipHours,
    rentDate: parts[0]?.rentDate,
    rentSource: parts[0]?.rentSource,
    owned: ownedBill(parts, energy, terms),
    acquisitionUsd: sumKnown(parts, "acquisition"),
    energy,
    watts: energy === undefined ? undefined : energy / seconds,
    carbon: energy === undefined ? undefined : gridCarbon(energy, terms.grid.kgCo2ePerKwh),
  };
}

function ownedBill(
  parts: readonly PartBill[],
  energy: Joules | undefined,
  terms: Terms,
): OwnedBill | undefined {
  const chips = sumKnown(parts, "chips");
  const servers = sumKnown(parts, "servers");
  const network = sumKnown(parts, "network");
  if (chips === undefined || servers === undefined || network === undefined || energy === undefined)
    return undefined;
  const electricity = (energy / JOULES_PER_KWH) * terms.usdPerKwh;
  return { chips, servers, network, energy: electricity, total: chips + servers + network + electricity };
}

interface PartBill {
  readonly rent: Usd | undefined;
  readonly rentDate: string | undefined;
  readonly rentSource: string | undefined;
  readonly chips: Usd | undefined;
  readonly servers: Usd | undefined;
  readonly network: Usd | undefined;
  readonly acquisition: Usd | undefined;
  readonly energy: Joules | undefined;
}

function partBill(part: MachinePart, seconds: Seconds, terms: Terms, draw: Draw): PartBill {
  const chipTime = part.count * seconds;
  const rent = rentOf(part, terms.request);
  const server = serverPrice(part, terms.request);
  const power = draw(part.chip);
  const owned =
    server === undefined
      ? undefined
      : ownedCost(chipTime, ownershipOf(server, terms), PRICE_PERFORMANCE_OOM.value);
  return {
    rent: rent === undefined ? undefined : rentCost(chipTime, rent.usdPerHour / SECONDS_PER_HOUR),
    rentDate: rent?.date,
    rentSource: rent?.source,
    chips: owned?.chips,
    servers: owned?.servers,
    network: owned?.network,
    acquisition:
      server === undefined ? undefined : acquisitionCost(part.count, server.usd, server.networkShare),
    energy: power === undefined ? undefined : facilityEnergy(chipTime, power.watts, power.load, terms.pue),
  };
}

function trainingDraw(chip: Chip): ReturnType<Draw> {
  const server = serverWatts(chip);
  return server === undefined ? undefined : { watts: server.watts, load: trainingLoad(chip).value };
}

function ownershipOf(server: ServerPrice, terms: Terms): Ownership {
  return {
    serverUsdPerChip: server.usd,
    serverRatio: server.usd / server.chipUsd,
    age: 0,
    perYear:
      terms.request.life === undefined ? economicRate(PRICE_PERFORMANCE_OOM.value) : 1 / terms.request.life,
    networkShare: server.networkShare,
    utilisation: terms.utilisation,
  };
}

type Figures = {
  [Key in keyof PartBill]: PartBill[Key] extends number | undefined ? Key : never;
}[keyof PartBill];

/** A sum over parts; unknown as soon as one part is, or where there is none. */
function sumKnown(parts: readonly PartBill[], key: Figures): number | undefined {
  let total = 0;
  for (const part of parts) {
    const value = part[key];
    if (value === undefined) return undefined;
    total += value;
  }
  return parts.length === 0 ? undefined : total;
}
