import type { Bytes, BytesPerSecond, Count, FlopPerSecond, Watts } from "../units/quantity.ts";

/** Number formats a matrix unit may have a rate for. */
export type Precision = "fp64" | "fp32" | "tf32" | "fp16" | "bf16" | "fp8" | "fp6" | "fp4" | "int8";

/** An accelerator as the formulas see it, in base units. Absent means unknown or unsupported, never zero. */
export interface Chip {
  readonly id: string;
  readonly name: string;
  readonly vendor: string;
  /** Microarchitecture as the vendor names it: Ampere, Hopper, CDNA3, TPU, ... */
  readonly architecture: string;
  readonly year: number;
  readonly kind: "datacenter" | "workstation" | "consumer" | "local";
  /** Dense matrix peak; multiply-add counts as two. Sparse rates never appear here. */
  readonly peak: Readonly<Partial<Record<Precision, FlopPerSecond>>>;
  /** Best measured matmul rate, where somebody measured one. */
  readonly measuredMatmul: Readonly<Partial<Record<"bf16" | "fp8", FlopPerSecond>>>;
  readonly memory?: Bytes;
  readonly bandwidth?: BytesPerSecond;
  /** Error correction takes its bits out of the labelled memory. */
  readonly inlineEcc?: true;
  readonly scaleUp?: {
    readonly technology: string;
    /** All links of one chip, one direction. */
    readonly oneWay: BytesPerSecond;
    /** Chips in one fabric. Absent where unknown. */
    readonly domain?: Count;
  };
  /** Network interface of one chip, one direction. */
  readonly nic?: BytesPerSecond;
  readonly tdp?: Watts;
  /** Logic dies on non-planar transistors, without memory, mm2. */
  readonly dieMm2?: number;
  /** Nameplate power of the whole server or rack, divided by its chips. */
  readonly systemPowerPerChip?: Watts;
}
