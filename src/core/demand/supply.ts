import type { Count, FlopPerSecond, Ratio, Usd, Watts } from "../../units/quantity.ts";
import type { Chip } from "../chip.ts";

/** Accelerators known to exist. */
export interface ChipStock {
  readonly id: string;
  readonly name: string;
  readonly units: Count;
  /** In H100 of the same dense 8-bit rate. */
  readonly h100e: Count;
  readonly h100eInterval?: readonly [low: Count, high: Count];
  readonly power: Watts;
  /** Shipped by. */
  readonly through: string;
  readonly source: string;
}

const EPOCH = "Epoch AI, ai-chip-counts (MIT)";

export const CHIP_STOCKS: readonly ChipStock[] = [
  {
    id: "nvidia",
    name: "NVIDIA accelerators shipped since 2022",
    units: 10_477_887,
    h100e: 13_659_258,
    h100eInterval: [11_899_055, 15_548_902],
    power: 8562e6,
    through: "2025-12-31",
    source: EPOCH,
  },
  {
    id: "tpu",
    name: "Google TPUs",
    units: 6_136_449,
    h100e: 3_812_878,
    power: 2223e6,
    through: "2025-12-31",
    source: EPOCH,
  },
  {
    id: "china",
    name: "NVIDIA accelerators owned in China",
    units: 1_805_354,
    h100e: 401_698,
    power: 756.98e6,
    through: "2025-12-31",
    source: EPOCH,
  },
];

/** One site whose chips, power and capital are all known: a yardstick. */
export const COLOSSUS: {
  readonly date: string;
  readonly h100e: Count;
  readonly power: Watts;
  readonly capital: Usd;
  readonly source: string;
} = {
  date: "2024-09-02",
  h100e: 100_000,
  power: 181e6,
  capital: 4.7e9,
  source: "Epoch AI, ai-chip-counts (MIT), xAI timeline",
};

/** Dense 8-bit rate of an H100 SXM. */
const H100_EIGHT_BIT: FlopPerSecond = 1979e12;

/** H100 that one chip stands for by its dense 8-bit rate; undefined where the chip has no known rate. */
export function h100Equivalent(chip: Chip): Ratio | undefined {
  const { fp8, int8, bf16, fp16 } = chip.peak;
  const eight = fp8 ?? int8 ?? bf16 ?? fp16;
  return eight === undefined ? undefined : h100EquivalentOfRate(eight);
}

/** H100 that stand for a dense 8-bit rate. */
export const h100EquivalentOfRate = (eightBit: FlopPerSecond): Ratio => eightBit / H100_EIGHT_BIT;

/** World stock that a need is held against: all shipped NVIDIA parts and TPUs. */
export const WORLD_H100E: Count = CHIP_STOCKS[0]!.h100e + CHIP_STOCKS[1]!.h100e;
export const WORLD_THROUGH = CHIP_STOCKS[0]!.through;

/** A need as a share of the chips known to exist; above 1 it asks for more than there are. */
export const shareOfStock = (h100e: Count, stock: Count = WORLD_H100E): Ratio => h100e / stock;
