import type { Count, Ratio } from "../../units/quantity.ts";
import { prefillDelay } from "./prefill.ts";
import type { Prepared } from "./prepare.ts";
import type { RequestTokens } from "./setup.ts";
import { expectedTokens, speculativeStep, tokensPerStep } from "./speculation.ts";
import { type Basis, basisOf, endToEnd, type ServiceTimes } from "./times.ts";

/** Most requests an engine runs at once on an attention rank where nothing is said (max_num_seqs of current releases). */
const ENGINE_LIMIT: Count = 1024;
const ITERATIONS = 30;
const CLOSE = 1e-7;
/** Prompts may not take more than this share of the time; beyond, the batch would grow without end. */
const FULL = 0.95;

/** Squared variation of the gaps of arrivals at random. */
const POISSON = 1;

type OpenLoad = RequestTokens & { readonly burstiness?: Ratio };

/** What `batch` running requests make of latency at a rate, and by Little's law how many more that latency keeps running. */
function openPoint(p: Prepared, b: Basis, r: OpenLoad, rate: number, batch: Count) {
  const { k } = p;
  const { dp } = p.setup.layout;
  const step = speculativeStep(p, batch, b.meanContext);
  const decodes = (batch * tokensPerStep(p)) / (p.stages * dp);
  const delay = prefillDelay(p, b.prompt, decodes, step, (rate * step.total) / dp);
  // ranks step together: each reads its share of the prompts
  const busy = Math.min(FULL, (k.interference * rate * delay) / dp);
  const tpot = step.total / expectedTokens(p) / (1 - busy);
  // waiting goes as the variation of arrivals and of the prompts' work [Allen and Cunneen's approximation of G/G/1]
  const variation = (r.burstiness ?? POISSON) + (r.inputSpread ?? 0) ** 2;
  const wait = ((k.queueing * busy) / (1 - busy)) * variation * ((b.prompt.work + step.total) / 2);
  const ttft = k.admission + b.prompt.alone + tpot / 2 + wait;
  return { batch, step, tpot, ttft, excess: rate * endToEnd(ttft, tpot, r.output) - batch };
}

type OpenPoint = ReturnType<typeof openPoint>;

/**
 * Open loop: requests arrive `rate` a second, at random unless their burstiness is said. More requests in flight make each slower, which keeps more in
 * flight: the least batch that sustains itself. Secants climb to it from below; false position closes in once it is passed.
 */
export function openLoop(p: Prepared, r: OpenLoad, rate: number): ServiceTimes {
  const b = basisOf(p, r);
  const cap = Math.max(1, Math.min(b.fitting, p.setup.options?.maxBatch ?? ENGINE_LIMIT * p.setup.layout.dp));
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
  r: OpenLoad,
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
    e2e: endToEnd(ttft, tpot, r.output),
    throughput: overloaded ? batch / tpot : rate * r.output,
    batch,
    fitting: b.fitting,
    step,
    interference: tpot - gap,
    promptWork: b.prompt.work,
    overloaded,
  };
}
