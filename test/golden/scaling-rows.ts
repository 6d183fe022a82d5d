import { lawOptimum, lawTokens } from "../../src/core/scaling/advice.ts";
import {
  batchForCompute,
  CRITICAL_BATCH_GROWTH,
  learningRateForCompute,
} from "../../src/core/scaling/batch.ts";
import { PRINTED_ERRORS } from "../../src/core/scaling/covariance.ts";
import { ABNAR, CLARK, denseEquivalent, KRAJEWSKI, krajewskiLoss } from "../../src/core/scaling/experts.ts";
import {
  criticalBatch,
  frontier,
  frontierExponent,
  KAPLAN,
  lossOfCompute,
  lossOfParams,
  sizePenalty,
  stepsPenalty,
} from "../../src/core/scaling/kaplan.ts";
import { FORMULAS, LAWS } from "../../src/core/scaling/laws.ts";
import { lifetimeFlop, lifetimeOptimum, lifetimeSaving } from "../../src/core/scaling/lifetime.ts";
import {
  effectiveParams,
  effectiveTokens,
  REPEATED,
  REPETITION_CEILING,
  repeatedLoss,
} from "../../src/core/scaling/repeated.ts";
import {
  type Allocation,
  lossOf,
  optimalTokens,
  optimum,
  paramsShare,
  type TwoTermFit,
  tokensAtLoss,
} from "../../src/core/scaling/two-term.ts";
import { flop6ND } from "../../src/core/training/run.ts";
import { row } from "./row.ts";

const PFD = 8.64e19;

const fitOf = (id: "besiroglu" | "hoffmann-loss" | "hoffmann-unrounded" | "sardana"): TwoTermFit => {
  const { form } = LAWS[id];
  if (form.kind !== "two-term") throw new Error(`${id} is no two-term law`);
  return form;
};
const plan = ({ params: N, tokens: D }: Allocation) => ({ N, D, tokens_per_param: D / N });
const besiroglu = fitOf("besiroglu");
const sardana = fitOf("sardana");

/** A size with its compute-optimal tokens, and the loss they reach. */
function chinchilla(params: number): Allocation & { readonly loss: number } {
  const tokens = optimalTokens(sardana, params);
  return { params, tokens, loss: lossOf(sardana, params, tokens) };
}

interface Table {
  readonly approach: 1 | 2 | 3;
  readonly N: number;
}
interface Lifetime {
  readonly N_ref: number;
  readonly D_inf: number;
  readonly N_alt: number;
}

