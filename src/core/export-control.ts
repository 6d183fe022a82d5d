import type { BytesPerSecond, FlopPerSecond } from "../units/quantity.ts";
import type { Chip, Precision } from "./chip.ts";

/** US export classification of accelerators, ECCN 3A090. Not legal advice; the rules are as of their dates. */

/** Bits of one operand, by format. */
const BITS: Readonly<Record<Precision, number>> = {
  fp64: 64,
  fp32: 32,
  tf32: 32,
  fp16: 16,
  bf16: 16,
  fp8: 8,
  fp6: 6,
  fp4: 4,
  int8: 8,
};
const TERA = 1e12;

/** Total processing performance: dense TOPS (two per multiply-add) x bit length. [88 FR 73458, technical note 2 to 3A090] */
export const processingPerformance = (peak: FlopPerSecond, bits: number): number => (peak / TERA) * bits;

/** A chip's TPP: the largest over the formats it multiplies in; sparsity does not count. [88 FR 73458, technical note 2] */
export function totalProcessingPerformance(chip: Chip): number {
  let most = 0;
  for (const format in chip.peak) {
    const precision = format as Precision;
    most = Math.max(most, processingPerformance(chip.peak[precision] ?? 0, BITS[precision]));
  }
  return most;
}

/** TPP over the area of all logic dies made on non-planar transistors, mm2; memory dies are left out. [technical note 4] */
export const performanceDensity = (tpp: number, dieMm2: number): number => tpp / dieMm2;

export interface ExportRule {
  readonly id: "3A090.a" | "3A090.b" | "case-by-case";
  readonly text: string;
  readonly source: string;
  /** In force from. */
  readonly date: string;
}

export const EXPORT_RULES: Readonly<Record<"a1" | "a2" | "b1" | "b2" | "caseByCase", ExportRule>> = {
  a1: { id: "3A090.a", text: "TPP>=4800", source: "88 FR 73458", date: "2023-11-17" },
  a2: { id: "3A090.a", text: "TPP>=1600 & PD>=5.92", source: "88 FR 73458", date: "2023-11-17" },
  b1: { id: "3A090.b", text: "2400<=TPP<4800 & 1.6<=PD<5.92", source: "88 FR 73458", date: "2023-11-17" },
  b2: { id: "3A090.b", text: "TPP>=1600 & 3.2<=PD<5.92", source: "88 FR 73458", date: "2023-11-17" },
  caseByCase: {
    id: "case-by-case",
    text: "TPP<21000 & DRAM BW<6500 GB/s",
    source: "91 FR 1684",
    date: "2026-01-15",
  },
};

const TPP_A = 4800;
const TPP_B = 2400;
const TPP_SMALL = 1600;
const PD_A = 5.92;
const PD_B = 1.6;
const PD_B_SMALL = 3.2;
const TPP_CASE = 21_000;
const BANDWIDTH_CASE: BytesPerSecond = 6500e9;

/**
 * Which paragraph catches a part made for data centres; undefined where none does, or where the density it takes is
 * unknown and TPP alone does not decide. Parts not made for data centres are out below 4800 (note 2).
 */
export function exportClass(
  tpp: number,
  density: number | undefined,
  dataCentre = true,
): ExportRule | undefined {
  if (tpp >= TPP_A) return EXPORT_RULES.a1;
  if (!dataCentre || density === undefined || tpp < TPP_SMALL) return undefined;
  if (density >= PD_A) return EXPORT_RULES.a2;
  if (tpp >= TPP_B && density >= PD_B) return EXPORT_RULES.b1;
  return density >= PD_B_SMALL ? EXPORT_RULES.b2 : undefined;
}

/** Whether a part is reviewed case by case rather than presumed denied. [91 FR 1684, effective 2026-01-15] */
export const reviewedCaseByCase = (tpp: number, bandwidth: BytesPerSecond): boolean =>
  tpp < TPP_CASE && bandwidth < BANDWIDTH_CASE;
