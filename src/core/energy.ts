import {
  type Count,
  JOULES_PER_KWH,
  type Joules,
  type KgCo2e,
  type Litres,
  type Ratio,
  type Seconds,
  type Usd,
  type Watts,
} from "../units/quantity.ts";
import type { Chip } from "./chip.ts";
import { assume, type Estimate } from "./estimate.ts";

/** Server nameplate power over chip TDP, where the server itself is not in the catalogue. */
const SERVER_POWER_RATIO = assume(
  1.8,
  [1.5, 2.05],
  "Epoch AI, training-cost-trends, chips beyond its table",
  "2024",
);
/** Mean power of a training server over its nameplate. */
export const TRAINING_LOAD = assume(
  0.75,
  [0.6, 0.85],
  "Epoch AI, training-cost-trends: GPU servers in training",
  "2024",
);
const TRAINING_LOAD_TPU = assume(
  0.43,
  [0.35, 0.6],
  "Epoch AI, training-cost-trends: TPU servers in training",
  "2024",
);
/** Facility power over IT power. */
export const PUE = assume(
  1.2,
  [1.1, 1.3],
  "hyperscale fleets report 1.08-1.18, others 1.25-1.54 (operators' reports)",
  "2024",
);
/** Embodied carbon of one H100-class accelerator with its memory, package and board. */
export const CHIP_EMBODIED: Estimate = assume(
  164,
  [100, 250],
  "NVIDIA HGX H100 product carbon footprint, through EcoLogits",
  "2025",
);
/** Embodied carbon of an 8-chip server without its accelerators, a chip. */
export const SERVER_EMBODIED_PER_CHIP: Estimate = assume(
  5700 / 8,
  [400, 1000],
  "BoaviztAPI p5.48xlarge, through EcoLogits",
  "2025",
);

/** Watts of server nameplate that one chip stands for: the catalogued server's, else TDP x the usual ratio. */
export function serverWatts(chip: Chip): { watts: Watts; source: string } | undefined {
  if (chip.systemPowerPerChip !== undefined)
    return { watts: chip.systemPowerPerChip, source: "nameplate of the catalogued system" };
  if (chip.tdp === undefined) return undefined;
  return {
    watts: chip.tdp * SERVER_POWER_RATIO.value,
    source: `TDP x ${SERVER_POWER_RATIO.value} (${SERVER_POWER_RATIO.source})`,
  };
}

/** Mean load of a chip's server in training. */
export const trainingLoad = (chip: Chip): Estimate =>
  /^tpu/i.test(chip.architecture) || chip.id.startsWith("tpu") ? TRAINING_LOAD_TPU : TRAINING_LOAD;

/** Energy at the meter: chip-time x server nameplate x load x PUE. [Epoch AI 2024, training-cost-trends; Patterson 2021] */
export const facilityEnergy = (chipTime: Seconds, watts: Watts, load: Ratio, pue: Ratio): Joules =>
  chipTime * watts * load * pue;

/** Emissions of electricity from its grid's intensity. [Patterson 2021, section 2.5] */
export const gridCarbon = (energy: Joules, kgPerKwh: number): KgCo2e => (energy / JOULES_PER_KWH) * kgPerKwh;

/** Share of the hardware's own manufacture that a run of this length uses up. [LLMCarbon, arXiv:2309.14393] */
export const embodiedCarbon = (perChip: KgCo2e, chipTime: Seconds, life: Seconds): KgCo2e =>
  (perChip * chipTime) / life;

/** Embodied carbon by die area, memory and parts: sum of amount x intensity. [LLMCarbon, arXiv:2309.14393, table 5] */
export const partsCarbon = (
  parts: readonly { readonly amount: number; readonly kgPerUnit: KgCo2e; readonly count: Count }[],
): KgCo2e => parts.reduce((sum, part) => sum + part.amount * part.kgPerUnit * part.count, 0);

/** Water of cooling on site and of the electricity's generation, added as EcoLogits does. */
export const waterUse = (
  itEnergy: Joules,
  pue: Ratio,
  onsiteLitresPerKwh: number,
  gridLitresPerKwh: number,
): Litres => (itEnergy / JOULES_PER_KWH) * (onsiteLitresPerKwh + pue * gridLitresPerKwh);

/** What electricity costs. */
export const energyCost = (energy: Joules, usdPerJoule: number): Usd => energy * usdPerJoule;
