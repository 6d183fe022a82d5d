import type { Seconds } from "../../units/quantity.ts";
import { preparePrompt } from "./prefill.ts";
import type { Prepared } from "./prepare.ts";
import type { Load } from "./setup.ts";
import { speculativeStep } from "./speculation.ts";
import type { ServiceTimes } from "./times.ts";

/** A latency over requests. */
export interface Spread {
  readonly mean: Seconds;
  readonly p50: Seconds;
  readonly p90: Seconds;
  readonly p95: Seconds;
  readonly p99: Seconds;
}

export interface Spreads {
  readonly ttft: Spread;
  readonly tpot: Spread;
  readonly e2e: Spread;
}

/** Standard normal quantiles. */
const Z90 = 1.2816;
const Z95 = 1.6449;
const Z99 = 2.3263;
/** What averaging over its own life leaves of the variance that a request sees in the number beside it: 2 x integral of (1-u)^2. */
const AVERAGED = 2 / 3;

/** A mean above a floor with a standard deviation, as a shifted lognormal: quantiles in order, the mean exact. */
export function spreadOf(mean: Seconds, floor: Seconds, deviation: Seconds): Spread {
  const above = mean - floor;
  if (above <= 0 || deviation <= 0) return { mean, p50: mean, p90: mean, p95: mean, p99: mean };
  const variance = Math.log1p((deviation / above) ** 2);
  const sigma = Math.sqrt(variance);
  const at = (z: number): Seconds => floor + above * Math.exp(sigma * z - variance / 2);
  return { mean, p50: at(0), p90: at(Z90), p95: at(Z95), p99: at(Z99) };
}

/** Spread over requests of the latencies of one replica, from its means. */
export function spreads(p: Prepared, load: Load, t: ServiceTimes): Spreads {
  if (load.kind === "static") return inWaves(load.batch, t);
  const open = load.kind === "open";
  // arrivals at random see a random number beside them; users who wait for their answers see each other once
  const { inputSpread = 0, outputSpread = 0 } = load;
  const burstiness = load.kind === "open" ? (load.burstiness ?? 1) : 1;
  // variance of the number beside it over its mean, of many servers under heavy traffic [Whitt 1982]
  const dispersion = 1 + (burstiness - 1) / (1 + outputSpread ** 2);
  const beside = open ? t.batch * dispersion : 0;
  const slope = (stepAt(p, load, t.batch + 1) - t.step.total) / Math.max(t.step.total, 1e-9);
  const byBatch = AVERAGED * beside * (slope * t.gap) ** 2;
  const prompts = Math.max(1, t.batch);
  const byPrompts = (open ? 1 : 0.5) * (t.interference / Math.sqrt(prompts)) ** 2;
  const tpotDeviation = Math.sqrt(byBatch + byPrompts);
  const wait = Math.min(t.ttft, t.wait ?? waitOf(p, load, t));
  const alone = t.ttft - wait;
  const busy = Math.min(0.95, Math.max(0.05, t.waiting ?? t.interference / Math.max(t.tpot, 1e-12)));
  // an exponential wait that only the share `busy` of requests meets; and the rest of the running step
  const byLength = inputSpread * alone;
  const ttftDeviation = Math.sqrt(wait ** 2 * (2 / busy - 1) + t.gap ** 2 / 12 + byLength ** 2);
  const e2eDeviation = Math.hypot(
    ttftDeviation,
    load.output * tpotDeviation,
    outputSpread * load.output * t.tpot,
  );
  return {
    ttft: spreadOf(t.ttft, shortest(Math.max(0, alone - t.gap / 2), inputSpread), ttftDeviation),
    tpot: spreadOf(t.tpot, Math.min(t.gap, t.tpot) * 0.9, tpotDeviation),
    e2e: spreadOf(
      t.e2e,
      0.9 * (shortest(alone, inputSpread) + shortest(load.output * t.gap, outputSpread)),
      e2eDeviation,
    ),
  };
}

/** One batch: what does not run at once waits for whole waves before it; within a wave all keep step, and the batch ends as one. */
function inWaves(size: number, t: ServiceTimes): Spreads {
  const waves = Math.max(1, size / t.batch);
  const wait = t.e2e - t.e2e / waves;
  const at = (share: number): Seconds => t.ttft + (share - 0.5) * wait;
  return {
    ttft: { mean: t.ttft, p50: at(0.5), p90: at(0.9), p95: at(0.95), p99: at(0.99) },
    tpot: spreadOf(t.tpot, t.tpot, 0),
    e2e: spreadOf(t.e2e, t.e2e, 0),
  };
}

/** Time of the shortest requests, where the mean one takes so long alone: nothing of it where lengths vary as much as they are long. */
const shortest = (alone: Seconds, spread: number): Seconds => alone * Math.max(0, 1 - spread);

const stepAt = (p: Prepared, load: Load, batch: number): Seconds =>
  speculativeStep(p, batch, load.input + load.output / 2).total;

/** The part of the time to the first token that is waiting for other prompts. */
function waitOf(p: Prepared, load: Load, t: ServiceTimes): Seconds {
  const first = load.kind === "open" ? 0.5 : (p.setup.options?.streamInterval ?? p.engine.firstSteps);
  const { alone } = preparePrompt(p, load.input, load.cached);
  return Math.max(0, t.ttft - p.k.admission - alone - first * t.tpot);
}
