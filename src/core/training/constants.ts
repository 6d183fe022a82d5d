import { assume, type Estimate } from "../estimate.ts";

/** Every constant of the step model by name. */
export type TrainingConstant = keyof typeof TRAINING_ASSUMPTIONS;
export type TrainingConstants = Readonly<Record<TrainingConstant, number>>;

const FITTED = "fitted to the shipped training measurements: npm run fit";
const KERNELS = "GEMM, attention and collective tables of A100, H100, B200";

/** Fitted constants carry the bounds physics sets as their interval; the rest are set from the source they name. */
export const TRAINING_ASSUMPTIONS = {
  /** Matmul rate inside a step over the best measured matmul rate. */
  gemm: assume(0.947, [0.75, 1], FITTED, "2026"),
  /** Fused attention core, forward, over the best measured matmul rate. */
  attention: assume(0.391, [0.25, 0.65], FITTED, "2026"),
  /** Matmul and attention rate of a vendor-tuned recipe over community code. */
  vendorStack: assume(1.05, [1, 1.15], "NeMo and Megatron recipes beside open code of the same year", "2026"),
  /** Matmul rate where eight is the largest power of two in the split hidden width. */
  misaligned: assume(0.546, [0.4, 0.9], FITTED, "2026"),
  /** Share of tensor, pipeline and expert traffic that shows although the stack overlaps it. */
  exposed: assume(0.65, [0.3, 1], "user-buffer and bulk overlap of TP, 1F1B and expert traffic", "2026"),
  /** Share of ZeRO-3 gathering and scattering that shows although it overlaps: it takes SMs and memory bandwidth. */
  exposedSharded: assume(0.743, [0.1, 1], FITTED, "2026"),
  /** Host and dispatch seconds per MoE layer pass, software of early 2026. */
  moeHost: assume(0.00118, [3e-4, 4e-3], FITTED, "2026"),
  /** Seconds each expert's matmul costs beside its work: its launch, padding and quantisation. */
  expertOverhead: assume(0.000035, [4e-6, 6e-5], FITTED, "2026"),
  /** Yearly gain of matmul and attention rates as software matures, about 2024. */
  yearlyGain: assume(0.0239, [0, 0.05], FITTED, "2026"),
  /** Yearly decay of MoE dispatch time and exposure. */
  stackDecay: assume(0.5, [0.2, 0.8], "Megatron-Bridge releases 25.09 to 26.06", "2026"),
  /** Watts per dense 16-bit FLOP/s below which a chip cannot hold its clocks in matmuls. */
  powerKnee: assume(
    0.78e-12,
    [0.708e-12, 1.28e-12],
    "between H100 SXM, which throttles, and A100 SXM, which does not",
    "2024",
  ),
  /** Seconds a matmul takes beside its work and traffic. */
  matmulOverhead: assume(6e-6, [1e-6, 1.6e-5], KERNELS, "2026"),
  /** Bytes per element of Q, K, V and O that fused attention moves in all. */
  attentionIo: assume(8, [4, 20], KERNELS, "2026"),
  /** Softmax work per score, in units of head dimension: narrow heads run slower. */
  softmaxWidth: assume(16, [0, 48], "FlashAttention-2 rates at head dimension 64 and 128", "2023"),
  /** FlashAttention-2-class kernels on Hopper and newer over kernels tuned for them. */
  olderFlash: assume(0.6, [0.4, 0.9], "FlashAttention-3 paper: 1.5 to 2 x FA2 on H100", "2024"),
  /** Passes over the score matrix of unfused attention, per 16 bytes. */
  unfusedScores: assume(
    0.65,
    [0.4, 1.2],
    "Megatron-LM 2021-22 step times with fused softmax kernels",
    "2022",
  ),
  /** Unfused score matmuls over large matmuls of the same chip. */
  unfusedMatmul: assume(0.6, [0.4, 0.8], "batched GEMM of head dimension 64 to 160 on A100", "2022"),
  /** Actual over counted bytes of element-wise work. */
  elementwise: assume(1.2, [0.8, 2], "unfused tails of norm, rotary, dropout and residual kernels", "2024"),
  /** Bytes per matmul input element that an 8- or 4-bit recipe spends on scaling, casting and transposing. */
  castBytes: assume(4, [0, 10], "2 read, 1 written row-wise and 1 transposed (Transformer Engine)", "2024"),
  /** Bytes per routed element that permuting tokens to experts and back moves. */
  permuteBytes: assume(16, [4, 40], "gather, scatter and padding, each read and written in 16 bits", "2025"),
  /** Bytes per logit of the loss, forward and backward. */
  logitBytes: assume(12, [8, 30], "16-bit logits, fp32 softmax, gradient", "2024"),
  /** Share of the linear layers' matmuls that per-operator recomputation repeats. */
  recomputedOps: assume(
    0.5,
    [0, 0.9],
    "torchtitan saves every second matmul; MaxText `minimal` most",
    "2024",
  ),
  /** Host seconds to launch one dense layer pass. */
  denseHost: assume(2e-4, [1e-4, 6e-4], "20 to 35 kernels of 6 to 12 us", "2024"),
  /** Share of gradient and parameter traffic that shows at the end of a step whatever the overlap. */
  exposedSync: assume(0.1, [0, 0.3], "first and last bucket of the distributed optimizer", "2024"),
  /** Slow-down per doubling of chips beyond eight: the slowest of many. */
  straggler: assume(0.004, [0, 0.01], "strong-scaling sweeps to 4,608 H100", "2024"),
  /** Fixed seconds per optimizer step: data, logging, launch of the optimizer. */
  stepOverhead: assume(0.06, [0.01, 0.2], "llm-foundry steps below half a second", "2023"),
  /** Achieved share of datasheet memory bandwidth. */
  memoryBandwidth: assume(0.85, [0.75, 0.95], KERNELS, "2026"),
  /** Achieved share of one-way link bandwidth in large collectives. */
  linkBandwidth: assume(0.8, [0.65, 0.95], KERNELS, "2026"),
  /** Latency of one collective step. */
  linkLatency: assume(8e-6, [4e-6, 2e-5], KERNELS, "2026"),
} as const satisfies Record<string, Estimate>;

/** What `npm run fit` sets; everything else is physics or a measured kernel. */
export const FITTED_CONSTANTS = [
  "gemm",
  "attention",
  "misaligned",
  "exposedSharded",
  "moeHost",
  "expertOverhead",
  "yearlyGain",
] as const satisfies readonly TrainingConstant[];

/** The plain numbers the formulas use. */
export function trainingConstants(overrides: Partial<TrainingConstants> = {}): TrainingConstants {
  const values: Partial<Record<TrainingConstant, number>> = {};
  for (const name of Object.keys(TRAINING_ASSUMPTIONS) as TrainingConstant[]) {
    values[name] = overrides[name] ?? TRAINING_ASSUMPTIONS[name].value;
  }
  return values as TrainingConstants;
}
