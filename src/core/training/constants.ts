import { assume, type Estimate } from "../estimate.ts";

/** Every constant of the step model, by name. `npm run fit` reproduces the fitted ones from the shipped measurements. */
export type TrainingConstant = keyof typeof TRAINING_ASSUMPTIONS;
export type TrainingConstants = Readonly<Record<TrainingConstant, number>>;

const FITTED = "fitted to the shipped training measurements (npm run fit)";

export const TRAINING_ASSUMPTIONS = {
  /** Matmul rate inside a training step over the best measured matmul rate (power, clocks, shapes). */
  gemm: assume(0.8, [0.7, 0.95], FITTED),
  /** Fused attention core, forward, over the best measured matmul rate. */
  attention: assume(0.4, [0.3, 0.6], FITTED),
  /** Grouped expert matmuls relative to dense ones. */
  grouped: assume(0.4, [0.25, 0.9], FITTED),
  /** Host and dispatch seconds per MoE layer pass, early-2026 software. */
  moeHost: assume(4e-3, [1e-3, 8e-3], FITTED),
  /** Matmul rate where a dimension does not fill the matrix unit's tiles. */
  misaligned: assume(0.65, [0.5, 0.9], FITTED),
  /** Matmul and attention rate of a vendor-tuned recipe over community code. */
  vendorStack: assume(1.1, [1, 1.25], FITTED),
  /** Bytes per query element that fused attention moves beside its matmuls: inputs, outputs, softmax state. */
  attentionIo: assume(
    8,
    [4, 20],
    "prefill attention curves on A100 and H100: half speed at 550 and 1950 tokens",
  ),
  /** Bytes per matmul input element that an 8- or 4-bit recipe spends on scaling, casting and transposing. */
  castBytes: assume(4, [0, 10], "2 read, 1 written twice: row-wise and transposed"),
  /** Bytes per logit of the loss, forward and backward. */
  logitBytes: assume(12, [8, 30], "16-bit logits, fp32 softmax, gradient"),
  /** Host seconds to launch one dense layer pass. */
  denseHost: assume(2e-4, [1e-4, 6e-4], "20-35 kernels of 6-12 us"),
  /** Watts per dense 16-bit TFLOP/s above which clocks hold. */
  powerKnee: assume(0.708, [0.5, 1.28], "H100 SXM: 700 W, 989 TFLOP/s"),
  /** Share of the linear layers' matmuls that per-operator recomputation repeats. */
  recomputedOps: assume(0.5, [0, 1], "between saving all matmuls and every second one"),
  /** Actual over counted bytes of element-wise work. */
  elementwise: assume(
    1.2,
    [0.8, 2],
    "set by hand: unfused tails of norm, rope, dropout and residual kernels",
  ),
  /** Passes over the score matrix of unfused attention, per 16 bytes. */
  unfusedScores: assume(0.65, [0.4, 1.2], "set by hand on Megatron 2021-22 timings"),
  /** Share of tensor-, pipeline- and expert-parallel traffic that stays exposed where the stack overlaps. */
  exposed: assume(0.5, [0.2, 1], "set by hand"),
  /** Share of gradient and parameter traffic exposed at the end of a step whatever the overlap. */
  exposedSync: assume(0.1, [0, 0.3], "set by hand"),
  /** Share of ZeRO-3 gathering and scattering that stays exposed although it overlaps: it takes SMs and memory bandwidth. */
  exposedSharded: assume(0.5, [0.1, 1], FITTED),
  /** Slow-down per doubling of chips beyond 8: the slowest of many, jitter. */
  straggler: assume(0.004, [0, 0.01], "set by hand on strong-scaling sweeps"),
  /** Fixed seconds per optimizer step: data, logging, launch. */
  stepOverhead: assume(0.1, [0, 0.3], "set by hand"),
  /** FlashAttention-2-class kernels on Hopper or newer over kernels tuned for them. */
  olderFlash: assume(0.6, [0.4, 0.9], "FlashAttention-3 paper: 2 to 1.5 x FA2 on H100", "2024"),
  /** Yearly decay of MoE host and exposure overheads as stacks mature. */
  stackDecay: assume(0.5, [0.2, 0.8], "set by hand on Megatron-Bridge releases"),
  /** Achieved share of datasheet memory bandwidth. */
  memoryBandwidth: assume(0.85, [0.75, 0.95], "STREAM-class kernels on HBM parts"),
  /** Achieved share of one-way link bandwidth in large collectives. */
  linkBandwidth: assume(0.8, [0.65, 0.95], "nccl-tests bus bandwidth, 8 GPUs"),
  /** Latency of one collective step. */
  linkLatency: assume(8e-6, [4e-6, 2e-5], "nccl-tests small messages, 8 GPUs"),
} as const satisfies Record<string, Estimate>;

/** The plain numbers the formulas use. */
export function trainingConstants(overrides: Partial<TrainingConstants> = {}): TrainingConstants {
  const values: Partial<Record<TrainingConstant, number>> = {};
  for (const name of Object.keys(TRAINING_ASSUMPTIONS) as TrainingConstant[]) {
    values[name] = overrides[name] ?? TRAINING_ASSUMPTIONS[name].value;
  }
  return values as TrainingConstants;
}
