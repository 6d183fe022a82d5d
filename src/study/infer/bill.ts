import {
  CHIP_EMBODIED,
  embodiedCarbon,
  gridCarbon,
  SERVER_EMBODIED_PER_CHIP,
  waterUse,
} from "../../core/energy.ts";
import { assume } from "../../core/estimate.ts";
import { boardWatts, serverWattsServing } from "../../core/serving/power.ts";
import { preparePrompt } from "../../core/serving/prefill.ts";
import { SECONDS_PER_HOUR, SECONDS_PER_YEAR } from "../../units/quantity.ts";
import type { Notes } from "../document.ts";
import { billOf, note, type Terms } from "../economics.ts";
import type { Facts } from "../facts.ts";
import { machineOf } from "../machine.ts";
import type { CarbonPart, EnergyPart, InferCost, Prices } from "./result.ts";
import type { Deployment } from "./search.ts";
import type { Site } from "./setup.ts";

const MILLION = 1e6;
/** Life over which the making of hardware is spread. */
const HARDWARE_LIFE = assume(5, [3, 6], "Epoch AI: servers from 2023; EcoLogits 3", "2024");
/** Water evaporated on site, litres per kWh of IT energy. */
const SITE_WATER = assume(0.57, [0.1, 1], "EcoLogits: Microsoft US; AWS 0.13, Google 0.99", "2025");
/** Water of generation where the grid's own is not known, litres per kWh at the meter. */
const GRID_WATER = assume(
  3.91,
  [1.49, 15],
  "EcoLogits electricity mixes: world; nine of ten countries lie between",
  "2025",
);
const waterOf = ({ grid }: Terms): number => grid.waterLitresPerKwh ?? GRID_WATER.value;

/** What a request takes of chip-time, and which of its tokens take it. */
export interface Shares {
  /** Chip-seconds of one request. */
  readonly chipSeconds: number;
  /** Of it: reading new prompt tokens, attending to cached ones, writing. */
  readonly input: number;
  readonly cached: number;
  readonly output: number;
}

/** Splits a request's chip-time by the time its prompt and its decode steps take; attention to a cached prefix is the prefix's. */
export function sharesOf({ prepared, load, times, gpus, throughput, promptShare }: Deployment): Shares {
  const { input, output, cached = 0 } = load;
  const chipSeconds = gpus / (throughput / output);
  const ranks = prepared.setup.layout.dp;
  const prompt = times.promptWork / ranks;
  const fresh = cached > 0 ? preparePrompt(prepared, input - cached).work / ranks : prompt;
  const write = (output * times.gap) / Math.max(1, times.batch);
  const all = prompt + write;
  if (promptShare !== undefined)
    return { chipSeconds, input: promptShare, cached: 0, output: 1 - promptShare };
  return {
    chipSeconds,
    input: Math.min(fresh, prompt) / all,
    cached: Math.max(0, prompt - fresh) / all,
    output: write / all,
  };
}

/** Prices of tokens such that a request of them costs what its chip-time does. */
function pricesOf(shares: Shares, usdPerChipSecond: number, { load }: Deployment): Prices {
  const { input, output, cached = 0 } = load;
  const usd = shares.chipSeconds * usdPerChipSecond * MILLION;
  return {
    usdPerMillionInputTokens: (usd * shares.input) / (input - cached),
    usdPerMillionCachedTokens: cached > 0 ? (usd * shares.cached) / cached : undefined,
    usdPerMillionOutputTokens: (usd * shares.output) / output,
  };
}

/** Money, energy, carbon and water of a deployment, in all and for a request. */
export interface ServingBill {
  readonly cost: InferCost | undefined;
  readonly power: { readonly wattsPerGpu: number; readonly facilityWatts: number } | undefined;
  readonly energy: EnergyPart | undefined;
  readonly carbon: CarbonPart | undefined;
  readonly water: { readonly litresPerRequest: number } | undefined;
}

