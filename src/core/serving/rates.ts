import type { BytesPerSecond, Count, FlopPerSecond } from "../../units/quantity.ts";
import type { Chip } from "../chip.ts";
import { densePeak, linksOf, matmulFraction, memoryBandwidth } from "../hardware.ts";
import type { ServingConstants } from "./constants.ts";

/** What a chip gives a serving engine before the engine's own losses. */
export interface ChipRates {
  /** Best matmul at 16, 8 and 4 bits, and on 8-bit integers. */
  readonly matmul16: FlopPerSecond;
  readonly matmul8: FlopPerSecond;
  readonly matmul4: FlopPerSecond;
  readonly integer8: FlopPerSecond;
  /** What attention over long prompts reaches: parts with asynchronous copies keep their matrix units fed. */
  readonly attention: FlopPerSecond;
  /** Peak memory bandwidth that software can use. */
  readonly bandwidth: BytesPerSecond;
  /** One-way bandwidth between two chips of one fabric, and its size. */
  readonly link: BytesPerSecond;
  readonly domain: Count;
  /** Cards that talk over PCIe, or over a bridge between two of them. */
  readonly overPcie: boolean;
  readonly bridged: boolean;
  readonly nic: BytesPerSecond;
}

/** FLOP per joule at which cards of low power limit settle: H100 PCIe, A100 PCIe, L40S. [MAMF tables, GEMM tables] */
const FLOP_PER_JOULE: Readonly<Record<string, number>> = { Hopper: 1.135e12, Ampere: 0.843e12, Ada: 1e12 };
/** Attention over matmul on other parts. [attention tables: A100 0.55 where H100, B200, L40S reach 0.83 to 1.0] */
const UNFED = 0.6;
const FED = /^(Ada|Hopper|Blackwell|Rubin|TPU)/;
const PCIE4_X16: BytesPerSecond = 32e9;
/** PCIe 4.0 x16 less its protocol: what pairs beyond an NVLink bridge see. */
const BEYOND_BRIDGE: BytesPerSecond = 28e9;
/** An integer rate is a matrix unit's where it is at least this multiple of the 16-bit one. */
const INTEGER_UNITS = 1.5;

const isCard = (chip: Chip): boolean => /PCIe|bridge/i.test(chip.scaleUp?.technology ?? "PCIe");

/** Sustained power limit of a card, relative to its best matmul; 1 where nothing limits it or it was measured. */
function powerLimited(chip: Chip, best: FlopPerSecond): number {
  const efficiency = FLOP_PER_JOULE[chip.architecture];
  const free = chip.measuredMatmul.bf16 !== undefined || !isCard(chip);
  if (free || chip.tdp === undefined || efficiency === undefined) return 1;
  return Math.min(1, (chip.tdp * efficiency) / best);
}

/** Bandwidth and rates of a chip, every unknown filled in. */
export function chipRates(chip: Chip, k: ServingConstants): ChipRates {
  const peak16 = densePeak(chip, 16);
  const fraction = matmulFraction(chip, 16);
  const limit = powerLimited(chip, fraction * peak16);
  const matmul8 = limit * matmulFraction(chip, 8) * densePeak(chip, 8);
  const { int8 } = chip.peak;
  const links = linksOf(chip);
  return {
    matmul16: limit * fraction * peak16,
    matmul8,
    matmul4: limit * matmulFraction(chip, 4) * densePeak(chip, 4),
    integer8: int8 !== undefined && int8 >= INTEGER_UNITS * peak16 ? limit * fraction * int8 : matmul8,
    attention: limit * fraction * peak16 * (FED.test(chip.architecture) ? 1 : UNFED),
    bandwidth: memoryBandwidth(chip) * (chip.vendor === "AMD" ? k.amdBandwidth : 1),
    link: chip.scaleUp?.oneWay ?? PCIE4_X16,
    domain: links.domain,
    overPcie: isCard(chip),
    bridged: /bridge/i.test(chip.scaleUp?.technology ?? ""),
    nic: links.nic,
  };
}

/** Bandwidth between tensor-parallel ranks: own fabric while it holds them, PCIe for cards, the network beyond. */
export function tensorLink(rates: ChipRates, tp: Count): BytesPerSecond {
  if (tp <= rates.domain || (rates.overPcie && !rates.bridged)) return rates.link;
  return rates.bridged ? Math.min(rates.link, BEYOND_BRIDGE) : rates.nic;
}
