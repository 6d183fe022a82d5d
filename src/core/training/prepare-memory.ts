import type { Bytes, Count } from "../../units/quantity.ts";
import {
  attentionParams,
  expertMatmulParams,
  routerParams,
  sharedMlpParams,
} from "../architecture/parameters.ts";
import { assume, type Estimate } from "../estimate.ts";
import type { BlockGroup } from "../shape.ts";
import { type Kept, type KeptByMode, keptActivations } from "./activations.ts";
import { adapterParams, DEFAULT_LORA_RANK } from "./adapters.ts";
import { isFrozen, type Recompute, type TrainingJob, type ZeroStage } from "./job.ts";
import { conventionOf, frozenBytes, type StateBytes, stateBytes } from "./states.ts";

const MEMORY_ASSUMPTIONS = {
  /** What the caching allocator holds beyond what it hands out, as a share of it. */
  fragmentation: assume(0.06, [0.03, 0.09], "torch reserved over allocated in public training logs", "2026"),
  /** Device context and libraries of one process. */
  context: assume(1.2e9, [0.5e9, 1.6e9], "CUDA context, cuBLAS and cuDNN workspaces of one process", "2026"),
  /** Communication buffers of one process in a job of many chips. */
  communication: assume(1.4e9, [0.5e9, 3e9], "NCCL buffers of the groups of one rank", "2026"),
  /** Logits and loss, bytes per token and vocabulary entry: 16-bit logits, a 32-bit copy, the log-softmax and its gradient less what is freed. */
  plainLoss: assume(
    12,
    [10, 16],
    "torch cross-entropy: nll and log-softmax backward over a 32-bit copy",
    "2024",
  ),
  /** Logits with a fused loss: 16-bit logits and their gradient. */
  fusedLoss: assume(4, [4, 6], "Megatron-Core and Transformer Engine fused cross-entropy", "2024"),
  /** What this model leaves out or counts twice, as a factor on what the allocator hands out. */
  modelError: assume(1, [0.95, 1.03], "measured over predicted, public memory rows", "2026"),
} as const;

/** Years from which stacks fuse the loss. [NeMo 24.01: cross_entropy_loss_fusion; torchtitan, torchtune, Liger 2025] */
const FUSED_LOSS_YEAR = { vendor: 2024, community: 2025, research: 2026 } as const;
/** One layer, mean or fullest, as the memory of a stage sees it. */
export interface LayerSize {
  /** Parameters that tensor parallelism splits, those it repeats, and routed experts. */
  readonly split: Count;
  readonly whole: Count;
  readonly experts: Count;
  readonly adapters: Count;
  /** Parameters of the MLP's widest matrix: what a 4-bit layer unpacks at a time. */
  readonly matrix: Count;
  readonly kept: KeptByMode;
}

/** What of a job's memory does not depend on its layout. */
export interface PreparedMemory {
  readonly job: TrainingJob;
  readonly layers: Count;
  /** Layers lighter than the heaviest kind: where one stage can take them all, another has none. */
  readonly lighter: Count;
  readonly mean: LayerSize;
  readonly heaviest: LayerSize;
  readonly mtpLayers: Count;
  /** Parameters of one embedding table, and of what stands before the first block beside it. */
  readonly table: Count;
  readonly positions: Count;
  readonly tied: boolean;
  readonly hidden: Count;
  readonly vocab: Count;
  readonly seq: Count;
  readonly states: readonly [StateBytes, StateBytes, StateBytes, StateBytes];
  /** Weights are frozen: only adapters have gradients and moments. */
  readonly frozen: boolean;
  readonly frozenBytes: number;
  readonly lossBytes: number;
  /** DeepSpeed reduces through flat buckets, and its pipeline keeps each stage's output until the backward pass. */
  readonly deepspeed: boolean;
  readonly fragmentation: number;
  readonly context: Bytes;
  /** Factor on everything the allocator hands out: 1 but at the ends of the interval. */
  readonly modelError: number;
}

