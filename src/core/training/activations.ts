import type { Count } from "../../units/quantity.ts";
import type { Attention, BlockGroup, Mlp } from "../shape.ts";
import type { LinearPrecision, Recompute, TrainingJob } from "./job.ts";

/**
 * Bytes per token that one layer keeps for its backward pass. `stream`: tensors as wide as the residual stream, which only sequence
 * parallelism splits; `split`: tensors that tensor parallelism splits.
 */
export interface Kept {
  readonly stream: number;
  readonly split: number;
}

export type KeptByMode = Readonly<Record<Recompute, Kept>>;

/** Score matrix of unfused attention per head and key: 16-bit scores in and out of the softmax, a byte of dropout mask. [Korthikanti 2022, eq. 1] */
const SCORE_BYTES = 5;
/** Residual stream: two norm inputs and two norm outputs, in 16 bits. [Korthikanti 2022, section 4] */
const STREAM_BYTES = 8;
/** Two masks of a byte; dropout went out of pretraining with unfused attention. [Korthikanti 2022; llm-foundry, torchtitan recipes] */
const DROPOUT_BYTES = 2;

/** Bytes a matmul's saved input takes: 8- and 4-bit recipes keep the quantised tensor. [Transformer Engine] */
const INPUT_BYTES: Readonly<Record<LinearPrecision, number>> = {
  fp32: 4,
  tf32: 4,
  fp16: 2,
  bf16: 2,
  fp8: 1,
  mxfp8: 1 + 1 / 32,
  nvfp4: 0.5 + 1 / 16,
};

/** What one layer of a group keeps, for each way to recompute. */
export function keptActivations(group: BlockGroup, job: TrainingJob): KeptByMode {
  const h = job.shape.hidden;
  const wide = job.precision === "fp32" || job.precision === "tf32" ? 2 : 1;
  const saved = 2 * wide - INPUT_BYTES[job.precision];
  const a = attentionWidths(group.attention, h);
  const m = mlpWidths(group.mlp);
  const unfused = job.stack.attention === "unfused";
  const scores = unfused ? SCORE_BYTES * a.heads * job.seq : 0;
  const masks = unfused ? DROPOUT_BYTES * h : 0;

  const attention = {
    stream: wide * (4 * a.latent + STREAM_BYTES * h) + masks - 2 * saved * h,
    split: wide * 2 * (a.projected + a.output) - saved * a.output,
  };
  const mlp = {
    stream: (wide * 4 - saved) * m.routed,
    split: wide * 2 * (m.inner + m.output) - saved * m.output,
  };
  const all = add(attention, mlp);
  const full = { stream: wide * 2 * h, split: 0 };
  // torch's per-operator policy: attention's output and every second matmul's stay (q, v, the first of the MLP and its last)
  const ops = {
    stream: wide * (4 * h + 2 * m.routed),
    split: wide * (2 * a.output + 2 * a.secondProjected + 2 * m.output),
  };
  return {
    none: { stream: all.stream, split: all.split + scores },
    selective: all,
    ops: least(ops, all),
    mlp: { stream: attention.stream, split: attention.split + scores },
    alternate: { stream: (all.stream + full.stream) / 2, split: (all.split + scores) / 2 },
    full,
  };
}

const add = (x: Kept, y: Kept): Kept => ({ stream: x.stream + y.stream, split: x.split + y.split });
const least = (x: Kept, y: Kept): Kept => ({
  stream: Math.min(x.stream, y.stream),
  split: Math.min(x.split, y.split),
});

interface AttentionWidths {
  readonly heads: Count;
  /** Queries, keys and values of one token, as attention reads them. */
  readonly projected: Count;
  /** Every second of them, as per-operator recomputation keeps. */
  readonly secondProjected: Count;
  /** Attention's output, before its projection. */
  readonly output: Count;
  /** Latents of latent attention, in and out of their norms. */
  readonly latent: Count;
}

function attentionWidths(a: Attention, hidden: Count): AttentionWidths {
  if (a.kind === "linear") {
    // what goes in and out of the state, of equal width
    const width = a.projectionParams / hidden / 2;
    return { heads: 0, projected: width, secondProjected: width / 2, output: width, latent: 0 };
  }
  if (a.kind === "latent") {
    const queries = a.heads * (a.nopeDim + a.ropeDim);
    const values = a.heads * a.valueDim;
    return {
      heads: a.heads,
      projected: 2 * queries + values,
      secondProjected: queries + values / 2,
      output: values,
      latent: a.queryRank + a.kvRank + a.ropeDim / 2,
    };
  }
  const q = a.heads * a.headDim;
  const kv = (a.sharedKv ? 1 : 2) * a.kvHeads * a.headDim;
  const beside = a.projectionParams === undefined ? 0 : a.projectionParams / hidden - 2 * q - kv;
  return {
    heads: a.heads,
    projected: q + kv + Math.max(0, beside),
    secondProjected: q + kv / 2,
    output: q,
    latent: 0,
  };
}

interface MlpWidths {
  /** Outputs of the first matrices (gate and up, or one), over every expert a token uses. */
  readonly inner: Count;
  /** What goes into the last matrix. */
  readonly output: Count;
  /** Copies of the token as sent to its experts; none where there is but one. */
  readonly routed: Count;
}

function mlpWidths(mlp: Mlp): MlpWidths {
  const first = mlp.gated ? 2 : 1;
  if (mlp.kind === "dense") return { inner: first * mlp.width, output: mlp.width, routed: 0 };
  const width = mlp.active * mlp.expertWidth + mlp.sharedWidth;
  return {
    inner: first * width,
    output: width,
    routed: mlp.experts > 1 ? mlp.active * mlp.expertInput : 0,
  };
}
