import type { Count, Seconds } from "../../units/quantity.ts";
import { allReduceTime } from "./all-reduce.ts";
import { dispatchTime } from "./dispatch.ts";
import type { Prepared } from "./prepare.ts";
import { decodeFlop, elementsRead } from "./work.ts";

/** One decode step by cause; the causes sum to `total`. */
export interface StepTime {
  readonly weights: Seconds;
  readonly experts: Seconds;
  readonly kv: Seconds;
  /** Norms, residuals, activations, routing. */
  readonly elementwise: Seconds;
  readonly allReduce: Seconds;
  readonly dispatch: Seconds;
  readonly launch: Seconds;
  readonly engine: Seconds;
  /** Making the drafts that the next step checks. */
  readonly draft: Seconds;
  readonly total: Seconds;
}

/** Matmuls and traffic of one pass over the weights. */
export interface PassTime {
  readonly weights: Seconds;
  readonly experts: Seconds;
  readonly elementwise: Seconds;
  readonly allReduce: Seconds;
  readonly dispatch: Seconds;
  readonly total: Seconds;
}

/** Compute that dispatch hides behind, of a pass in two half-batches. [DeepSeek-V3, section 3.4.2] */
const HIDING = 0.8;
/** A recurrent state is read and written each step, in fp32. */
const STATE_BYTES = 2 * 4;

/** Time of a kernel that needs `memory` to move its bytes and `compute` to do its sums: near the ridge both show. */
function overlapped(memory: Seconds, compute: Seconds, sharpness: number): Seconds {
  const [less, more] = memory < compute ? [memory, compute] : [compute, memory];
  return more > 0 ? more * (1 + (less / more) ** sharpness) ** (1 / sharpness) : 0;
}

/** Routed experts that a pass of `tokens` reads: each token chooses `active` of `experts`, with some overlap. */
function expertsTouched(p: Prepared, tokens: Count): Count {
  return -p.work.experts * Math.expm1(p.logMissed * Math.max(1, p.k.routingOverlap * tokens));
}

/** What is left of network traffic that runs behind the compute of the other half-batch; within a fabric it is all paid. */
export const unhidden = (p: Prepared, sent: Seconds, compute: Seconds): Seconds =>
  p.dispatch.crosses ? Math.max(0, sent - HIDING * compute) : sent;

/**
 * One pass of `tokens` per attention rank, `heads` of which go through the output head, beside `attention` seconds of
 * attention. Where dispatch crosses the network, two half-batches hide it, at the price of reading the weights twice,
 * unless paying it is cheaper.
 */
export function passTime(p: Prepared, tokens: Count, heads: Count, attention: Seconds): PassTime {
  const whole = matmulTime(p, tokens, heads, 1);
  const allReduce = allReduceTime(p.allReduce, tokens);
  const elementwise = tokens * p.elementwisePerToken;
  const sent = dispatchTime(p.dispatch, tokens);
  if (!p.dispatch.crosses) return pass(whole.weights, whole.experts, elementwise, allReduce, sent);
  const halves = matmulTime(p, tokens, heads, 2);
  const left = unhidden(p, sent, halves.weights + halves.experts + attention);
  const apart = halves.weights + halves.experts + left < whole.weights + whole.experts + sent;
  return apart
    ? pass(halves.weights, halves.experts, elementwise, allReduce, left)
    : pass(whole.weights, whole.experts, elementwise, allReduce, sent);
}

function pass(
  weights: Seconds,
  experts: Seconds,
  elementwise: Seconds,
  allReduce: Seconds,
  dispatch: Seconds,
): PassTime {
  const total = weights + experts + elementwise + allReduce + dispatch;
  return { weights, experts, elementwise, allReduce, dispatch, total };
}

/** Dense and expert matmuls of a pass in `parts` equal parts, each of which reads the weights. */
function matmulTime(
  p: Prepared,
  tokens: Count,
  heads: Count,
  parts: number,
): { weights: Seconds; experts: Seconds } {
  const { tp, dp } = p.setup.layout;
  const { work, k } = p;
  const compute = (2 * (tokens * work.dense + heads * work.head)) / (tp * p.denseRate);
  const weights = overlapped(parts * p.denseRead, compute, k.ridge);
  if (work.moeLayers === 0) return { weights, experts: 0 };
  const all = tokens * dp;
  const each = work.expert * work.moeLayers;
  // as if all ranks were as busy as the fullest
  const full = fullest(p, all / parts);
  const touched = parts * Math.min(work.experts, full * expertsTouched(p, all / parts));
  const read = (touched * each * p.expertBytes) / (p.expertRanks * p.weightBandwidth);
  const rows = full * all * work.active + touched * p.tilePadding;
  const routed = (2 * rows * each) / (p.expertRanks * p.expertRate);
  return { weights, experts: overlapped(read, routed, k.ridge) };
}

/** Load of the fullest expert-parallel group over the mean: the largest of several random counts. */
function fullest(p: Prepared, tokens: Count): number {
  const { expertGroups, work } = p;
  if (expertGroups <= 1) return 1;
  const mean = Math.max(1, (tokens * work.active) / expertGroups);
  return 1 + p.k.imbalance * Math.sqrt((2 * Math.log(expertGroups)) / mean);
}

/** One step over the whole replica: `batch` running requests at `context` tokens each, `perRequest` tokens of each. */
export function decodeStep(p: Prepared, batch: Count, context: Count, perRequest: Count = 1): StepTime {
  const { stages } = p;
  const requests = batch / (stages * p.setup.layout.dp);
  const tokens = requests * perRequest;
  const kv = Math.max(cacheRead(p, context) * requests, attentionCompute(p, context) * tokens);
  const through = passTime(p, tokens, tokens, kv);
  const { weights, experts, elementwise, allReduce, dispatch } = through;
  const served = p.engine.sharedFrontEnd ? batch / stages : requests;
  const engine = stages * (p.engine.step + p.engine.request * served + p.sampling * requests);
  const total = through.total + kv + p.launch + engine;
  return {
    weights,
    experts,
    kv,
    elementwise,
    allReduce,
    dispatch,
    launch: p.launch,
    engine,
    draft: 0,
    total,
  };
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
