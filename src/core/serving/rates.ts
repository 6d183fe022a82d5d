import type { BytesPerSecond, Count, FlopPerSecond } from "../../units/quantity.ts";
import type { Chip } from "../chip.ts";
import type { ServingConstants } from "./constants.ts";

/** What a chip gives a serving engine before the engine's own losses. */
export interface ChipRates {
  /** Best matmul at 16, 8 and 4 bits. */
  readonly matmul16: FlopPerSecond;
  readonly matmul8: FlopPerSecond;
  readonly matmul4: FlopPerSecond;
  /** Best matmul on 8-bit integers. */
  readonly integer8: FlopPerSecond;
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

/** Best matmul over peak where nobody measured one. */
const UNMEASURED = 0.8;
const UNMEASURED_AMD = 0.55;
/** fp8 and fp4 reach this much less of their peak than 16-bit does. [MAMF tables] */
const NARROW = 0.9;
/** FLOP per joule at which cards of low power limit settle: H100 PCIe, A100 PCIe, L40S. [MAMF tables, GEMM tables] */
const FLOP_PER_JOULE: Readonly<Record<string, number>> = { Hopper: 1.135e12, Ampere: 0.843e12, Ada: 1e12 };
const PCIE4_X16: BytesPerSecond = 32e9;
/** PCIe 4.0 x16 less its protocol: what pairs beyond an NVLink bridge see. */
const BEYOND_BRIDGE: BytesPerSecond = 28e9;
const DEFAULT_NIC: BytesPerSecond = 50e9;

/** An integer rate is a matrix unit's where it is at least this multiple of the 16-bit one. */
const INTEGER_UNITS = 1.5;

/** Dense 16-bit peak; where unlisted, half the fp8 or a quarter of the fp4 rate. */
export function peak16(chip: Chip): FlopPerSecond {
  const p = chip.peak;
  const narrow = p.fp8 !== undefined ? p.fp8 / 2 : p.fp4 !== undefined ? p.fp4 / 4 : undefined;
  return p.bf16 ?? p.fp16 ?? narrow ?? p.tf32 ?? p.fp32 ?? 1e12;
}

const isCard = (chip: Chip): boolean => /PCIe|bridge/i.test(chip.scaleUp?.technology ?? "PCIe");

function matmul16(chip: Chip): FlopPerSecond {
  const measured = chip.measuredMatmul.bf16;
  if (measured !== undefined) return measured;
  if (chip.vendor === "AMD") return UNMEASURED_AMD * peak16(chip);
  const unlimited = UNMEASURED * peak16(chip);
  const efficiency = FLOP_PER_JOULE[chip.architecture];
  if (!isCard(chip) || chip.tdp === undefined || efficiency === undefined) return unlimited;
  return Math.min(unlimited, chip.tdp * efficiency);
}

/** Bandwidth and rates of a chip, every unknown filled in. */
export function chipRates(chip: Chip, k: ServingConstants): ChipRates {
  const r16 = matmul16(chip);
  const fraction = r16 / peak16(chip);
  const { fp8, fp4, int8 } = chip.peak;
  const r8 = chip.measuredMatmul.fp8 ?? (fp8 === undefined ? r16 : NARROW * fraction * fp8);
  const r4 = fp4 === undefined ? r8 : NARROW * fraction * fp4;
  const card = isCard(chip);
  const oneWay = chip.scaleUp?.oneWay ?? PCIE4_X16;
  return {
    matmul16: r16,
    matmul8: r8,
    matmul4: r4,
    integer8: int8 !== undefined && int8 >= INTEGER_UNITS * peak16(chip) ? NARROW * fraction * int8 : r8,
    bandwidth: (chip.bandwidth ?? peak16(chip) / 300) * (chip.vendor === "AMD" ? k.amdBandwidth : 1),
    link: oneWay,
    domain: chip.scaleUp?.domain ?? 8,
    overPcie: card,
    bridged: /bridge/i.test(chip.scaleUp?.technology ?? ""),
    nic: chip.nic ?? DEFAULT_NIC,
  };
}

/** Bandwidth between tensor-parallel ranks: own fabric while it holds them, PCIe for cards, the network beyond. */
export function tensorLink(rates: ChipRates, tp: Count): BytesPerSecond {
  if (tp <= rates.domain || (rates.overPcie && !rates.bridged)) return rates.link;
  return rates.bridged ? Math.min(rates.link, BEYOND_BRIDGE) : rates.nic;
}
