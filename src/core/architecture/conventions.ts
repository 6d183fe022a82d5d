import type { Count, Flop } from "../../units/quantity.ts";
import type { Attention, ModelShape } from "../shape.ts";
import { forwardFlop, mtpFlop, routerFlop } from "./flop.ts";
import { embeddingParams, layerCount, parameters } from "./parameters.ts";

/**
 * What published figures count as training work, per token. A published MFU means nothing without one of these; times and
 * tokens per second do not depend on them.
 */

/** Two FLOP forward and four backward for each active weight. [Kaplan 2020, section 2.1] */
export function sixN(active: Count): Flop {
  return 6 * active;
}

/** The N that papers of 2020 used: no embedding at all. [Kaplan 2020] */
export function nonEmbeddingParams(shape: ModelShape): Count {
  const { active } = parameters(shape);
  return active - embeddingParams(shape) - shape.learnedPositions * shape.hidden;
}

/** 3 x forward with the full square of attention and the head; no embedding, router or recomputation. [Korthikanti 2022] */
export function fullAttentionFlop(shape: ModelShape, seq: Count): Flop {
  return 3 * (forwardFlop(shape, seq, "full").total - routerFlop(shape));
}

/** The same with causal attention: Megatron-LM's counter since 2025-04-03, MaxText's since 2025-07-27. */
export function causalFlop(shape: ModelShape, seq: Count): Flop {
  return 3 * (forwardFlop(shape, seq, "causal").total - routerFlop(shape));
}

/** `causalFlop` with the multi-token-prediction modules: how Megatron counts DeepSeek-V3. */
export function causalWithMtpFlop(shape: ModelShape, seq: Count): Flop {
  return causalFlop(shape, seq) + 3 * mtpFlop(shape, seq);
}

/** PaLM: 6N plus the full square, 12 L heads x head dim x seq, both embeddings in N. [Chowdhery 2022, appendix B] */
export function palmFlop(shape: ModelShape, seq: Count): Flop {
  return sixN(parameters(shape).active) + 6 * squareFlop(shape, seq);
}

/** llm-foundry: as PaLM, with the hidden width for heads x head dim. */
export function foundryFlop(shape: ModelShape, seq: Count): Flop {
  return sixN(parameters(shape).active) + 12 * layerCount(shape) * shape.hidden * seq;
}

/** MaxText until 2025: 6N with one embedding, plus causal attention. */
export function maxTextFlop(shape: ModelShape, seq: Count): Flop {
  const lookedUp = shape.tiedEmbeddings ? 0 : shape.vocab * shape.hidden;
  return sixN(parameters(shape).active - lookedUp) + 3 * squareFlop(shape, seq);
}

/** Narayanan 2021, equation 3: hardware FLOP of a plain transformer (f = 4h, no GQA), one forward recomputed, full square. */
export function megatron2021HardwareFlop(shape: ModelShape, seq: Count): Flop {
  const { hidden: h, vocab } = shape;
  const layers = layerCount(shape);
  return 96 * layers * h * h * (1 + seq / (6 * h) + vocab / (16 * layers * h));
}

/** Model FLOP of the same transformer, nothing recomputed. [Narayanan 2021] */
export function megatron2021ModelFlop(shape: ModelShape, seq: Count): Flop {
  const { hidden: h, vocab } = shape;
  const layers = layerCount(shape);
  return 72 * layers * h * h * (1 + seq / (6 * h) + vocab / (12 * layers * h));
}

/** Hardware FLOP with every block's forward pass recomputed; the head is not. */
export function fullRecomputeFlop(shape: ModelShape, seq: Count): Flop {
  const forward = forwardFlop(shape, seq, "full");
  return 3 * forward.total + forward.linear + forward.attention;
}

/** 2 L heads x head dim x seq: one of the two full-square products of every softmax layer, forward. */
function squareFlop(shape: ModelShape, seq: Count): Flop {
  let flop = 0;
  for (const { count, attention } of shape.groups) flop += count * 2 * valueWidth(attention) * seq;
  return flop;
}

function valueWidth(attention: Attention): Count {
  switch (attention.kind) {
    case "grouped":
      return attention.heads * attention.headDim;
    case "latent":
      return attention.heads * attention.valueDim;
    case "linear":
      return 0;
  }
}
