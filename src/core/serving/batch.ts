import type { Count } from "../../units/quantity.ts";
import { promptsAlone } from "./prefill.ts";
import type { Prepared } from "./prepare.ts";
import type { RequestTokens } from "./setup.ts";
import { expectedTokens, speculativeStep } from "./speculation.ts";
import { basisOf, endToEnd, interferenceOf, type ServiceTimes } from "./times.ts";

/** Static batch: all prompts, then all decodes; what does not fit at once runs in waves. */
export function staticBatch(p: Prepared, r: RequestTokens, size: Count): ServiceTimes {
  const b = basisOf(p, r);
  const waves = Math.max(1, size / b.fitting);
  const batch = size / waves;
  const step = speculativeStep(p, batch, b.meanContext);
  const gap = step.total / expectedTokens(p);
  const first = promptsAlone(p, batch, b.prompt.tokens, b.prompt.attention);
  const wave = endToEnd(first, gap, r.output);
  const e2e = waves * wave;
  return {
    // waves wait for those before them
    ttft: first + ((waves - 1) / 2) * wave,
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

/** Offline: an endless queue keeps as many requests running as memory or the engine's limit allows. */
export function saturated(p: Prepared, r: RequestTokens, server = false): ServiceTimes {
  const { k, engine } = p;
  const b = basisOf(p, r);
  const habit = (engine.sharedFrontEnd ? k.batchCap / 2 : k.batchCap) * p.setup.layout.dp;
  const batch = Math.max(1, Math.min(b.fitting, p.setup.options?.maxBatch ?? habit));
  const step = speculativeStep(p, batch, b.meanContext);
  const gap = step.total / expectedTokens(p);
  const interference = interferenceOf(p, b, r.output, batch, step);
  const tpot = gap + interference;
  const ttft = k.admission + b.prompt.alone + tpot;
  return {
    ttft,
    tpot,
    gap,
    e2e: endToEnd(ttft, tpot, r.output),
    throughput: ((server ? k.serverShare : 1) * batch) / tpot,
    batch,
    fitting: b.fitting,
    step,
    interference,
    promptWork: b.prompt.work,
    overloaded: true,
  };
}