export const scalingRows = [
  row<Table>("scal-hoff-a", ({ approach, N }) => {
    const D = lawTokens(LAWS[`hoffmann-a${approach}`], N);
    return { D, C: flop6ND(N, D) };
  }),
  row<{ N: number; D: number; printed_C: number }>("scal-hoff-a3-175B-typo", (i) => ({
    ratio_printed_to_6ND: i.printed_C / flop6ND(i.N, i.D),
  })),
  row("scal-hoff-a3-loss-form", () => ({
    form: FORMULAS["two-term"],
    a: paramsShare(fitOf("hoffmann-unrounded")),
    b: 1 - paramsShare(fitOf("hoffmann-unrounded")),
  })),
  row<{ C: number }>("scal-hoff-tex", ({ C }) => plan(optimum(fitOf("hoffmann-unrounded"), C))),
  row<{ C: number }>("scal-hoff-rounded", ({ C }) => plan(optimum(fitOf("hoffmann-loss"), C))),
  row("scal-besiroglu-constants", () => ({
    ...besiroglu,
    a: paramsShare(besiroglu),
    ...PRINTED_ERRORS,
  })),
  row<{ C: number }>("scal-besiroglu-opt", ({ C }) => {
    const best = optimum(besiroglu, C);
    return { ...plan(best), loss: lossOf(besiroglu, best.params, best.tokens) };
  }),
  row<Record<"gopher" | "chinchilla", { N: number; D: number }>>("scal-chinchilla-loss", (i) => ({
    L_gopher: lossOf(besiroglu, i.gopher.N, i.gopher.D),
    L_chinchilla: lossOf(besiroglu, i.chinchilla.N, i.chinchilla.D),
  })),
  row<{ N: number; D: number }>("scal-llama3-6nd", ({ N, D }) => ({ C: flop6ND(N, D) })),
  row<{ C: number }>("scal-deepseek-67b", ({ C }) => {
    const { params, tokens } = lawOptimum(LAWS["deepseek-llm"], C);
    return { M_flops_per_token: params * 6, D: tokens };
  }),
  row<{ C: number }>("scal-deepseek-batch", ({ C }) => ({
    B_tokens: batchForCompute(C),
    lr: learningRateForCompute(C),
  })),
  row<{ CN: number; CD: number; alpha: number; beta: number }>("scal-minicpm-ultratext", (i) => {
    const fit = { A: i.CN, B: i.CD, E: 0, alpha: i.alpha, beta: i.beta };
    return { tokens_per_param: optimalTokens(fit, 1) };
  }),
  row("scal-minicpm-average", () => ({
    tokens_per_param_published: lawTokens(LAWS.minicpm, 1e9) / 1e9,
  })),

  row("scal-kaplan-constants", () => {
    const { frontier: f, Cc, Ccmin, ...rest } = KAPLAN;
    const names = {
      Ne: f.N[0],
      pN: f.N[1],
      Be: f.B[0],
      pB: f.B[1],
      Se: f.S[0],
      pS: f.S[1],
      De: f.D[0],
      pD: f.D[1],
    };
    return { ...rest, Cc_pfd: Cc, Ccmin_pfd: Ccmin, ...names };
  }),
  row<{ C_pfdays: number }>("scal-kaplan-1000pfd", ({ C_pfdays }) => {
    const flop = C_pfdays * PFD;
    const { params: N, tokens: D, batchTokens: B, steps: S } = frontier(flop);
    return { N, D, B, S, L: lossOfCompute(flop) };
  }),
  row<{ N: number }>("scal-kaplan-ln", ({ N }) => ({ L: lossOfParams(N) })),
  row<{ size_ratios: [number, number] }>("scal-kaplan-b16", ({ size_ratios: [, large] }) => ({
    compute_penalty: sizePenalty(large),
    steps_ratio_at_2p2: stepsPenalty(large),
  })),
  row<{ alphaS: number; alphaB: number; alphaN: number }>("scal-kaplan-alphaC", (i) => ({
    alphaC: frontierExponent(i.alphaS, i.alphaB, i.alphaN),
  })),
  row<{ L: number }>("scal-bcrit-L", ({ L }) => ({ B_tokens: criticalBatch(L) })),
  row("scal-bcrit-zhang", () => ({ exponent_on_D: CRITICAL_BATCH_GROWTH.value })),

  row<{ epochs: number; R_star: number }>("scal-repeat-", ({ epochs }) => ({
    effective_over_unique: effectiveTokens(epochs, 1),
  })),
  row("scal-repeat-ceiling", () => ({ effective_over_unique: REPETITION_CEILING })),
  row<{ N: number; D: number; U: number }>("scal-repeat-8.7B", ({ N, D, U }) => ({
    // the source's worked example takes its printed constants
    L: repeatedLoss(N, D, U, { A: 521, B: 1488, E: 1.87, alpha: 0.35, beta: 0.35 }),
    Neff: effectiveParams(N, REPEATED.paramsPerUniqueToken * U),
    Deff: effectiveTokens(D, U),
  })),
  row<{ U: number; D: number }>("scal-repeat-250B", ({ U, D }) => ({ Deff: effectiveTokens(D, U) })),

  row<Lifetime>("scal-sardana-fig1", (i) => {
    const reference = chinchilla(13e9);
    const other = { params: i.N_alt, tokens: tokensAtLoss(sardana, i.N_alt, reference.loss)! };
    const saved = lifetimeSaving(other, reference, i.D_inf);
    return { saving_flop: saved * lifetimeFlop(reference, i.D_inf), saving_pct: saved * 100 };
  }),
  row<Lifetime>("scal-sardana-", ({ N_ref, D_inf }) => {
    const reference = chinchilla(N_ref);
    const best = lifetimeOptimum(sardana, reference.loss, D_inf)!;
    return {
      N: best.params,
      D: best.tokens,
      D_ratio: best.tokens / reference.tokens,
      saving_pct: lifetimeSaving(best, reference, D_inf) * 100,
    };
  }),
  row<{ D_inf: number; D_tr: number }>("scal-sardana-foc", ({ D_inf, D_tr }) => {
    // lifetime compute grows in proportion to the size; how it grows with tokens is measured by a step
    const grown = (tokens: number) => lifetimeFlop({ params: 1e10, tokens }, D_inf);
    const step = D_tr * 1e-3;
    const perToken = (D_tr * (grown(D_tr + step) - grown(D_tr - step))) / (2 * step * grown(D_tr));
    return { elasticity_ratio: 1 / perToken };
  }),

  row<{ router: "S-BASE" }>("scal-clark-constants", ({ router }) => {
    const { start, max, ...rest } = CLARK[router];
    return { ...rest, E_start: start, E_max: max };
  }),
  row<{ N: number; E: number }>("scal-clark-epc", ({ N, E }) => ({
    dense_equivalent: denseEquivalent(N, E),
  })),
  row("scal-krajewski-constants", () => KRAJEWSKI),
  row<{ N: number; D: number; G: number[] }>("scal-krajewski-G", ({ N, D, G }) => ({
    L: G.map((granularity) => krajewskiLoss(N, D, granularity)),
  })),
  row("scal-abnar-constants", () => {
    const { lambda, ...rest } = ABNAR;
    return { ...rest, lambda_: lambda };
  }),
];
