import type { Count, Ratio, Seconds } from "../../units/quantity.ts";
import { requestsThatFit } from "./capacity.ts";
import { type Prompt, prefillDelay, preparePrompt } from "./prefill.ts";
import type { Prepared } from "./prepare.ts";
import type { RequestTokens } from "./setup.ts";
import { tokensPerStep } from "./speculation.ts";
import type { StepTime } from "./step.ts";

/** Means of one replica under one load. */
export interface ServiceTimes {
  /** From sending a request to the first token. */
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
  /** One decode step; divided by the tokens it yields it is `gap`. */
  readonly step: StepTime;
  /** What prompts of other requests add to each token. */
  readonly interference: Seconds;
  /** Marginal time of one prompt. */
  readonly promptWork: Seconds;
  /** Of the time to the first token, waiting for other prompts; and the share of requests that do. Absent where the load tells. */
  readonly wait?: Seconds;
  readonly waiting?: Ratio;
  /** More load than the replica can serve: latency depends on how long it lasts. */
  readonly overloaded: boolean;
}

/** From sending a request to its last token: the first, and the time of each after it. */
export const endToEnd = (ttft: Seconds, tpot: Seconds, output: Count): Seconds =>
  ttft + Math.max(0, output - 1) * tpot;

/** What the loads share: how many requests fit, and the work of one prompt. */
export interface Basis {
  readonly fitting: number;
  /** Mean context of a running request: the prompt and half of the output, more where long answers stay longer. [inspection paradox] */
  readonly meanContext: Count;
  readonly prompt: Prompt;
}

/** What every load of such requests needs of a replica: how many fit, their mean context, their prompt. */
export function basisOf(p: Prepared, r: RequestTokens): Basis {
  return {
    fitting: requestsThatFit(p, r.input + p.engine.reservation * r.output),
    meanContext: r.input + (r.output * (1 + (r.outputSpread ?? 0) ** 2)) / 2,
    prompt: preparePrompt(p, r.input, r.cached),
  };
}

/** Time that prompts take from decodes, per output token, where `batch` requests run and each makes room for a new one. */
export function interferenceOf(p: Prepared, b: Basis, output: Count, batch: Count, step: StepTime): Seconds {
  const { dp } = p.setup.layout;
  const perStep = batch / (output * dp);
  const decodes = (batch * tokensPerStep(p)) / (p.stages * dp);
  const delay = prefillDelay(p, b.prompt, decodes, step, perStep);
  return (p.k.interference * Math.max(0, batch - 1) * delay) / (dp * output);
}
