import type { Count, Seconds } from "../../units/quantity.ts";
import type { Prepared } from "./prepare.ts";
import { expertsTouched } from "./step.ts";
import { prefillFlop } from "./work.ts";

/** Dispatch of a prompt hides behind this share of its compute where two prompts alternate. [DeepSeek-V3, section 3.4.1] */
const HIDING = 0.8;

/** Marginal time of one prompt of `input` tokens, `cached` of them found in the prefix cache: compute and traffic. */
export function prefillWork(p: Prepared, input: Count, cached: Count = 0): Seconds {
  const { tp } = p.setup.layout;
  const { work, stages } = p;
  const tokens = Math.max(1, input - cached);
  const dense = (2 * tokens * work.dense) / (tp * p.denseRate);
  const routed = (2 * tokens * work.active * work.expert * work.moeLayers) / (tp * p.expertRate);
  let pairs = 0;
  for (const group of work.cache) {
    pairs += group.layers * (prefillFlop(group, input) - prefillFlop(group, input - tokens));
  }
  const compute = dense + routed + pairs / (tp * p.prefillAttentionRate);
  const sent = p.dispatchPerToken * tokens;
  const dispatch = p.dispatchHidden ? Math.max(0, sent - HIDING * compute) : sent;
  return (compute + p.allReducePerToken * tokens + dispatch) / stages;
}

/** Time of one prompt alone on an idle replica, `work` its marginal time: weights are read once, launches are paid. */
export function promptAlone(p: Prepared, work: Seconds, tokens: Count): Seconds {
  if (p.engine.family === "llamacpp") return ggmlPrompt(p, work, tokens);
  const { moeLayers, expert } = p.work;
  const touched = moeLayers > 0 ? expertsTouched(p, tokens) * expert * moeLayers * p.expertBytes : 0;
  const read = p.denseRead + touched / (p.expertRanks * p.weightBandwidth);
  return Math.max(work * p.stages, read) + p.launch + p.allReduceLatency + p.engine.step;
}

/** Tokens of one micro-batch of llama.cpp (its default ubatch). */
const UBATCH: Count = 512;

/** llama.cpp cuts a prompt into micro-batches; devices that split the layers work on successive ones at once. */
export function ggmlPrompt(p: Prepared, work: Seconds, tokens: Count): Seconds {
  const devices = p.setup.layout.pp;
  const parts = Math.max(1, tokens / UBATCH);
  const overlap = ((devices * parts) / (parts + devices - 1)) ** p.k.ggmlPipelining;
  return work / overlap + Math.ceil(parts) * p.launch;
}

/** Tokens of a prompt that one step takes beside the decodes. */
const CHUNK: Count = 2048;
/** Part of a prompt's work that no idle compute can absorb. */
const UNABSORBED = 0.1;

/** Prompt work that really delays running decodes, given the compute a memory-bound step leaves idle. */
export function prefillDelay(p: Prepared, work: Seconds, tokens: Count, slack: Seconds): Seconds {
  return Math.max(UNABSORBED * work, work - p.k.absorption * Math.max(1, tokens / CHUNK) * slack);
}
