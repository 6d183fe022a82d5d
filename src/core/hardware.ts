import type { BytesPerSecond, Count, FlopPerSecond, Ratio } from "../units/quantity.ts";
import type { Chip } from "./chip.ts";
import { assume, type Estimate } from "./estimate.ts";

/** Widths a training matmul runs in; attention and logits always take 16. */
export type MatmulBits = 32 | 16 | 8 | 4;

/** Best matmul over dense peak where nobody measured one. */
export const UNMEASURED_MATMUL = assume(0.75, [0.5, 0.92], "median of 15 measured chips", "2026");
/** Best FP4 matmul over dense peak, relative to the FP8 fraction. */
export const FP4_OVER_FP8 = assume(0.7, [0.6, 0.8], "GB200 and B200 FP4 GEMM tables", "2026");
/** One-way network bytes/s of a chip whose reference system is unknown, for chips of 2022 and later and before. */
export const DEFAULT_NIC = assume(
  50e9,
  [12.5e9, 100e9],
  "400 Gb/s per chip: reference servers of 2022-25",
  "2025",
);
export const DEFAULT_NIC_BEFORE_2022 = assume(25e9, [6e9, 25e9], "200 Gb/s per chip: DGX A100 class", "2020");
/** Servers hold eight chips where nothing else is known. */
const DEFAULT_DOMAIN = 8;

/** Dense matmul peak at a width; widths the chip lacks fall back to the next wider one it has. */
export function densePeak(chip: Chip, bits: MatmulBits): FlopPerSecond {
  const p = chip.peak;
  const sixteen = p.bf16 ?? p.fp16 ?? (p.fp8 ? p.fp8 / 2 : p.fp4 ? p.fp4 / 4 : (p.tf32 ?? p.fp32 ?? 1e12));
  if (bits === 32) return p.tf32 ?? p.fp32 ?? sixteen / 2;
  if (bits === 16) return sixteen;
  const eight = p.fp8 ?? sixteen;
  return bits === 8 ? eight : (p.fp4 ?? eight);
}

/** Best measured matmul over dense peak, and whether it was measured on this chip. */
export function matmulFraction(chip: Chip, bits: MatmulBits): Ratio {
  const { bf16, fp8 } = chip.measuredMatmul;
  const sixteen = bf16 === undefined ? UNMEASURED_MATMUL.value : bf16 / densePeak(chip, 16);
  if (bits >= 16) return Math.min(1, sixteen);
  const eight = fp8 === undefined ? sixteen : fp8 / densePeak(chip, 8);
  return Math.min(1, bits === 8 ? eight : eight * (chip.peak.fp4 === undefined ? 1 : FP4_OVER_FP8.value));
}

export const matmulMeasured = (chip: Chip): boolean => chip.measuredMatmul.bf16 !== undefined;

/** Clock a power-limited chip can hold, relative to its burst: dynamic power grows with the cube of the clock. */
export function powerFactor(chip: Chip, knee: number): Ratio {
  if (chip.tdp === undefined) return 1;
  return Math.min(1, (chip.tdp / densePeak(chip, 16) / (knee * 1e-12)) ** (1 / 3));
}

/** Links of a chip with every unknown filled in; `assumed` names what was. */
export interface Links {
  readonly scaleUp: BytesPerSecond;
  readonly domain: Count;
  readonly nic: BytesPerSecond;
  readonly assumed: readonly ("scale-up" | "domain" | "nic")[];
}

export function linksOf(chip: Chip): Links {
  const assumed: ("scale-up" | "domain" | "nic")[] = [];
  const fallback: Estimate = chip.year >= 2022 ? DEFAULT_NIC : DEFAULT_NIC_BEFORE_2022;
  if (chip.nic === undefined) assumed.push("nic");
  const nic = chip.nic ?? fallback.value;
  if (chip.scaleUp === undefined) assumed.push("scale-up");
  const scaleUp = chip.scaleUp?.oneWay ?? nic;
  if (chip.scaleUp !== undefined && chip.scaleUp.domain === undefined) assumed.push("domain");
  const domain = chip.scaleUp === undefined ? 1 : (chip.scaleUp.domain ?? DEFAULT_DOMAIN);
  return { scaleUp, domain, nic, assumed };
}

/** Datasheet memory bandwidth; a chip without one is taken at one byte per 300 dense FLOP, the ratio of recent parts. */
export const memoryBandwidth = (chip: Chip): BytesPerSecond =>
  chip.bandwidth ?? densePeak(chip, 16) / BALANCE_OF_RECENT_PARTS;
const BALANCE_OF_RECENT_PARTS = 300;
