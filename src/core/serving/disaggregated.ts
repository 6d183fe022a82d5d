import type { Count, Ratio, Seconds } from "../../units/quantity.ts";
import { cachePerRequest, requestsThatFit } from "./capacity.ts";
import { preparePrompt } from "./prefill.ts";
import type { Prepared } from "./prepare.ts";
import { chipsOf, type RequestTokens } from "./setup.ts";
import { expectedTokens, speculativeStep } from "./speculation.ts";
import type { StepTime } from "./step.ts";
import { endToEnd } from "./times.ts";

/** Prompts and decodes on workers of their own; a worker is one replica of its layout. */
export interface Disaggregated {
  readonly prefill: Prepared;
  readonly prefillWorkers: Count;
  readonly decode: Prepared;
  readonly decodeWorkers: Count;
}

export interface DisaggregatedTimes {
  readonly ttft: Seconds;
  /** Prompts run elsewhere, so nothing interrupts: mean and median gap agree. */
  readonly tpot: Seconds;
  readonly e2e: Seconds;
  /** Output tokens a second of all workers together. */
  readonly throughput: number;
  /** Requests that decode at once on one worker. */
  readonly batch: Count;
  readonly fitting: number;
  readonly step: StepTime;
  /** Sending the cache of one prompt to its decode worker. */
  readonly transfer: Seconds;
  readonly prefillBusy: Ratio;
  /** The part of the time to the first token that is waiting, for a prefill worker or for room to decode. */
  readonly wait: Seconds;
}

/** Share of the link that a cache transfer gets beside the traffic of the model itself. */
const TRANSFER_SHARE = 0.5;
const ITERATIONS = 60;
/** Steps towards the batch that sustains itself, each nearer by the share of a step that grows with the batch. */
const MOST_ITERATIONS = 300;
/** Halvings of a factor of at most some thousands: the batch is then known to ten digits. */
const HALVINGS = 36;
const CLOSE = 1e-7;

/** Sending the cache of a prompt to the chips that decode it, shard by shard: over the fabric if they share one. */
export function transferTime({ prefill: p, decode }: Disaggregated, input: Count): Seconds {
  const { tp } = p.setup.layout;
  const together = chipsOf(p.setup.layout) + chipsOf(decode.setup.layout) <= p.rates.domain;
  const link = together ? p.rates.link : p.rates.nic;
  const senders = tp / Math.min(tp, decode.setup.layout.tp);
  return (cachePerRequest(p, input) * senders) / (TRANSFER_SHARE * link);
}

/** What both kinds of load rest on. */
interface Pools {
  /** Prompts that are read at once. */
  readonly readers: Count;
  readonly work: Seconds;
  /** From sending a request to its first token where nobody waits, but for the step that it comes in on. */
  readonly clear: Seconds;
  readonly transfer: Seconds;
  readonly fitting: number;
  readonly context: Count;
}

function poolsOf(d: Disaggregated, r: RequestTokens): Pools {
  const { prefill, decode } = d;
  const { work, alone } = preparePrompt(prefill, r.input, r.cached);
  const transfer = transferTime(d, r.input);
  return {
    readers: prefill.setup.layout.dp * d.prefillWorkers,
    work,
    clear: decode.k.admission + alone + transfer,
    transfer,
    fitting: requestsThatFit(decode, r.input + decode.engine.reservation * r.output),
    context: r.input + r.output / 2,
  };
}

/**
 * Requests that arrive by themselves, `rate` a second. Undefined where prompts or tokens come faster than they are worked off, or
 * more requests are under way than fit.
 */
export function disaggregatedOpen(
  d: Disaggregated,
  r: RequestTokens & { readonly burstiness?: Ratio },
  rate: number,
): DisaggregatedTimes | undefined {
  const { decode } = d;
  const { readers, work, clear, transfer, fitting, context } = poolsOf(d, r);
  const busy = (rate * work) / readers;
  if (busy >= 1) return undefined;
  // more requests at once make each slower, which keeps more at once: the least batch that sustains itself
  let batch = 1;
  let step = speculativeStep(decode, batch, context);
  for (let i = 0; ; i++) {
    const held = endToEnd(0, step.total / expectedTokens(decode), r.output);
    const next = Math.max(1, (rate * held) / d.decodeWorkers);
    if (next > fitting || i >= MOST_ITERATIONS) return undefined;
    if (next - batch < CLOSE * batch) break;
    batch = next;
    step = speculativeStep(decode, batch, context);
  }
  const tpot = step.total / expectedTokens(decode);
  // arrivals at random and prompts alike where nothing is said; waiting for any of several servers [Sakasegawa 1977]
  const variation = ((r.burstiness ?? 1) + (r.inputSpread ?? 0) ** 2) / 2;
  const wait = (busy ** (Math.sqrt(2 * (readers + 1)) - 1) / (readers * (1 - busy))) * work * variation;
  const ttft = clear + tpot / 2 + wait;
  return {
    ttft,
    tpot,
    e2e: endToEnd(ttft, tpot, r.output),
    throughput: rate * r.output,
    batch,
    fitting,
    step,
    transfer,
    prefillBusy: busy,
    wait,
  };
}

