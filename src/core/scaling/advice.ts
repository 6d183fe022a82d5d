import type { Count, Flop, Ratio } from "../../units/quantity.ts";
import { totalOf } from "./basis.ts";
import { frontier, leastCompute, lossOfCompute } from "./kaplan.ts";
import type { ScalingLaw } from "./laws.ts";
import { type Allocation, FLOP_PER_PARAM_TOKEN, lossOf, optimum } from "./two-term.ts";

/** The law's optimum in its own N. */
export function lawOptimum(law: ScalingLaw, flop: Flop): Allocation {
  const { form } = law;
  const work = flop / FLOP_PER_PARAM_TOKEN;
  switch (form.kind) {
    case "two-term":
      return optimum(form, flop);
    case "tokens-of-params": {
      // work = N x D and D = k (N/1e9)^p
      const billions = (work / (1e9 * form.tokensAt1e9)) ** (1 / (1 + form.exponent));
      return { params: billions * 1e9, tokens: work / (billions * 1e9) };
    }
    case "tokens-of-flop": {
      const tokens = form.coefficient * flop ** form.exponent;
      return { params: work / tokens, tokens };
    }
    case "flop-per-token": {
      const perToken = form.coefficient * flop ** form.exponent;
      return { params: perToken / FLOP_PER_PARAM_TOKEN, tokens: flop / perToken };
    }
    case "fixed-ratio": {
      const params = Math.sqrt(work / form.tokensPerParam);
      return { params, tokens: params * form.tokensPerParam };
    }
    case "kaplan": {
      const { params } = frontier(leastCompute(flop));
      return { params, tokens: work / params };
    }
  }
}

/** Tokens that a law gives to a size in its own N. */
export function lawTokens(law: ScalingLaw, params: Count): Count {
  const { form } = law;
  if (form.kind === "tokens-of-params") return form.tokensAt1e9 * (params / 1e9) ** form.exponent;
  if (form.kind === "fixed-ratio") return params * form.tokensPerParam;
  return tokensBySearch(law, params);
}

/** The compute whose optimum has this size in the law's own N settles the tokens of the laws that start from compute. */
function tokensBySearch(law: ScalingLaw, params: Count): Count {
  return lawOptimum(
    law,
    flopWhere((flop) => lawOptimum(law, flop).params < params),
  ).tokens;
}

/** Halvings of the bracket below: 1e-12 relative. */
const HALVINGS = 60;
const BRACKET: readonly [Flop, Flop] = [1e6, 1e45];

/** Optimal size grows with compute in every law, so the compute at which it is no longer too small is found by halving. */
function flopWhere(tooSmall: (flop: Flop) => boolean): Flop {
  let [low, high] = BRACKET.map(Math.log) as [number, number];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (tooSmall(Math.exp(middle))) low = middle;
    else high = middle;
  }
  return Math.exp(high);
}

/** The law's loss at a plan in its own N, where it gives one. */
const lawLoss = (law: ScalingLaw, plan: Allocation): number | undefined =>
  law.form.kind === "two-term" ? lossOf(law.form, plan.params, plan.tokens) : undefined;

/** A law's advice for a compute, in total parameters, so that laws can stand side by side. */
export interface Advice {
  readonly law: ScalingLaw;
  readonly totalParams: Count;
  /** Parameters as the law counts them. */
  readonly lawParams: Count;
  /** Compute as the law counts it. */
  readonly lawFlop: Flop;
  readonly tokens: Count;
  readonly tokensPerParam: Ratio;
  readonly loss: number | undefined;
  /** Compute over the nearer end of the fitted range: 1 inside, above 1 outside on either side. */
  readonly extrapolation: Ratio;
}

/** Parameters and tokens that a law makes of compute, in its own N and in all parameters. */
export function advise(law: ScalingLaw, flop: Flop): Advice {
  const lawFlop = flopInBasis(law, flop);
  const plan = lawOptimum(law, lawFlop);
  const totalParams = totalOf(plan.params, law.basis);
  return {
    law,
    totalParams,
    lawParams: plan.params,
    lawFlop,
    tokens: plan.tokens,
    tokensPerParam: plan.tokens / totalParams,
    loss: law.form.kind === "kaplan" ? lossOfCompute(leastCompute(lawFlop)) : lawLoss(law, plan),
    extrapolation: extrapolation(law, flop),
  };
}

/** Rounds of the fixed point below; the share moves as C^-0.3 at most, so it contracts fast. */
const ROUNDS = 30;

/** Compute as the law counts it: one whose N leaves out embeddings leaves them out of 6ND too. */
function flopInBasis(law: ScalingLaw, flop: Flop): Flop {
  if (law.basis !== "non-embedding") return flop;
  let counted = flop;
  for (let i = 0; i < ROUNDS; i++) {
    const { params } = lawOptimum(law, counted);
    counted = (flop * params) / totalOf(params, law.basis);
  }
  return counted;
}

/** How far outside its fitted range a law is asked, as a factor; 1 inside. */
export function extrapolation(law: ScalingLaw, flop: Flop): Ratio {
  const [low, high] = law.fittedFlop;
  return Math.max(1, flop / high, low / flop);
}

/** The compute whose optimum by the law is a model of this total size: the inverse of `advise`. */
export const flopOfSize = (law: ScalingLaw, total: Count): Flop =>
  flopWhere((flop) => advise(law, flop).totalParams < total);
