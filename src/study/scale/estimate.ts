import { Z95 } from "../../core/lognormal.ts";
import { type Advice, advise, flopOfSize } from "../../core/scaling/advice.ts";
import { EMBEDDING_GROWTH } from "../../core/scaling/basis.ts";
import {
  BATCH_TOLERANCE,
  batchForCompute,
  CRITICAL_BATCH_GROWTH,
  learningRateForCompute,
} from "../../core/scaling/batch.ts";
import {
  cholesky,
  drawFit,
  FIT_COVARIANCE,
  optimumBand,
  tokensPerParamBand,
} from "../../core/scaling/covariance.ts";
import { KAPLAN } from "../../core/scaling/kaplan.ts";
import {
  BAND_LAWS,
  DEFAULT_LAW,
  FORMULAS,
  LAW_IDS,
  LAWS,
  type LawId,
  type ScalingLaw,
} from "../../core/scaling/laws.ts";
import { overtraining, type TwoTermFit } from "../../core/scaling/two-term.ts";
import { flop6ND } from "../../core/training/run.ts";
import { refuse } from "../../units/problem.ts";
import { PETAFLOP_DAY } from "../../units/quantity.ts";
import { type Answer, type Interval, type Notes, newNotes } from "../document.ts";
import { note } from "../economics.ts";
import type { Facts } from "../facts.ts";
import { lintExtrapolation } from "../lint.ts";
import { type Input, jointInputs } from "../sample/draws.ts";
import { kernelOf } from "../sample/leaves.ts";
import { asksForSampling, rangedParts } from "../sample/ranged.ts";
import { estimateTraining } from "../train/estimate.ts";
import { fitOf, lifetimeOf, repeatedOf, sizesOf } from "./parts.ts";
import type { ScaleRequest } from "./request.ts";
import type { LawRow, Plan, ScaleResult } from "./result.ts";

/** Compute-optimal size and tokens by law, with what leaving the optimum costs or saves. */
export function estimateScale(request: ScaleRequest, facts: Facts): Answer<ScaleResult> {
  const notes = newNotes();
  const law = LAWS[request.law ?? DEFAULT_LAW];
  if (request.law === undefined) notes.defaults.law = DEFAULT_LAW;
  const flop = flopOf(request, law, facts, notes);
  const best = advise(law, flop);
  const { id: lossLaw, fit } = lossFitOf(law);
  const laws = LAW_IDS.map((id) => advise(LAWS[id], flop))
    .sort((a, b) => a.tokensPerParam - b.tokensPerParam)
    .map(rowOf);
  // a law that leaves embeddings out of N is told in all parameters
  if (law.basis !== "total") note(notes, "embedding growth", EMBEDDING_GROWTH);
  notes.warnings.push(...lintExtrapolation(law.id, law.fittedFlop, flop));
  const result: ScaleResult = {
    compute: { flop, petaflopDays: flop / PETAFLOP_DAY },
    law: lawPart(law, best),
    optimum: planOf(best),
    intervals: intervalsOf(law, flop),
    band: bandOf(laws),
    laws,
    lossLaw,
    run: runOf(request, flop, fit),
    lifetime: lifetimeOf(request, flop, notes),
    repeated: repeatedOf(request, best),
    sizes: sizesOf(fit, flop),
    batch: {
      tokens: batchForCompute(flop),
      learningRate: learningRateForCompute(flop),
      withinFactor: BATCH_TOLERANCE,
      growth: CRITICAL_BATCH_GROWTH.value,
    },
  };
  return { result, ...notes };
}

const MAIN_FIGURES = ["optimum.params", "compute.flop"];
/** Under this name the constants of the law's fit, which are drawn together, are ranked as one. */
const CONSTANTS = "constants of the law";

/** The optimum where inputs are ranges: constants of the default fit are drawn jointly beside them, those of others stand. */
export function estimateUncertainScale(
  request: ScaleRequest,
  facts: Facts,
  ranges: readonly Input[],
): Answer<ScaleResult> {
  const answer = estimateScale(request, facts);
  if (ranges.length === 0 && !asksForSampling(request)) return answer;
  const law = LAWS[request.law ?? DEFAULT_LAW];
  const constants =
    law.id === DEFAULT_LAW && fitOf(law) !== undefined ? jointInputs(CONSTANTS, FIT_COVARIANCE.length) : [];
  const lower = cholesky(FIT_COVARIANCE);
  const drawnLaw = (values: Record<string, unknown>): ScalingLaw => {
    const fit = fitOf(law);
    if (fit === undefined || constants.length === 0) return law;
    const scores = constants.map(({ name }) => (values[name] as number | undefined) ?? 0);
    return { ...law, form: { ...law.form, ...drawFit(fit, lower, scores) } };
  };
  const kernel = kernelOf({ ...request }, [...ranges, ...constants], (values) =>
    sampledFigures(values as ScaleRequest, drawnLaw(values), facts),
  );
  return { ...answer, result: { ...answer.result, ...rangedParts(kernel, request, MAIN_FIGURES) } };
}