function layerSize(group: BlockGroup, job: TrainingJob): LayerSize {
  const h = job.shape.hidden;
  const { mlp } = group;
  // a single expert needs no router: it is a dense MLP
  const single = mlp.kind === "moe" && mlp.experts === 1;
  const router = routerParams(mlp, h);
  const experts = mlp.kind === "moe" ? mlp.experts * (expertMatmulParams(mlp) + mlp.expertExtraParams) : 0;
  const dense = attentionParams(group.attention, h) + sharedMlpParams(mlp, h) - router;
  return {
    split: dense + (single ? experts : 0),
    whole: group.normParams + (single ? 0 : router),
    experts: single ? 0 : experts,
    adapters: adapterParams(group, h, job.loraRank ?? DEFAULT_LORA_RANK),
    matrix: h * (mlp.kind === "dense" ? mlp.width : Math.max(mlp.sharedWidth, mlp.expertWidth)),
    kept: keptActivations(group, job),
  };
}

const paramsOf = (l: LayerSize): Count => l.split + l.whole + l.experts;

function meanLayer(sizes: readonly LayerSize[], counts: readonly Count[]): LayerSize {
  const layers = counts.reduce((a, b) => a + b, 0);
  const mean = (f: (l: LayerSize) => number) =>
    sizes.reduce((sum, size, i) => sum + f(size) * counts[i]!, 0) / layers;
  const kept = (mode: Recompute): Kept => ({
    stream: mean((l) => l.kept[mode].stream),
    split: mean((l) => l.kept[mode].split),
  });
  return {
    split: mean((l) => l.split),
    whole: mean((l) => l.whole),
    experts: mean((l) => l.experts),
    adapters: mean((l) => l.adapters),
    matrix: Math.max(...sizes.map((l) => l.matrix)),
    kept: {
      none: kept("none"),
      selective: kept("selective"),
      ops: kept("ops"),
      mlp: kept("mlp"),
      alternate: kept("alternate"),
      full: kept("full"),
    },
  };
}

/** The expected need, or an end of its interval: every assumption at its own end. */
export type MemoryEnd = "low" | "expected" | "high";

const at = ({ value, interval }: Estimate, end: MemoryEnd): number =>
  end === "expected" ? value : interval[end === "low" ? 0 : 1];

/** Bytes per token and vocabulary entry of logits and loss. Unless the job says how, the low end is the fused loss. */
function lossBytes({ fusedLoss, stack }: TrainingJob, end: MemoryEnd): number {
  const fused = fusedLoss ?? (end === "low" || stack.year >= FUSED_LOSS_YEAR[stack.level]);
  return at(fused ? MEMORY_ASSUMPTIONS.fusedLoss : MEMORY_ASSUMPTIONS.plainLoss, end);
}

/** Bytes of a process outside the allocator: context, and buffers to talk through where there is anyone to talk to. */
const contextBytes = (job: TrainingJob, end: MemoryEnd): Bytes =>
  at(MEMORY_ASSUMPTIONS.context, end) + (job.chips > 1 ? at(MEMORY_ASSUMPTIONS.communication, end) : 0);

/** Precomputes what of a job's memory no layout changes. */
export function prepareMemory(job: TrainingJob, end: MemoryEnd = "expected"): PreparedMemory {
  const { shape } = job;
  const sizes = shape.groups.map((group) => layerSize(group, job));
  const counts = shape.groups.map((group) => group.count);
  const layers = counts.reduce((a, b) => a + b, 0);
  const heaviest = sizes.reduce((a, b) => (paramsOf(b) > paramsOf(a) ? b : a));
  const lighter = counts.reduce((n, c, i) => n + (paramsOf(sizes[i]!) < paramsOf(heaviest) ? c : 0), 0);
  const lean = end === "low" ? { ...job, gradientBytes: job.gradientBytes ?? 2 } : job;
  const statesAt = (zero: ZeroStage) => stateBytes(lean, conventionOf(job, zero));
  return {
    job,
    layers,
    lighter,
    mean: meanLayer(sizes, counts),
    heaviest,
    mtpLayers: shape.mtpLayers,
    table: shape.vocab * shape.hidden,
    positions: shape.learnedPositions * shape.hidden + shape.finalNormParams,
    tied: shape.tiedEmbeddings,
    hidden: shape.hidden,
    vocab: shape.vocab,
    seq: job.seq,
    states: [statesAt(0), statesAt(1), statesAt(2), statesAt(3)],
    frozen: isFrozen(job.method),
    frozenBytes: frozenBytes(job.method),
    lossBytes: lossBytes(job, end),
    deepspeed: job.states === "deepspeed",
    fragmentation: at(MEMORY_ASSUMPTIONS.fragmentation, end),
    context: contextBytes(job, end),
    modelError: at(MEMORY_ASSUMPTIONS.modelError, end),
  };
}
