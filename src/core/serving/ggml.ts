import type { BytesPerSecond, Count, FlopPerSecond, Ratio, Seconds } from "../../units/quantity.ts";
import type { Chip } from "../chip.ts";
import { densePeak } from "../hardware.ts";
import type { GgmlConstants } from "./constants.ts";
import type { Prepared } from "./prepare.ts";
import { prefillFlop } from "./work.ts";

/** Tokens of one micro-batch of llama.cpp (its default ubatch). */
const UBATCH: Count = 512;
/** Quantised weights are widened to 16 bits before a matrix product: this many bytes are written and read again. */
const WIDENED = 2;

/** Share of their vector rate that ggml's matmuls reach on chips without matrix units. [llama.cpp discussion 4167, as recalled: F16 prompts on M1 to M4, 0.66 to 0.76 in all] */
const VECTOR_MATMUL: Ratio = 0.75;

/** Vector units do the matmuls: parts are listed with the same rate at 32 and 16 bits. */
const onVectors = (chip: Chip): boolean =>
  chip.vendor !== "NVIDIA" && chip.peak.fp32 !== undefined && chip.peak.fp32 >= densePeak(chip, 16);

/**
 * Matmul rate of ggml's kernels. GeForce cards are listed with 32-bit accumulation, at half of the rate with 16-bit
 * accumulation that ggml uses; its kernels have no Hopper or Blackwell warp-group instructions.
 */
export function ggmlMatmul(chip: Chip, limited: FlopPerSecond, k: GgmlConstants): FlopPerSecond {
  const peak = densePeak(chip, 16);
  if (onVectors(chip)) return VECTOR_MATMUL * peak;
  if (chip.vendor !== "NVIDIA") return k.matmul * limited;
  if (chip.kind === "consumer") return k.matmul * 2 * peak;
  const warpGroups = /Hopper|Blackwell|Rubin/.test(chip.architecture);
  return k.matmul * (chip.kind === "datacenter" && warpGroups ? Math.min(limited, 0.6 * peak) : limited);
}

/** Dispatches of one layer under Metal. [llama.cpp discussion 4167, as recalled: what 7B decode takes beside its bytes, 4 to 5 ms over 32 layers and the step] */
const METAL_LAYER: Seconds = 90e-6;

/** Launches of one layer: the engine's, or Metal's on Apple's chips. */
export const ggmlLayer = (chip: Chip, layer: Seconds): Seconds =>
  chip.vendor === "Apple" ? METAL_LAYER : layer;

/**
 * Bandwidth of ggml's matrix-vector kernels: memory, or the bytes per clock that one multiprocessor takes in. Multiprocessors
 * times clock is the vector peak over two operations and the lanes of one: 64 on Volta, Turing and the A100's chip, 128 after.
 */
export function ggmlBandwidth(chip: Chip, bandwidth: BytesPerSecond, k: GgmlConstants): BytesPerSecond {
  const vector = chip.peak.fp32;
  if (chip.vendor !== "NVIDIA" || vector === undefined) return k.bandwidth * bandwidth;
  const narrow =
    /Volta|Turing/.test(chip.architecture) ||
    (chip.architecture === "Ampere" && densePeak(chip, 16) > 8 * vector);
  const clocks = vector / (2 * (narrow ? 64 : 128));
  return Math.min(k.bandwidth * bandwidth, k.bytesPerClock * clocks);
}

/** Time of `batch` prompts of `tokens`: micro-batches in turn, on devices that hold a share of the layers each. */
export function ggmlPrompt(p: Prepared, batch: Count, tokens: Count): Seconds {
  const { ggml } = p.k;
  const devices = p.setup.layout.pp;
  const parts = Math.max(1, (batch * tokens) / UBATCH);
  const overlap = ((devices * parts) / (parts + devices - 1)) ** ggml.pipelining;
  const { work } = p;
  const weights = work.dense + work.active * work.expert * work.moeLayers;
  const stored = work.dense + work.experts * work.expert * work.moeLayers;
  const widen =
    p.denseBytes < WIDENED ? (ggml.widening * stored * (p.denseBytes + WIDENED)) / p.rates.bandwidth : 0;
  const matmul = (2 * batch * tokens * weights) / p.denseRate;
  let attention = 0;
  for (const group of work.cache) {
    const flop = group.layers * prefillFlop(group, tokens);
    const perPair =
      4 * (group.attention.kind === "grouped" ? group.attention.headDim : group.attention.valueDim);
    attention += (flop / perPair) * (ggml.scoreBytes / p.rates.bandwidth) + flop / p.prefillAttentionRate;
  }
  return (matmul + Math.ceil(parts) * widen + batch * attention) / overlap + Math.ceil(parts) * p.launch;
}
