import type { Count, Seconds } from "../../units/quantity.ts";
import type { Prepared } from "./prepare.ts";
import { decodeFlop, elementsRead } from "./work.ts";

/** One decode step by cause. The causes sum to `total`; `slack` is compute left idle by memory-bound matmuls. */
export interface StepTime {
  readonly weights: Seconds;
  readonly experts: Seconds;
  readonly kv: Seconds;
  readonly allReduce: Seconds;
  readonly dispatch: Seconds;
  readonly launch: Seconds;
  readonly engine: Seconds;
  readonly total: Seconds;
  readonly slack: Seconds;
}

/** Compute that dispatch hides behind, of a step in two half-batches. [DeepSeek-V3, section 3.4.2] */
const HIDING = 0.8;
/** A recurrent state is read and written each step, in fp32. */
const STATE_BYTES = 2 * 4;

/** Routed experts that a pass of `tokens` reads: each token chooses `active` of `experts`, with some overlap. */
export function expertsTouched(p: Prepared, tokens: Count): Count {
  const { experts, active } = p.work;
  return experts * (1 - (1 - active / experts) ** Math.max(1, p.k.routingOverlap * tokens));
}

/** One pass over the whole replica: `batch` running requests at `context` tokens each, `perRequest` tokens of each. */
export function decodeStep(p: Prepared, batch: Count, context: Count, perRequest: Count = 1): StepTime {
  const { tp, dp } = p.setup.layout;
  const { work, stages } = p;
  const all = (batch * perRequest) / stages;
  const rank = all / dp;
  const requests = batch / (stages * dp);

  const denseCompute = (2 * rank * (work.dense + work.head)) / (tp * p.denseRate);
  const weights = Math.max(p.denseRead, denseCompute);
  let slack = weights - denseCompute;

  let experts = 0;
  if (work.moeLayers > 0) {
    const weightsEach = work.expert * work.moeLayers;
    const read = (expertsTouched(p, all) * weightsEach * p.expertBytes) / (p.expertRanks * p.weightBandwidth);
    const compute = (2 * all * work.active * weightsEach) / (p.expertRanks * p.expertRate);
    experts = Math.max(read, compute);
    slack += experts - compute;
  }

  const kv = Math.max(cacheRead(p, context) * requests, attentionCompute(p, context) * rank);
  const allReduce = p.allReduceLatency + p.allReducePerToken * rank;
  const sent = p.dispatchLatency + p.dispatchPerToken * rank;
  const dispatch = p.dispatchHidden ? Math.max(0, sent - HIDING * (weights + experts + kv)) : sent;
  const served = p.engine.sharedFrontEnd ? batch / stages : requests;
  const engine = stages * (p.engine.step + p.engine.request * served);
  const total = weights + experts + kv + allReduce + dispatch + p.launch + engine;
  return { weights, experts, kv, allReduce, dispatch, launch: p.launch, engine, total, slack };
}

/** Time to read the cache of one request on its rank. */
function cacheRead(p: Prepared, context: Count): Seconds {
  const { tp } = p.setup.layout;
  let bytes = (p.work.state * STATE_BYTES) / tp;
  for (const group of p.work.cache) {
    bytes += (group.layers * p.kvBytes * elementsRead(group, context)) / Math.min(tp, group.shards);
  }
  return bytes / p.kvBandwidth;
}

function attentionCompute(p: Prepared, context: Count): Seconds {
  let flop = 0;
  for (const group of p.work.cache) flop += group.layers * decodeFlop(group, context);
  return flop / (p.decodeAttentionRate * p.setup.layout.tp);
}
