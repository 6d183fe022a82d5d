import type { BytesPerSecond, Count, FlopPerSecond, Ratio } from "../units/quantity.ts";
import type { Chip } from "./chip.ts";
import { assume, type Estimate } from "./estimate.ts";

/** Widths a training matmul runs in; attention and logits always take 16. */
export type MatmulBits = 32 | 16 | 8 | 4;

/** Dense matmul peak at a width; a width the chip lacks falls back to the next wider one it has. */
export function densePeak(chip: Chip, bits: MatmulBits): FlopPerSecond {
  const p = chip.peak;
  const sixteen = p.bf16 ?? p.fp16 ?? sixteenFromOthers(chip);
  if (bits === 32) return p.tf32 ?? p.fp32 ?? sixteen / 2;
  if (bits === 16) return sixteen;
  const eight = p.fp8 ?? sixteen;
  return bits === 8 ? eight : (p.fp4 ?? eight);
}

/** Each halving of the operand width doubles the rate on every part that has both. */
function sixteenFromOthers({ peak }: Chip): FlopPerSecond {
  if (peak.fp8 !== undefined) return peak.fp8 / 2;
  if (peak.fp4 !== undefined) return peak.fp4 / 4;
  if (peak.int8 !== undefined) return peak.int8 / 2;
  return peak.tf32 ?? peak.fp32 ?? UNKNOWN_PEAK;
}

/** A modest card, for a record that states no rate at all. */
const UNKNOWN_PEAK: FlopPerSecond = 10e12;

/** Best measured matmul over dense peak for parts nobody measured, from parts of the same architecture, at their watts per dense 16-bit FLOP/s. */
interface ArchitectureMatmul {
  readonly fraction: Estimate;
  readonly wattsPerFlop: number;
}

const MAMF = "maximum achievable matmul of measured parts of this architecture (ml-engineering)";
const MATMUL_BY_ARCHITECTURE: Readonly<Record<string, ArchitectureMatmul>> = {
  Volta: { fraction: assume(0.75, [0.6, 0.85], "cuBLAS on V100 SXM2", "2018"), wattsPerFlop: 2.4e-12 },
  Turing: { fraction: assume(0.75, [0.55, 0.85], "as Volta"), wattsPerFlop: 2.4e-12 },
  Ampere: { fraction: assume(0.869, [0.78, 0.93], MAMF, "2025"), wattsPerFlop: 1.28e-12 },
  Ada: { fraction: assume(0.73, [0.6, 0.9], "GEMM tables of the L40S", "2026"), wattsPerFlop: 0.97e-12 },
  Hopper: { fraction: assume(0.803, [0.72, 0.88], MAMF, "2025"), wattsPerFlop: 0.708e-12 },
  Blackwell: { fraction: assume(0.776, [0.68, 0.85], MAMF, "2025"), wattsPerFlop: 0.444e-12 },
  "Blackwell Ultra": { fraction: assume(0.786, [0.68, 0.85], MAMF, "2025"), wattsPerFlop: 0.489e-12 },
  CDNA2: { fraction: assume(0.7, [0.5, 0.85], "between Ampere and CDNA3"), wattsPerFlop: 1.46e-12 },
  CDNA3: { fraction: assume(0.55, [0.45, 0.7], MAMF, "2025"), wattsPerFlop: 0.66e-12 },
  CDNA4: { fraction: assume(0.622, [0.5, 0.75], MAMF, "2025"), wattsPerFlop: 0.556e-12 },
  CDNA5: { fraction: assume(0.622, [0.45, 0.8], "as CDNA4"), wattsPerFlop: 0.556e-12 },
  TPU: {
    fraction: assume(
      0.9,
      [0.75, 0.96],
      "statically scheduled systolic arrays; MaxText utilisation with recompute",
      "2024",
    ),
    wattsPerFlop: 1.15e-12,
  },
};
/** Where the architecture is unknown too. */
const UNMEASURED_MATMUL = assume(0.75, [0.5, 0.92], "median of 15 measured chips", "2026");
const UNMEASURED: ArchitectureMatmul = { fraction: UNMEASURED_MATMUL, wattsPerFlop: 0.8e-12 };
/** How the fraction grows with power per FLOP/s: slope over the measured parts from B200 (0.44 W/TFLOP/s) to Gaudi 2 (1.39). */
const FRACTION_BY_POWER = 0.15;
const HIGHEST_FRACTION: Ratio = 0.95;
/** Power says little of parts whose architecture is unknown. */
const HIGHEST_UNKNOWN: Ratio = 0.8;
/** Best FP4 matmul over dense peak, relative to the FP8 fraction. */
const FP4_OVER_FP8 = assume(0.7, [0.6, 0.8], "GB200 and B200 FP4 GEMM tables", "2026");
/** Best FP8 matmul over dense peak, relative to the 16-bit fraction, where only the latter is known. */
const FP8_OVER_16 = assume(0.93, [0.85, 1], "MAMF of H100, H200, GH200, B200, GB200 in both widths", "2025");

