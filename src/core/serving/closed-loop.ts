import type { Count } from "../../units/quantity.ts";
import { requestsThatFit } from "./capacity.ts";
import type { Prepared } from "./prepare.ts";
import type { RequestTokens } from "./setup.ts";
import { expectedTokens, speculativeStep } from "./speculation.ts";
import { basisOf, endToEnd, interferenceOf, type ServiceTimes } from "./times.ts";

/** vLLM admits while a fifth of the output would fit, and pre-empts later. */
const EARLY_ADMISSION = 0.2;

/** Closed loop: `users` each send the next request when the last is answered. */
export function closedLoop(p: Prepared, r: RequestTokens, users: Count): ServiceTimes {
  const { k, engine } = p;
  const { dp } = p.setup.layout;
  const b = basisOf(p, r);
  const limit = p.setup.options?.maxBatch ?? Infinity;
  const batch = Math.max(1, Math.min(users, b.fitting, limit));
  const step = speculativeStep(p, batch, b.meanContext);
  const gap = step.total / expectedTokens(p);
  const share = b.prompt.work / dp;
  const interference = interferenceOf(p, b, r.output, batch, step);
  let tpot = gap + interference;
  const burst = k.firstWave + k.queueing * Math.min(1, share / (r.output * gap));
  let ttft = k.admission + b.prompt.alone + firstSteps(p) * tpot + share * (batch - 1) * burst;
  if (users > batch) {
    const early = Math.min(limit, requestsThatFit(p, r.input + EARLY_ADMISSION * r.output));
    const seats = engine.family === "vllm" ? Math.max(batch, Math.min(users, early)) : batch;
    tpot *= seats / batch;
    ttft += r.output * tpot * (users / seats - 1);
  }
  const e2e = endToEnd(ttft, tpot, r.output);
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

/** Steady state with `size` requests running on average; a slot stands idle between two requests. */
export function running(p: Prepared, r: RequestTokens, size: Count): ServiceTimes {
  const t = closedLoop(p, r, size);
  return { ...t, throughput: size / (t.tpot + (p.k.slotIdle * size) / r.output) };
}

/** Steps until the client sees the first token: declared, else the engine's habit. */
const firstSteps = (p: Prepared): number => p.setup.options?.streamInterval ?? p.engine.firstSteps;
