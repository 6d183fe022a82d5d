import type { Answer } from "../document.ts";
import { newNotes } from "../document.ts";
import { demandOf, mediaOf, tokensOf } from "../infer/demand.ts";
import type { PlanInferRequest, PlanInferResult } from "../infer/plan-result.ts";
import type { InferRequest } from "../infer/request.ts";
import type { Input } from "../sample/draws.ts";
import { kernelOf } from "../sample/leaves.ts";
import { rangedParts } from "../sample/ranged.ts";

/** What a serving plan is asked for, as an interval beside those of its rows: the demand, and the lengths of a request. */
export function withAskedIntervals(
  answer: Answer<PlanInferResult>,
  { sensitivity: _ranked, ...request }: PlanInferRequest,
  inputs: readonly Input[],
): Answer<PlanInferResult> {
  const { result } = answer;
  if (inputs.length === 0) return answer;
  const kernel = kernelOf(request, inputs, (drawn) => asked(drawn as InferRequest));
  const { intervals } = rangedParts(kernel, request, []);
  return { ...answer, result: { ...result, intervals: { ...intervals, ...result.intervals } } };
}

function asked(request: InferRequest) {
  const notes = newNotes();
  const { input, output } = tokensOf(request, mediaOf(request, notes).tokens, notes);
  const demand = demandOf(request, { input, output }, notes);
  return { request: { inputTokens: input, outputTokens: output }, demand };
}
