import type { Count, Seconds } from "../../units/quantity.ts";
import { flopPerKey } from "../architecture.ts";
import { ggmlPrompt } from "./ggml.ts";
import type { Prepared } from "./prepare.ts";
import { passTime, type StepTime, unhidden } from "./step.ts";
import { prefillFlop } from "./work.ts";

/** Keys that a query costs beside those it sees: masked halves of tiles, softmax, the last wave. [attention tables of H100, B200, L40S] */
const EXTRA_KEYS: Count = 750;

/** Attention arithmetic of one prompt of `input` tokens, `cached` of them found in the prefix cache. */
function promptAttention(p: Prepared, input: Count, cached: Count): Seconds {
  let flop = 0;
  for (const group of p.work.cache) {
    const extra = (input - cached) * Math.min(EXTRA_KEYS, input) * flopPerKey(group.attention);
    flop += group.layers * (prefillFlop(group, input) - prefillFlop(group, cached) + extra);
  }
  return flop / (p.setup.layout.tp * p.prefillAttentionRate);
}

/** A prompt, and its time on a replica that does nothing else. */
export interface Prompt {
  /** Tokens that are not found in the cache. */
  readonly tokens: Count;
  readonly attention: Seconds;
  /** Marginal time where it shares steps with much other work: its arithmetic and traffic, weights already read. */
  readonly work: Seconds;
  /** Alone: weights are read, launches are paid. */
  readonly alone: Seconds;
}

/** What a prompt of `input` tokens takes, `cached` of them found in the prefix cache. */
export function preparePrompt(p: Prepared, input: Count, cached: Count = 0): Prompt {
  const tokens = Math.max(1, input - cached);
  const attention = promptAttention(p, Math.max(input, tokens), Math.max(input, tokens) - tokens);
  const { dense, active, expert, moeLayers } = p.work;
  const matmul =
    (2 * tokens * dense) / (p.setup.layout.tp * p.denseRate) +
    (2 * tokens * active * expert * moeLayers) / (p.setup.layout.tp * p.expertRate);
  const traffic =
    tokens * (p.elementwisePerToken + p.allReduce.ring) +
    unhidden(p, tokens * p.dispatch.bulk, matmul + attention);
  const work = (matmul + attention + traffic) / p.stages;
  return { tokens, attention, work, alone: promptsAlone(p, 1, tokens, attention) };
}

/** Host time of a step that carries a prompt: its kernels are launched one by one. */
const eagerStep = (p: Prepared): Seconds => p.work.layers * p.engine.eagerLayer;

/** Time of `count` prompts of `tokens` in one go on an idle replica. */
export function promptsAlone(p: Prepared, count: Count, tokens: Count, attention: Seconds): Seconds {
  if (p.engine.family === "llamacpp") return ggmlPrompt(p, count, tokens);
  const pass = passTime(p, count * tokens, count, count * attention);
  return Math.max(pass.total + count * attention + p.launch, eagerStep(p)) + p.engine.step;
}

/** Tokens of prompts that one step takes beside the decodes. */
const CHUNK: Count = 8192;

/**
 * Time that one prompt adds to the decodes that run beside it: mixed steps do its sums while they wait for the weights, and
 * take at least their host time. `perStep` prompts arrive in a step like `step`, in which `tokens` decode on each rank.
 */
export function prefillDelay(
  p: Prepared,
  prompt: Prompt,
  decodes: Count,
  step: StepTime,
  perStep: number,
): Seconds {
  const inOneStep = Math.min(CHUNK, prompt.tokens * Math.max(1, perStep));
  const steps = prompt.tokens / inOneStep;
  const plain = step.weights + step.experts + step.elementwise + step.allReduce + step.dispatch;
  const mixed = passTime(p, decodes + inOneStep, decodes, step.kv).total;
  // more chunks than steps: the surplus runs without decodes
  const filled = perStep * steps;
  const surplus = filled > 1 ? 1 - 1 / filled : 0;
  const alone = surplus > 0 ? passTime(p, inOneStep, 0, prompt.attention).total : 0;
  const passes = steps * ((1 - surplus) * (mixed - plain) + surplus * alone);
  const device = (passes + prompt.attention) / p.stages;
  // chunks of different requests share a step now and then, and so its host time
  const chunks = Math.max(1, prompt.tokens / CHUNK);
  const carrying = perStep > 0 ? -Math.expm1(-perStep * chunks) / perStep : chunks;
  const host = carrying * Math.max(0, eagerStep(p) - step.total);
  return Math.max(device, host);
}