/** What ranges spread: the compute, its optimum, and the run that was asked about. */
function sampledFigures(request: ScaleRequest, law: ScalingLaw, facts: Facts) {
  const flop = flopOf(request, law, facts, newNotes());
  const { fit } = lossFitOf(law);
  return {
    compute: { flop, petaflopDays: flop / PETAFLOP_DAY },
    optimum: planOf(advise(law, flop)),
    run: runOf(request, flop, fit),
  };
}

/** Compute of the question: given, of a run, of a size at its optimum, or what a machine or budget does. */
function flopOf(request: ScaleRequest, law: ScalingLaw, facts: Facts, notes: Notes): number {
  const { flop, params, tokens, budget, days } = request;
  const machine = budget !== undefined || days !== undefined;
  if (flop !== undefined && (machine || (params !== undefined && tokens !== undefined))) {
    const other =
      budget !== undefined ? "--budget" : days !== undefined ? "--days" : "--params with --tokens";
    return refuse("E-OVER", `--flop and ${other} both fix the compute.`, {
      flag: "--flop",
      hint: "Drop one.",
    });
  }
  if (flop !== undefined) return flop;
  if (machine) return flopOfMachine(request, facts, notes);
  if (params !== undefined) return tokens === undefined ? flopOfSize(law, params) : flop6ND(params, tokens);
  return refuse("E-UNDER", "Nothing fixes the compute.", {
    flag: "--flop",
    hint: "Give --flop, --budget with --gpu, --fleet with --days, or --params.",
  });
}

/** What training makes of the machine in the time or for the money, so that both commands agree. */
function flopOfMachine(request: ScaleRequest, facts: Facts, notes: Notes): number {
  const { law: _law, params: _params, tokens: _tokens, flop: _flop, ...rest } = request;
  const { lifetimeTokens: _lifetime, servingUtilisation: _serving, uniqueTokens: _unique, ...others } = rest;
  const { samples: _samples, seed: _seed, sensitivity: _sensitivity, ...machine } = others;
  const { result, assumptions, warnings, defaults } = estimateTraining(machine, facts);
  // the machine's compute is wanted, not how training would split it over size and tokens
  const { tokensPerParam: _ratio, ...kept } = defaults;
  notes.assumptions.push(...assumptions.filter(({ key }) => key !== "tokens per parameter"));
  notes.warnings.push(...warnings);
  Object.assign(notes.defaults, kept);
  return result.compute.flop;
}

/** The fit that answers what turns on a loss: the law's own, or the default's where it has none. */
const lossFitOf = (law: ScalingLaw): { readonly id: LawId; readonly fit: TwoTermFit } => {
  const fit = fitOf(law);
  return fit === undefined ? { id: DEFAULT_LAW, fit: fitOf(LAWS[DEFAULT_LAW])! } : { id: law.id, fit };
};

function lawPart(law: ScalingLaw, { lawParams, lawFlop }: Advice): ScaleResult["law"] {
  const { id, form, basis, source, caution } = law;
  const [coefficient, exponent] = KAPLAN.frontier.N;
  const constants =
    form.kind === "kaplan"
      ? { coefficient, exponent }
      : Object.fromEntries(Object.entries(form).filter(([, value]) => typeof value === "number"));
  return {
    id,
    formula: FORMULAS[form.kind],
    source,
    basis,
    params: lawParams,
    flop: lawFlop,
    constants,
    caution,
  };
}

/** How far apart the laws of today's practice put the optimum. */
function bandOf(laws: readonly LawRow[]): ScaleResult["band"] {
  const rows = laws.filter(({ inBand }) => inBand);
  const ends = (of: "params" | "tokens" | "tokensPerParam") => {
    const values = rows.map((row) => row[of]);
    return { low: Math.min(...values), high: Math.max(...values) };
  };
  return { params: ends("params"), tokens: ends("tokens"), tokensPerParam: ends("tokensPerParam") };
}

const planOf = ({ totalParams, tokens, tokensPerParam, loss }: Advice): Plan => ({
  params: totalParams,
  tokens,
  tokensPerParam,
  loss,
});

const rowOf = (advice: Advice): LawRow => ({
  law: advice.law.id,
  ...planOf(advice),
  inBand: BAND_LAWS.includes(advice.law.id),
  extrapolation: advice.extrapolation,
  caution: advice.law.caution,
});

function intervalsOf(law: ScalingLaw, flop: number): ScaleResult["intervals"] {
  const fit = fitOf(law);
  if (law.id !== DEFAULT_LAW || fit === undefined) return undefined;
  const interval = ([p05, p50, p95]: readonly [number, number, number]): Interval => ({ p05, p50, p95 });
  return {
    "optimum.params": interval(optimumBand(fit, flop, "params", Z95)),
    "optimum.tokens": interval(optimumBand(fit, flop, "tokens", Z95)),
    "optimum.tokensPerParam": interval(tokensPerParamBand(fit, flop, Z95)),
  };
}

/** A size that was asked about, trained on the tokens given or on those that the compute allows. */
function runOf({ params, tokens }: ScaleRequest, flop: number, fit: TwoTermFit): ScaleResult["run"] {
  if (params === undefined) return undefined;
  const trained = tokens ?? flop / flop6ND(params, 1);
  return { params, tokens: trained, ...overtraining(fit, params, trained) };
}
