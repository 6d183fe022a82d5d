import type { Count, Seconds } from "../../units/quantity.ts";
import { allReduceTime } from "./all-reduce.ts";
import type { Prepared } from "./prepare.ts";
import { decodeFlop, elementsRead } from "./work.ts";

/** One decode step by cause; the causes sum to `total`. */
export interface StepTime {
  readonly weights: Seconds;
  readonly experts: Seconds;
  readonly kv: Seconds;
  readonly allReduce: Seconds;
  readonly dispatch: Seconds;
  readonly launch: Seconds;
  readonly engine: Seconds;
  readonly total: Seconds;
}

/** Matmuls and traffic of one pass over the weights. */
export interface PassTime {
  readonly weights: Seconds;
  readonly experts: Seconds;
  readonly allReduce: Seconds;
  readonly dispatch: Seconds;
  readonly total: Seconds;
}

/** Compute that dispatch hides behind, of a pass in two half-batches. [DeepSeek-V3, section 3.4.2] */
const HIDING = 0.8;
/** A recurrent state is read and written each step, in fp32. */
const STATE_BYTES = 2 * 4;

/** Time of a kernel that needs `memory` to move its bytes and `compute` to do its sums: near the ridge both show. */
export const overlapped = (memory: Seconds, compute: Seconds, sharpness: number): Seconds =>
  (memory ** sharpness + compute ** sharpness) ** (1 / sharpness);

/** Routed experts that a pass of `tokens` reads: each token chooses `active` of `experts`, with some overlap. */
export function expertsTouched(p: Prepared, tokens: Count): Count {
  const { experts, active } = p.work;
  return experts * (1 - (1 - active / experts) ** Math.max(1, p.k.routingOverlap * tokens));
}

/**
 * One pass of `tokens` per attention rank, `heads` of which go through the output head, beside `attention` seconds of
 * attention that dispatch can also hide behind.
 */
export function passTime(p: Prepared, tokens: Count, heads: Count, attention: Seconds): PassTime {
  const { tp, dp } = p.setup.layout;
  const { work, k } = p;
  const compute = (2 * (tokens * work.dense + heads * work.head)) / (tp * p.denseRate);
  const weights = overlapped(p.denseRead, compute, k.ridge);
  let experts = 0;
  if (work.moeLayers > 0) {
    const all = tokens * dp;
    const each = work.expert * work.moeLayers;
    const read = (expertsTouched(p, all) * each * p.expertBytes) / (p.expertRanks * p.weightBandwidth);
    experts = overlapped(read, (2 * all * work.active * each) / (p.expertRanks * p.expertRate), k.ridge);
  }
  const allReduce = allReduceTime(p.allReduce, tokens);
  const sent = p.dispatchLatency + p.dispatchPerToken * tokens;
  const dispatch = p.dispatchHidden ? Math.max(0, sent - HIDING * (weights + experts + attention)) : sent;
  return { weights, experts, allReduce, dispatch, total: weights + experts + allReduce + dispatch };
}

/** One step over the whole replica: `batch` running requests at `context` tokens each, `perRequest` tokens of each. */
export function decodeStep(p: Prepared, batch: Count, context: Count, perRequest: Count = 1): StepTime {
  const { stages } = p;
  const requests = batch / (stages * p.setup.layout.dp);
  const tokens = requests * perRequest;
  const kv = Math.max(cacheRead(p, context) * requests, attentionCompute(p, context) * tokens);
  const { weights, experts, allReduce, dispatch, total: pass } = passTime(p, tokens, tokens, kv);
  const served = p.engine.sharedFrontEnd ? batch / stages : requests;
  const engine = stages * (p.engine.step + p.engine.request * served);
  const total = pass + kv + p.launch + engine;
  return { weights, experts, kv, allReduce, dispatch, launch: p.launch, engine, total };
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
