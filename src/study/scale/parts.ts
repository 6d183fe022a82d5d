import type { Advice } from "../../core/scaling/advice.ts";
import { sizePenalty } from "../../core/scaling/kaplan.ts";
import { LAWS, type LawId, type ScalingLaw } from "../../core/scaling/laws.ts";
import { lifetimeOptimum, lifetimeSaving, weighedTokens } from "../../core/scaling/lifetime.ts";
import {
  effectiveTokens,
  marginalToken,
  REPETITION_CEILING,
  repeatedLoss,
} from "../../core/scaling/repeated.ts";
import {
  type Allocation,
  lossOf,
  optimum,
  type TwoTermFit,
  tokensAtLoss,
} from "../../core/scaling/two-term.ts";
import { refuse } from "../../units/problem.ts";
import type { Notes } from "../document.ts";
import { note } from "../economics.ts";
import { MEDIAN_MFU } from "../train/efficiency.ts";
import type { ScaleRequest } from "./request.ts";
import type { Lifetime, Repeated, SizeRow } from "./result.ts";

/** Sizes around the best one that the table of wrong sizes shows. */
const SIZE_RATIOS = [0.25, 0.5, 0.75, 1, 1.5, 2, 4];
/** Fits that give a loss and speak of fresh data. */
const LOSS_LAWS: readonly LawId[] = ["besiroglu", "hoffmann-loss", "hoffmann-unrounded", "sardana"];

/** The fit of a law that gives a loss. */
export const fitOf = ({ form }: ScalingLaw): TwoTermFit | undefined =>
  form.kind === "two-term" ? form : undefined;

/** By every fit with a loss: the choice of fit moves the answer more than anything else. */
export function lifetimeOf(request: ScaleRequest, flop: number, notes: Notes): Lifetime | undefined {
  const { lifetimeTokens: servedTokens, servingUtilisation } = request;
  if (servedTokens === undefined) {
    if (servingUtilisation !== undefined)
      refuse("E-UNUSED", "--serving-utilisation weighs the tokens served, and none are given.", {
        flag: "--serving-utilisation",
        hint: "Give --lifetime-tokens too, or drop it.",
      });
    return undefined;
  }
  const weighed =
    servingUtilisation === undefined
      ? servedTokens
      : weighedTokens(servedTokens, mfuOf(request, notes), servingUtilisation);
  const fits = LOSS_LAWS.flatMap((law) => {
    const fit = fitOf(LAWS[law])!;
    const best = optimum(fit, flop);
    const loss = lossOf(fit, best.params, best.tokens);
    const plan = lifetimeOptimum(fit, loss, weighed);
    return plan === undefined
      ? []
      : [
          {
            law,
            ...plan,
            tokensPerParam: plan.tokens / plan.params,
            loss,
            saving: lifetimeSaving(plan, best, weighed),
          },
        ];
  });
  return { servedTokens, weighedTokens: weighed, fits };
}

/** Utilisation of training: given, or what is usual. */
function mfuOf({ mfu }: ScaleRequest, notes: Notes): number {
  if (mfu !== undefined) return mfu;
  note(notes, "MFU", MEDIAN_MFU);
  notes.defaults.mfu = MEDIAN_MFU.value;
  return MEDIAN_MFU.value;
}

/** What repeating the unique tokens given does to a run; undefined where none are given. [Muennighoff 2023] */
export function repeatedOf(
  { uniqueTokens, params, tokens }: ScaleRequest,
  best: Advice,
): Repeated | undefined {
  if (uniqueTokens === undefined) return undefined;
  const read = tokens ?? best.tokens;
  const size = params ?? best.totalParams;
  const epochs = Math.max(1, read / uniqueTokens);
  return {
    uniqueTokens,
    epochs,
    effectiveTokens: effectiveTokens(read, uniqueTokens),
    mostTokens: REPETITION_CEILING * uniqueTokens,
    marginal: marginalToken(epochs),
    lossRatio: repeatedLoss(size, read, uniqueTokens) / repeatedLoss(size, read, read),
  };
}

/** Smaller and larger models of the same loss, and what each costs over the optimum. */
export function sizesOf(fit: TwoTermFit, flop: number): readonly SizeRow[] {
  const best: Allocation = optimum(fit, flop);
  const loss = lossOf(fit, best.params, best.tokens);
  return SIZE_RATIOS.map((ratio) => {
    const params = ratio * best.params;
    const tokens = tokensAtLoss(fit, params, loss);
    return {
      ratio,
      params,
      tokens,
      computeRatio: tokens === undefined ? undefined : (params * tokens) / (best.params * best.tokens),
      kaplanRatio: sizePenalty(ratio),
    };
  });
}
