import type { Count, Seconds } from "../../units/quantity.ts";
import { requestsThatFit } from "./capacity.ts";
import { type Prompt, prefillDelay, preparePrompt, promptsAlone } from "./prefill.ts";
import type { Prepared } from "./prepare.ts";
import type { RequestTokens } from "./setup.ts";
import { expectedTokens, speculativeStep } from "./speculation.ts";
import type { StepTime } from "./step.ts";

/** Means of one replica under one load. */
export interface ServiceTimes {
  readonly ttft: Seconds;
  /** Mean time per output token after the first, prefill interference included. */
  readonly tpot: Seconds;
  /** Gap between two tokens that no prefill interrupts: what a median shows. */
  readonly gap: Seconds;
  readonly e2e: Seconds;
  /** Output tokens a second. */
  readonly throughput: number;
  /** Requests running at once. */
  readonly batch: Count;
  /** Requests that fit at once. */
  readonly fitting: number;
  readonly step: StepTime;
  /** Share of time that prefill takes from decode. */
  readonly interference: Seconds;
  readonly promptWork: Seconds;
  /** More load than the replica can serve: latency depends on how long it lasts. */
  readonly overloaded: boolean;
}

/** What the modes share: a request's means, and the work of its prompt. */
interface Basis {
  readonly fitting: number;
  readonly meanContext: Count;
  readonly prompt: Prompt;
}

/** vLLM admits while a fifth of the output would fit, and pre-empts later. */
const EARLY_ADMISSION = 0.2;
const ENGINE_LIMIT: Count = 1024;

function basis(p: Prepared, r: RequestTokens): Basis {
  return {
    fitting: requestsThatFit(p, r.input + p.engine.reservation * r.output),
    meanContext: r.input + r.output / 2,
    prompt: preparePrompt(p, r.input, r.cached),
  };
}

/** Time that prompts take from decodes, per output token, with `batch` requests running. */
function interferenceOf(p: Prepared, b: Basis, output: Count, batch: Count, step: StepTime): Seconds {
  const { dp } = p.setup.layout;
  const perStep = batch / (output * dp);
  const decodes = batch / (p.stages * dp);
  const delay = prefillDelay(p, b.prompt, decodes, step, perStep);
  return (p.k.interference * Math.max(0, batch - 1) * delay) / (dp * output);
}

/** Closed loop: `users` each send the next request when the last is answered. */
export function closedLoop(p: Prepared, r: RequestTokens, users: Count): ServiceTimes {
  const { k, engine } = p;
  const { dp } = p.setup.layout;
  const b = basis(p, r);
  const limit = Math.min(b.fitting, p.setup.options?.maxBatch ?? Infinity);
  const batch = Math.max(1, Math.min(users, limit));
  const step = speculativeStep(p, batch, b.meanContext);
  const gap = step.total / expectedTokens(p);
  const share = b.prompt.work / dp;
  const interference = interferenceOf(p, b, r.output, batch, step);
  let tpot = gap + interference;
  const burst = k.firstWave + k.queueing * Math.min(1, share / (r.output * gap));
  let ttft = k.admission + b.prompt.alone + firstSteps(p) * tpot + share * (batch - 1) * burst;
  if (users > batch) {
    const early = requestsThatFit(p, r.input + EARLY_ADMISSION * r.output);
    const seats = engine.family === "vllm" ? Math.max(batch, Math.min(users, early)) : batch;
    tpot *= seats / batch;
    ttft += r.output * tpot * (users / seats - 1);
  }
  const e2e = ttft + r.output * tpot;
  return {
    ttft,
    tpot,
    gap,
    e2e,
    throughput: (users * r.output) / e2e,
    batch,
    fitting: b.fitting,
    step,
    interference,
    promptWork: b.prompt.work,
    overloaded: false,
  };
}

const ITERATIONS = 30;
const CLOSE = 1e-7;
/** Prompts may not take more than this share of the time; beyond, the batch would grow without end. */
const FULL = 0.95;

/** What `batch` running requests make of latency at a rate, and by Little's law how many more that latency keeps running. */
function openPoint(p: Prepared, b: Basis, r: RequestTokens, rate: number, batch: Count) {
  const { k } = p;
  const step = speculativeStep(p, batch, b.meanContext);
  const decodes = batch / (p.stages * p.setup.layout.dp);
  const delay = prefillDelay(p, b.prompt, decodes, step, rate * step.total);
  const busy = Math.min(FULL, k.interference * rate * delay);
  const tpot = step.total / expectedTokens(p) / (1 - busy);
  const wait = ((k.queueing * busy) / (1 - busy)) * ((b.prompt.work + step.total) / 2);
  const ttft = k.admission + b.prompt.alone + tpot / 2 + wait;
  return { batch, step, tpot, ttft, excess: rate * (ttft + r.output * tpot) - batch };
}

type OpenPoint = ReturnType<typeof openPoint>;

