import type { Count, Flop, Ratio } from "../../units/quantity.ts";

/** L = E + A/N^alpha + B/D^beta: loss in nats per token of N parameters after D tokens. [Hoffmann 2022, equation 2] */
export interface TwoTermFit {
  readonly A: number;
  readonly B: number;
  readonly E: number;
  readonly alpha: number;
  readonly beta: number;
}

/** A model size and the tokens it is trained on. What a parameter is depends on the law: see `basis.ts`. */
export interface Allocation {
  readonly params: Count;
  readonly tokens: Count;
}

/** FLOP of training per parameter and token. */
export const FLOP_PER_PARAM_TOKEN = 6;

/** Loss in nats a token. [Hoffmann 2022, equation 2] */
export const lossOf = (fit: TwoTermFit, params: Count, tokens: Count): number =>
  fit.E + fit.A / params ** fit.alpha + fit.B / tokens ** fit.beta;

/** Exponent of parameters in compute: N* grows as C^share. [Hoffmann 2022, equation 4] */
export const paramsShare = (fit: TwoTermFit): Ratio => fit.beta / (fit.alpha + fit.beta);

/** Lowest loss for the compute: N* = G (C/6)^(b/(a+b)), G = (aA/bB)^(1/(a+b)). [Hoffmann 2022, equation 4] */
export function optimum(fit: TwoTermFit, flop: Flop): Allocation {
  const { A, B, alpha, beta } = fit;
  const work = flop / FLOP_PER_PARAM_TOKEN;
  const params = ((alpha * A) / (beta * B)) ** (1 / (alpha + beta)) * work ** paramsShare(fit);
  return { params, tokens: work / params };
}

/** The allocation that reaches a loss with least training compute; undefined at or below the law's floor. */
export function optimumAtLoss(fit: TwoTermFit, loss: number): Allocation | undefined {
  const { A, B, E, alpha, beta } = fit;
  const above = loss - E;
  if (above <= 0) return undefined;
  // at the optimum alpha A/N^alpha = beta B/D^beta, so each term is a fixed part of what is left above the floor
  const params = ((A * (1 + alpha / beta)) / above) ** (1 / alpha);
  const tokens = ((B * (1 + beta / alpha)) / above) ** (1 / beta);
  return { params, tokens };
}

/** The compute-optimal tokens of a given size. */
export function optimalTokens(fit: TwoTermFit, params: Count): Count {
  const { A, B, alpha, beta } = fit;
  return (((beta * B) / (alpha * A)) * params ** alpha) ** (1 / beta);
}

/** Tokens with which a size reaches a loss; undefined where no number of tokens does. */
export function tokensAtLoss(fit: TwoTermFit, params: Count, loss: number): Count | undefined {
  const above = loss - fit.E - fit.A / params ** fit.alpha;
  return above <= 0 ? undefined : (fit.B / above) ** (1 / fit.beta);
}

/** How far a run is from the cheapest run of the same loss. */
export interface Overtraining {
  readonly loss: number;
  /** Tokens over the compute-optimal tokens of this size; below 1 the model is under-trained. */
  readonly tokensRatio: Ratio;
  /** Training compute over the least that reaches the same loss. */
  readonly computeRatio: Ratio;
  /** Size over the compute-optimal size of the same loss: what serving saves. */
  readonly sizeRatio: Ratio;
}

/** How far a run is from the cheapest one of its loss: in tokens, compute, size. */
export function overtraining(fit: TwoTermFit, params: Count, tokens: Count): Overtraining {
  const loss = lossOf(fit, params, tokens);
  const best = optimumAtLoss(fit, loss)!;
  return {
    loss,
    tokensRatio: tokens / optimalTokens(fit, params),
    computeRatio: (params * tokens) / (best.params * best.tokens),
    sizeRatio: params / best.params,
  };
}

/** How much more a relative change of size moves the loss than one of tokens: 1 at the training optimum. */
export function elasticityRatio(fit: TwoTermFit, params: Count, tokens: Count): Ratio {
  return (fit.alpha * fit.A * params ** -fit.alpha) / (fit.beta * fit.B * tokens ** -fit.beta);
}
