import type { Chip, Precision } from "../core/chip.ts";
import { GIB } from "../units/quantity.ts";
import type { AcceleratorRow } from "./rows.ts";

const BITS_PER_BYTE = 8;
const PRECISIONS: readonly Precision[] = [
  "fp64",
  "fp32",
  "tf32",
  "fp16",
  "bf16",
  "fp8",
  "fp6",
  "fp4",
  "int8",
];

/**
 * A row in base units. The memory label is printed in GB but counts GiB, as the parts do; bandwidths are decimal; the
 * scale-up figure of the row adds both directions.
 */
export function chipOf(row: AcceleratorRow): Chip {
  const { scale_up: link, memory, measured_matmul_tflops: measured } = row;
  const bandwidth = memory?.bandwidth_gbs;
  const nic = row.scale_out?.nic_gbps_per_chip;
  return {
    id: row.id,
    name: row.name,
    vendor: row.vendor,
    architecture: row.arch,
    year: row.year,
    kind: row.kind,
    peak: peaks(row),
    measuredMatmul: {
      ...(measured?.bf16 ? { bf16: tera(measured.bf16) } : {}),
      ...(measured?.fp8 ? { fp8: tera(measured.fp8) } : {}),
    },
    ...(memory?.capacity_gb ? { memory: memory.capacity_gb * GIB } : {}),
    ...(bandwidth ? { bandwidth: giga(bandwidth) } : {}),
    ...(row.kind === "datacenter" && /^GDDR/.test(memory?.type ?? "") ? { inlineEcc: true } : {}),
    ...(link?.bw_bidir_gbs
      ? {
          scaleUp: {
            technology: link.tech ?? "unknown",
            oneWay: giga(link.bw_bidir_gbs / 2),
            ...(link.domain ? { domain: link.domain } : {}),
          },
        }
      : {}),
    ...(nic ? { nic: giga(nic / BITS_PER_BYTE) } : {}),
    ...(row.tdp_w ? { tdp: row.tdp_w } : {}),
    ...(row.die_mm2 ? { dieMm2: row.die_mm2 } : {}),
    ...(row.system_power
      ? { systemPowerPerChip: (row.system_power.system_kw * 1000) / row.system_power.chips }
      : {}),
  };
}

/** Dense matrix rates; fp64 takes the matrix rate where the row has one. */
function peaks(row: AcceleratorRow): Chip["peak"] {
  const rates: Partial<Record<Precision, number>> = {};
  for (const precision of PRECISIONS) {
    const tflops = row.tflops_dense[precision];
    if (tflops) rates[precision] = tera(tflops);
  }
  const matrix = row.tflops_dense.fp64_tensor;
  if (matrix) rates.fp64 = tera(matrix);
  return rates;
}

function tera(value: number): number {
  return shifted(value, 12);
}

function giga(value: number): number {
  return shifted(value, 9);
}

/** Moves the decimal point, so that 66.9 becomes 66900000000000 and not the product's 66900000000000.01. */
function shifted(value: number, digits: number): number {
  const exact = Number(`${value}e${digits}`);
  // a number that prints with an exponent of its own
  return Number.isNaN(exact) ? value * 10 ** digits : exact;
}