/** Best 16-bit matmul over dense peak: measured, or that of its architecture at its own power per FLOP/s. */
function matmulFraction16(chip: Chip): Ratio {
  const peak = densePeak(chip, 16);
  const measured = chip.measuredMatmul.bf16;
  if (measured !== undefined) return Math.min(1, measured / peak);
  const known = MATMUL_BY_ARCHITECTURE[chip.architecture];
  const { fraction, wattsPerFlop } = known ?? UNMEASURED;
  const power = chip.tdp === undefined ? 1 : (chip.tdp / peak / wattsPerFlop) ** FRACTION_BY_POWER;
  return Math.min(known === undefined ? HIGHEST_UNKNOWN : HIGHEST_FRACTION, fraction.value * power);
}

/** Best measured matmul over dense peak at a width. */
export function matmulFraction(chip: Chip, bits: MatmulBits): Ratio {
  const sixteen = matmulFraction16(chip);
  if (bits >= 16 || chip.peak.fp8 === undefined) return sixteen;
  const { fp8 } = chip.measuredMatmul;
  const eight = fp8 === undefined ? sixteen * FP8_OVER_16.value : Math.min(1, fp8 / densePeak(chip, 8));
  return bits === 8 || chip.peak.fp4 === undefined ? eight : eight * FP4_OVER_FP8.value;
}

/** Whether the matmul rate of a chip was measured, on it or on a sibling of the same architecture. */
export const matmulBasis = (chip: Chip): "measured" | "sibling" | "default" =>
  chip.measuredMatmul.bf16 !== undefined
    ? "measured"
    : chip.architecture in MATMUL_BY_ARCHITECTURE
      ? "sibling"
      : "default";

/** Clock a power-limited chip can hold, relative to its burst: dynamic power grows with the cube of the clock. */
export function powerFactor(chip: Chip, wattsPerFlop: number): Ratio {
  return chip.tdp === undefined ? 1 : Math.min(1, Math.cbrt(chip.tdp / densePeak(chip, 16) / wattsPerFlop));
}

/** One-way network bytes/s of a chip whose reference system is unknown, for chips of 2022 and later and before. */
const DEFAULT_NIC = assume(50e9, [12.5e9, 100e9], "400 Gb/s per chip: reference servers of 2022-25", "2025");
const DEFAULT_NIC_BEFORE_2022 = assume(25e9, [6e9, 25e9], "200 Gb/s per chip: DGX A100 class", "2020");
/** A card in a workstation: its share of one 100 Gb/s adapter. */
const DEFAULT_NIC_WORKSTATION = assume(3e9, [1e9, 12.5e9], "25 Gb/s per card", "2024");
/** Servers hold eight chips where nothing else is known. */
const DEFAULT_DOMAIN: Count = 8;
/** Share of a card's PCIe rate that a ring through the host's root complexes keeps. */
const PCIE_SHARE = assume(
  0.35,
  [0.15, 0.6],
  "assumed: eight cards share the root complexes of their host; no shipped measurement tells",
  "2026",
);

/** Links of a chip with every unknown filled in; `assumed` names what was. */
export interface Links {
  readonly scaleUp: BytesPerSecond;
  readonly domain: Count;
  readonly nic: BytesPerSecond;
  /** Independent rings of the fabric: a collective over one axis of a torus uses its share of the links. 1 where switched. */
  readonly axes: Count;
  readonly assumed: readonly ("scale-up" | "domain" | "nic")[];
}

/** Links of a chip, bytes/s one way; what its row does not say is assumed, and named. */
export function linksOf(chip: Chip): Links {
  const assumed: ("scale-up" | "domain" | "nic")[] = [];
  const { scaleUp } = chip;
  if (chip.nic === undefined) assumed.push("nic");
  if (scaleUp === undefined) assumed.push("scale-up");
  else if (scaleUp.domain === undefined) assumed.push("domain");
  const nic = chip.nic ?? nicByDefault(chip);
  // cards without a link of their own meet over the host
  const overHost = scaleUp !== undefined && /PCIe/i.test(scaleUp.technology);
  const rate = overHost ? scaleUp.oneWay * PCIE_SHARE.value : (scaleUp?.oneWay ?? nic);
  return {
    scaleUp: rate,
    domain: overHost ? DEFAULT_DOMAIN : scaleUp === undefined ? 1 : (scaleUp.domain ?? DEFAULT_DOMAIN),
    nic: Math.min(nic, rate),
    axes: torusAxes(scaleUp?.technology),
    assumed,
  };
}

const nicByDefault = (chip: Chip): BytesPerSecond =>
  chip.kind !== "datacenter"
    ? DEFAULT_NIC_WORKSTATION.value
    : chip.year >= 2022
      ? DEFAULT_NIC.value
      : DEFAULT_NIC_BEFORE_2022.value;

const torusAxes = (technology: string | undefined): Count => {
  const found = technology === undefined ? null : /(\d)D torus/.exec(technology);
  return found === null ? 1 : Number(found[1]);
};

/** Datasheet memory bandwidth; a chip without one is taken at the FLOP per byte of recent parts. */
export const memoryBandwidth = (chip: Chip): BytesPerSecond =>
  chip.bandwidth ?? densePeak(chip, 16) / FLOP_PER_BYTE_OF_RECENT_PARTS;
const FLOP_PER_BYTE_OF_RECENT_PARTS = 300;
