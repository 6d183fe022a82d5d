import type { Chip, Precision } from "./chip.ts";

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

/**
 * Total processing performance: 2 x MacTOPS x bit length, dense, the largest over the formats; a peak here already counts a
 * multiply-add as two. The US threshold of ECCN 3A090.a is 4800. [15 CFR part 774, supplement 1, 3A090 note 2, 2023-10]
 */
export function totalProcessingPerformance(chip: Chip): number {
  let most = 0;
  for (const format in chip.peak) {
    const precision = format as Precision;
    most = Math.max(most, ((chip.peak[precision] ?? 0) / 1e12) * BITS[precision]);
  }
  return most;
}
