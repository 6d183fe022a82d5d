import type { Count } from "../../units/quantity.ts";
import type { GroupedAttention, ModelShape, MoeMlp } from "../shape.ts";
import { attentionParams, parameters } from "./parameters.ts";

/** Median ratio of MLP width to hidden width of the catalogue's gated dense models since mid-2023 (54 rows). */
const MLP_RATIO = 3.5;
/** Hidden width over layers, the same 54 rows: 105 at their geometric mean of 13e9 parameters, growing as its 0.107th power. */
const ASPECT = 105;
const ASPECT_AT = 13e9;
const ASPECT_GROWTH = 0.107;
/** Weights of a block over hidden width squared: MLP 3 x 3.5, q and o 2, k and v about 0.25. */
const BLOCK_RATIO = 3 * MLP_RATIO + 2.25;
/** Llama 3's vocabulary; small models give at most this share of their parameters to the table. */
const VOCAB = 128_256;
const LARGEST_TABLE = 0.3;
/** Of the catalogue's dense models, those below 4.1e9 tie their embeddings (one of twelve does not), those above seldom do. */
const TIED_BELOW = 4.1e9;
/** Routed experts per token that most MoE models since DeepSeek-V3 use; the most tried serves models with hardly an idle one. */
const EXPERTS_PER_TOKEN = 8;
const MOST_EXPERTS_PER_TOKEN = 64;
const CLOSE_ENOUGH = 0.005;
/** Expert widths from here on are multiples of 8. */
const FINE_WIDTH = 800;

/**
 * A plausible modern shape for a parameter count, for when nothing else is known: Llama-like with eight KV heads, depth and
 * width as the catalogue's dense models have them; given fewer active parameters, the width of a dense model of the active size
 * with routed experts in every layer. Parameters match within 1 % from a million on.
 */
export function typicalShape(params: Count, active: Count = params): ModelShape {
  const dense = typicalDense(active, params);
  return active < params ? withExperts(dense, params, active) : dense;
}

/** Dense shape of `params`; ties its embeddings by the size of the whole model. */
function typicalDense(params: Count, whole: Count): ModelShape {
  const aspect = ASPECT * (params / ASPECT_AT) ** ASPECT_GROWTH;
  const hidden = roundWidth(Math.cbrt((params * aspect) / BLOCK_RATIO));
  const tied = whole < TIED_BELOW;
  const vocab = vocabulary(params, hidden, tied);
  const attention = typicalAttention(hidden);
  const body = params - vocab * hidden * (tied ? 1 : 2) - hidden;
  const beside = attentionParams(attention, hidden) + 2 * hidden;
  const layers = Math.max(1, Math.round(body / (beside + 3 * MLP_RATIO * hidden * hidden)));
  const width = roundTo(step(hidden), (body / layers - beside) / (3 * hidden));
  return {
    hidden,
    vocab,
    tiedEmbeddings: tied,
    learnedPositions: 0,
    finalNormParams: hidden,
    mtpLayers: 0,
    groups: [
      {
        count: layers,
        attention,
        mlp: { kind: "dense", width, gated: true, extraParams: 0 },
        normParams: 2 * hidden,
      },
    ],
  };
}

function typicalAttention(hidden: Count): GroupedAttention {
  const headDim = hidden >= 1024 ? 128 : Math.min(64, hidden);
  const heads = hidden / headDim;
  const kvHeads = [8, 4, 2].find((groups) => heads % groups === 0) ?? 1;
  return { kind: "grouped", heads, kvHeads, headDim, extraParams: 0 };
}

function vocabulary(params: Count, hidden: Count, tied: boolean): Count {
  const affordable = (LARGEST_TABLE * params) / (hidden * (tied ? 1 : 2));
  return Math.min(VOCAB, roundTo(64, affordable));
}

/** Replaces the MLPs by routed experts: as many per token and in all as bring active and total parameters closest. */
function withExperts(dense: ModelShape, params: Count, active: Count): ModelShape {
  const { hidden, groups } = dense;
  const [block] = groups;
  const { count: layers, attention, normParams } = block!;
  const fixed = parameters({ ...dense, groups: [] }).total;
  const beside = attentionParams(attention, hidden) + normParams;
  const split = splitExperts((params - fixed) / layers - beside, (active - fixed) / layers - beside, hidden);
  const exactWidth = split.params / (3 * hidden);
  const expertWidth = roundTo(exactWidth >= FINE_WIDTH ? 8 : 1, exactWidth);
  const mlp: MoeMlp = {
    kind: "moe",
    experts: split.experts,
    active: split.active,
    expertWidth,
    sharedWidth: 0,
    expertInput: hidden,
    gated: true,
    extraParams: 0,
    expertExtraParams: 0,
  };
  return { ...dense, groups: [{ count: layers, attention, mlp, normParams }] };
}

interface Split {
  readonly experts: Count;
  readonly active: Count;
  /** Parameters of one expert. */
  readonly params: Count;
}

/** Experts of one layer from its total and active MLP parameters, routers included; eight per token where that fits. */
function splitExperts(total: Count, active: Count, hidden: Count): Split {
  let best: Split = { experts: 2, active: 1, params: total / 2 };
  let bestMiss = Number.POSITIVE_INFINITY;
  for (let i = 0; i < MOST_EXPERTS_PER_TOKEN; i++) {
    // 8 first, then 1, 2, ...
    const perToken = i === 0 ? EXPERTS_PER_TOKEN : i < EXPERTS_PER_TOKEN ? i : i + 1;
    const experts = Math.max(perToken + 1, roundExperts(expertCount(total, active, perToken, hidden)));
    const params = (total - hidden * experts) / experts;
    const miss = Math.abs((hidden * experts + perToken * params) / active - 1);
    if (params > 0 && miss < bestMiss) {
      best = { experts, active: perToken, params };
      bestMiss = miss;
    }
    if (bestMiss < CLOSE_ENOUGH) break;
  }
  return best;
}

/** Many experts come in powers of two times a few, so that chips can share them: multiples of a 32nd of their number. */
function roundExperts(count: number): Count {
  return count < 64 ? count : roundTo(2 ** Math.floor(Math.log2(count / 32)), count);
}

/** E of (total - h E) / (active - h E) = E / k: the smaller root of h E^2 - (active + k h) E + k total = 0. */
function expertCount(total: Count, active: Count, perToken: Count, hidden: Count): Count {
  const b = active + perToken * hidden;
  const discriminant = b * b - 4 * hidden * perToken * total;
  // no real root: routers alone exceed the active budget; the vertex comes closest
  return Math.round((b - Math.sqrt(Math.max(0, discriminant))) / (2 * hidden));
}

/** Heads of 128 in eights from 4,096 on, in fours from 2,048, singly from 1,024; heads of 64 below. */
function roundWidth(width: number): Count {
  const unit = width >= 4096 ? 1024 : width >= 2048 ? 512 : width >= 1024 ? 128 : width >= 64 ? 64 : 8;
  return roundTo(unit, width);
}

/** Granularity of an MLP's width. */
function step(hidden: Count): Count {
  return hidden >= 1024 ? 64 : 8;
}

function roundTo(unit: number, value: number): number {
  return Math.max(unit, Math.round(value / unit) * unit);
}