/**
 * Open loop: requests arrive at random, `rate` a second. More requests in flight make each slower, which keeps more in
 * flight: the least batch that sustains itself. Secants climb to it from below; false position closes in once it is passed.
 */
export function openLoop(p: Prepared, r: RequestTokens, rate: number): ServiceTimes {
  const b = basis(p, r);
  const cap = Math.max(1, Math.min(b.fitting, p.setup.options?.maxBatch ?? ENGINE_LIMIT));
  let low = openPoint(p, b, r, rate, 1);
  let high: OpenPoint | undefined;
  let slope = -1;
  for (let i = 0; i < ITERATIONS && high === undefined && low.batch < cap && low.excess > CLOSE; i++) {
    const next = slope < 0 ? Math.min(cap, low.batch - low.excess / slope) : cap;
    const there = openPoint(p, b, r, rate, next);
    slope = (there.excess - low.excess) / (next - low.batch);
    if (there.excess > 0) low = there;
    else high = there;
  }
  if (high !== undefined) low = falsePosition(p, b, r, rate, low, high);
  return openTimes(p, b, r, rate, low, low.batch >= cap && low.excess > CLOSE * cap);
}

/** Root between a point with too few running and one with too many; Illinois variant, so that neither end stays for good. */
function falsePosition(
  p: Prepared,
  b: Basis,
  r: RequestTokens,
  rate: number,
  from: OpenPoint,
  to: OpenPoint,
): OpenPoint {
  let low = from;
  let high = to;
  let fLow = low.excess;
  let fHigh = high.excess;
  for (let i = 0; i < ITERATIONS; i++) {
    const there = openPoint(p, b, r, rate, (low.batch * fHigh - high.batch * fLow) / (fHigh - fLow));
    if (Math.abs(there.excess) <= CLOSE * there.batch) return there;
    if (there.excess > 0) {
      low = there;
      fLow = there.excess;
      fHigh /= 2;
    } else {
      high = there;
      fHigh = there.excess;
      fLow /= 2;
    }
  }
  return low;
}

function openTimes(
  p: Prepared,
  b: Basis,
  r: RequestTokens,
  rate: number,
  at: OpenPoint,
  overloaded: boolean,
): ServiceTimes {
  const { step, tpot, ttft, batch } = at;
  const gap = step.total / expectedTokens(p);
  return {
    ttft,
    tpot,
    gap,
    e2e: ttft + r.output * tpot,
    throughput: overloaded ? batch / tpot : rate * r.output,
    batch,
    fitting: b.fitting,
    step,
    interference: tpot - gap,
    promptWork: b.prompt.work,
    overloaded,
  };
}

/** Static batch: all prompts, then all decodes; what does not fit at once runs in waves. */
export function staticBatch(p: Prepared, r: RequestTokens, size: Count): ServiceTimes {
  const b = basis(p, r);
  const waves = Math.max(1, size / b.fitting);
  const batch = size / waves;
  const step = speculativeStep(p, batch, b.meanContext);
  const gap = step.total / expectedTokens(p);
  const ttft = promptsAlone(p, batch, b.prompt.tokens, b.prompt.attention);
  const e2e = waves * (ttft + r.output * gap);
  return {
    ttft,
    tpot: gap,
    gap,
    e2e,
    throughput: (size * r.output) / e2e,
    batch,
    fitting: b.fitting,
    step,
    interference: 0,
    promptWork: b.prompt.work,
    overloaded: false,
  };
}

/** Steady state with `size` requests running on average; a slot stands idle between two requests. */
export function running(p: Prepared, r: RequestTokens, size: Count): ServiceTimes {
  const t = closedLoop(p, r, size);
  return { ...t, throughput: size / (t.tpot + (p.k.slotIdle * size) / r.output) };
}

/** Offline: an endless queue keeps as many requests running as memory or the engine's limit allows. */
export function saturated(p: Prepared, r: RequestTokens, server = false): ServiceTimes {
  const { k, engine } = p;
  const b = basis(p, r);
  const habit = engine.sharedFrontEnd ? k.batchCap / 2 : k.batchCap;
  const batch = Math.max(1, Math.min(b.fitting, p.setup.options?.maxBatch ?? habit));
  const step = speculativeStep(p, batch, b.meanContext);
  const gap = step.total / expectedTokens(p);
  const interference = interferenceOf(p, b, r.output, batch, step);
  const tpot = gap + interference;
  const e2e = r.output * tpot;
  return {
    ttft: k.admission + b.prompt.alone + tpot,
    tpot,
    gap,
    e2e,
    throughput: ((server ? k.serverShare : 1) * batch) / tpot,
    batch,
    fitting: b.fitting,
    step,
    interference,
    promptWork: b.prompt.work,
    overloaded: true,
  };
}

/** Steps until the client sees the first token: declared, else the engine's habit. */
const firstSteps = (p: Prepared): number => p.setup.options?.streamInterval ?? p.engine.firstSteps;