/** `users` in a closed loop: those who wait for a prompt do not decode, and the other way round. */
export function disaggregatedLoop(d: Disaggregated, r: RequestTokens, users: Count): DisaggregatedTimes {
  const { decode } = d;
  const { k } = decode;
  const { readers, work, clear, transfer, fitting, context } = poolsOf(d, r);
  const share = work / readers;
  const first = decode.setup.options?.streamInterval ?? decode.engine.firstSteps;
  let decoding = users;
  let step = speculativeStep(decode, 1, context);
  let tpot = step.total;
  let ttft = clear;
  let batch = 1;
  let wait = 0;
  for (let i = 0; i < ITERATIONS; i++) {
    batch = Math.max(1, Math.min(fitting, decoding / d.decodeWorkers));
    step = speculativeStep(decode, batch, context);
    tpot = step.total / expectedTokens(decode);
    const decodeTime = endToEnd(0, tpot, r.output);
    const burst = k.firstWave + k.queueing * Math.min(1, share / decodeTime);
    // prompts queue for prefill workers, or for room on a decode worker
    const queue = Math.max(users * share - decodeTime, share * (users - 1) * burst);
    const full = Math.max(0, decoding / (batch * d.decodeWorkers) - 1) * decodeTime;
    wait = queue + full;
    ttft = clear + first * tpot + wait;
    // those who decode or wait for room to
    const next = (users * (full + decodeTime)) / (ttft + decodeTime);
    if (Math.abs(next - decoding) < CLOSE * users) break;
    decoding = (decoding + next) / 2;
  }
  const e2e = endToEnd(ttft, tpot, r.output);
  const throughput = (users * r.output) / e2e;
  const prefillBusy = Math.min(1, (throughput / r.output) * share);
  return { ttft, tpot, e2e, throughput, batch, fitting, step, transfer, prefillBusy, wait };
}

/** Workers for a stream of requests: decode as many as keep the time per token, prefill at a share of full use. */
export interface WorkersNeeded {
  readonly prefillWorkers: number;
  readonly decodeWorkers: number;
  readonly batch: Count;
  readonly step: StepTime;
}

/**
 * Workers that serve `rate` requests a second at `tpot` or better, with prefill busy `busy` of the time; undefined where even
 * one request at a time is slower.
 */
export function workersFor(
  prefill: Prepared,
  decode: Prepared,
  r: RequestTokens,
  rate: number,
  tpot: Seconds,
  busy: Ratio,
): WorkersNeeded | undefined {
  const full = fullestDecode(decode, r, tpot);
  if (full === undefined) return undefined;
  const prompt = preparePrompt(prefill, r.input, r.cached);
  return {
    prefillWorkers: (rate * prompt.work) / (prefill.setup.layout.dp * busy),
    decodeWorkers: (rate * r.output * full.tpot) / full.batch,
    batch: full.batch,
    step: full.step,
  };
}

/** The largest batch of a decode worker that keeps the time per token; undefined where even one request at a time does not. */
export function fullestDecode(
  decode: Prepared,
  r: RequestTokens,
  tpot: Seconds,
): { readonly batch: Count; readonly tpot: Seconds; readonly step: StepTime } | undefined {
  const context = r.input + r.output / 2;
  const yielded = expectedTokens(decode);
  const at = (batch: Count) => speculativeStep(decode, batch, context);
  const keeps = (batch: Count) => at(batch).total / yielded <= tpot;
  const most = requestsThatFit(decode, r.input + decode.engine.reservation * r.output);
  if (most < 1 || !keeps(1)) return undefined;
  let low = 1;
  let high = most;
  if (keeps(most)) low = most;
  else
    for (let i = 0; i < HALVINGS; i++) {
      const middle = Math.sqrt(low * high);
      if (keeps(middle)) low = middle;
      else high = middle;
    }
  const step = at(low);
  return { batch: low, tpot: step.total / yielded, step };
}
