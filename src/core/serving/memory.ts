import { type Bytes, type Count, GIB, type Ratio } from "../../units/quantity.ts";
import type { Chip } from "../chip.ts";
import type { Mlp } from "../shape.ts";
import type { Prepared } from "./prepare.ts";

/** Share of the labelled memory that the driver leaves to programs. [torch.cuda.mem_get_info of A100, H100: 79.15 and 79.22 of 80 GiB] */
const VISIBLE: Ratio = 0.99;
/** What error correction leaves of GDDR, which has no spare chips for it. [nvidia-smi of T4, A10, L40S: 15, 22.5, 45 GiB] */
const INLINE_ECC: Ratio = 15 / 16;
/** Share of unified memory that a GPU may pin. [Metal recommendedMaxWorkingSetSize] */
const UNIFIED: Ratio = 0.75;

/** CUDA context, kernels and the allocator's slack; and communicators where ranks exchange. [pools in logs of vLLM 0.15] */
const CONTEXT: Bytes = 0.55 * GIB;
const COMMUNICATORS: Bytes = 0.17 * GIB;
/** Tokens of the profiling step, and requests of its sampling step, where nothing is said. [vLLM defaults] */
const PROFILED_TOKENS: Count = 8192;
const PROFILED_REQUESTS: Count = 256;
/** Bytes of logits, probabilities, sorted copies and indices for one entry of the vocabulary in sampling. [vLLM profiling logs: 1.26 GiB at 128,256 entries] */
const SAMPLER_BYTES: Bytes = 40;
const ACTIVATION: Bytes = 2;

/** Memory of a chip that a program can allocate. */
export function visibleMemory(chip: Chip): Bytes {
  const label = chip.memory ?? 0;
  if (chip.kind === "local") return UNIFIED * label;
  return label * VISIBLE * (chip.inlineEcc === true ? INLINE_ECC : 1);
}

/** Elements that one token has alive at once in a feed-forward: gate, up and their product, cut over ranks. */
function liveWidth(mlp: Mlp, ranks: Count): Count {
  if (mlp.kind === "dense") return (mlp.gated ? 3 : 2) * (mlp.width / ranks);
  return mlp.active * ((3 * mlp.expertWidth) / ranks + mlp.expertInput) + (3 * mlp.sharedWidth) / ranks;
}

/** Largest workspace of the profiling run: activations of one full step, or sampling for every running request. */
export function workspace(p: Prepared): Bytes {
  const { shape, layout, options } = p.setup;
  let live = 0;
  for (const { mlp } of shape.groups) live = Math.max(live, liveWidth(mlp, layout.tp));
  // residual, normed input, attention output and the projection's result beside the feed-forward
  const step = (options?.stepTokens ?? PROFILED_TOKENS) * (live + 4 * shape.hidden) * ACTIVATION;
  const sampler =
    Math.min(options?.maxBatch ?? PROFILED_REQUESTS, PROFILED_REQUESTS) * shape.vocab * SAMPLER_BYTES;
  return Math.max(step, sampler);
}

/** llama.cpp's context and compute buffers, on each device. [fit matrix of Llama 3 on 33 machines, 2024 builds] */
const GGML_OVERHEAD: Bytes = 0.9 * GIB;

/** What the engine takes on each chip beside weights and cache: vLLM measures it in a profiling run, the others set a sum aside. */
export function engineOverhead(p: Prepared): Bytes {
  if (p.engine.family === "llamacpp") return GGML_OVERHEAD;
  if (p.engine.family === "trtllm") return p.engine.overhead;
  const { tp, pp, dp } = p.setup.layout;
  return CONTEXT + (tp * pp * dp > 1 ? COMMUNICATORS : 0) + workspace(p);
}