/** Money, energy, carbon and water of a deployment; undefined where a chip has no price or power. */
export function servingBill(site: Site, found: Deployment, terms: Terms, facts: Facts): ServingBill {
  const { load, gpus, prepared, times } = found;
  const { chip, row } = site.part;
  const shares = sharesOf(found);
  const board = boardWatts(prepared, load, times);
  const server = board === undefined ? undefined : serverWattsServing(chip, board);
  const machine = machineOf(row, 1, facts);
  const bill = billOf(machine, SECONDS_PER_HOUR, terms, () =>
    server === undefined ? undefined : { watts: server, load: 1 },
  );
  const rent = bill.rentUsdPerHour;
  const owned = bill.owned?.total;
  const buying =
    terms.request.price === undefined &&
    (terms.request.capex !== undefined || terms.request.life !== undefined);
  const basis = (buying && owned !== undefined) || rent === undefined ? "owned" : "rent";
  const hourly = basis === "rent" ? rent : owned;
  const rented = rent === undefined ? undefined : pricesOf(shares, rent / SECONDS_PER_HOUR, found);
  const own =
    owned === undefined
      ? undefined
      : { ...pricesOf(shares, owned / SECONDS_PER_HOUR, found), usdPerGpuHour: owned };
  const chosen = basis === "rent" ? rented : own;
  const cost =
    hourly === undefined || chosen === undefined
      ? undefined
      : {
          usdPerMillionInputTokens: chosen.usdPerMillionInputTokens,
          usdPerMillionCachedTokens: chosen.usdPerMillionCachedTokens,
          usdPerMillionOutputTokens: chosen.usdPerMillionOutputTokens,
          basis: basis as InferCost["basis"],
          usdPerGpuHour: hourly,
          usdPerHour: hourly * gpus,
          usdPerRequest: (hourly / SECONDS_PER_HOUR) * shares.chipSeconds,
          priceDate: basis === "rent" ? bill.rentDate : undefined,
          rented,
          owned: own,
        };
  if (board === undefined || server === undefined) {
    return { cost, power: undefined, energy: undefined, carbon: undefined, water: undefined };
  }
  const itJoules = server * shares.chipSeconds;
  const facility = itJoules * terms.pue;
  const joules = board * shares.chipSeconds;
  return {
    cost,
    power: { wattsPerGpu: board, facilityWatts: server * terms.pue * gpus },
    energy: {
      joulesPerOutputToken: joules / load.output,
      joulesPerInputToken: (joules * shares.input) / (load.input - (load.cached ?? 0)),
      whPerRequest: facility / SECONDS_PER_HOUR,
    },
    carbon: carbonOf(facility, shares.chipSeconds, terms),
    water: { litresPerRequest: waterUse(itJoules, terms.pue, SITE_WATER.value, waterOf(terms)) },
  };
}

function carbonOf(facility: number, chipSeconds: number, terms: Terms): CarbonPart {
  const perKwh = terms.grid.kgCo2ePerKwh;
  const life = HARDWARE_LIFE.value * SECONDS_PER_YEAR * terms.utilisation;
  const embodied =
    embodiedCarbon(CHIP_EMBODIED.value + SERVER_EMBODIED_PER_CHIP.value, chipSeconds, life) * 1000;
  const operational = gridCarbon(facility, perKwh) * 1000;
  const grams = operational + embodied;
  return {
    gramsCo2ePerRequest: grams,
    embodiedGramsPerRequest: embodied,
    embodiedShare: embodied / grams,
    gramsPerKwh: perKwh * 1000,
    grid: terms.grid.name,
  };
}

/** Lists what a litre rests on among the assumptions. */
export function noteWater({ grid }: Terms, notes: Notes): void {
  note(notes, "water on site", SITE_WATER, "L/kWh of IT");
  if (grid.waterLitresPerKwh === undefined) note(notes, "water of generation", GRID_WATER, "L/kWh");
  else
    notes.assumptions.push({
      key: "water of generation",
      value: grid.waterLitresPerKwh,
      unit: `L/kWh (${grid.name})`,
      source: "EcoLogits electricity mixes",
    });
}
