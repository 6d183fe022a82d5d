import type { Count, Flop, Ratio } from "../../units/quantity.ts";
import type { ParamBasis } from "./basis.ts";
import { REPEATED_FIT } from "./repeated.ts";
import type { TwoTermFit } from "./two-term.ts";

/** How a law turns compute into a size and tokens. */
export type LawForm =
  | ({ readonly kind: "two-term" } & TwoTermFit)
  /** D = tokensAt1e9 (N/1e9)^exponent. */
  | { readonly kind: "tokens-of-params"; readonly tokensAt1e9: Count; readonly exponent: number }
  /** D = coefficient C^exponent. */
  | { readonly kind: "tokens-of-flop"; readonly coefficient: number; readonly exponent: number }
  /** FLOP per token M = coefficient C^exponent; C = M D. */
  | { readonly kind: "flop-per-token"; readonly coefficient: number; readonly exponent: number }
  | { readonly kind: "fixed-ratio"; readonly tokensPerParam: Ratio }
  | { readonly kind: "kaplan" };

/** Each form as a person writes it. */
export const FORMULAS: Readonly<Record<LawForm["kind"], string>> = {
  "two-term": "L=E+A/N^alpha+B/D^beta",
  "tokens-of-params": "D=k(N/1e9)^p",
  "tokens-of-flop": "D=kC^p",
  "flop-per-token": "M=kC^p, C=MD",
  "fixed-ratio": "D=kN",
  kaplan: "N=1.3e9 Cmin^0.73, Cmin in PF-days, half of 6ND",
};

export interface ScalingLaw {
  readonly id: LawId;
  readonly form: LawForm;
  readonly basis: ParamBasis;
  /** Compute of the runs it was fitted on. */
  readonly fittedFlop: readonly [low: Flop, high: Flop];
  readonly source: string;
  readonly date: string;
  /** What to know before relying on it. */
  readonly caution?: string;
}

export type LawId =
  | "besiroglu"
  | "hoffmann-a1"
  | "hoffmann-a2"
  | "hoffmann-a3"
  | "hoffmann-loss"
  | "hoffmann-unrounded"
  | "sardana"
  | "kaplan"
  | "llama3"
  | "deepseek-llm"
  | "minicpm"
  | "muennighoff";

const HOFFMANN = "Hoffmann et al. 2022, arXiv:2203.15556";
/** Their isoFLOP runs. [Hoffmann 2022, section 3.2] */
const HOFFMANN_FLOP = [6e18, 3e21] as const;

export const LAWS: Readonly<Record<LawId, ScalingLaw>> = {
  besiroglu: {
    id: "besiroglu",
    form: { kind: "two-term", A: 482.01, B: 2085.43, E: 1.8172, alpha: 0.3478, beta: 0.3658 },
    basis: "total",
    fittedFlop: HOFFMANN_FLOP,
    source: "Besiroglu et al. 2024, arXiv:2404.10102",
    date: "2024",
  },
  "hoffmann-a1": {
    id: "hoffmann-a1",
    form: { kind: "tokens-of-params", tokensAt1e9: 20.2e9, exponent: 1.00738 },
    basis: "total",
    fittedFlop: HOFFMANN_FLOP,
    source: `${HOFFMANN}, table 3`,
    date: "2022",
  },
  "hoffmann-a2": {
    id: "hoffmann-a2",
    form: { kind: "tokens-of-params", tokensAt1e9: 20.0e9, exponent: 1.04109 },
    basis: "total",
    fittedFlop: HOFFMANN_FLOP,
    source: `${HOFFMANN}, table A3`,
    date: "2022",
  },
  "hoffmann-a3": {
    id: "hoffmann-a3",
    form: { kind: "tokens-of-params", tokensAt1e9: 27.1e9, exponent: 1.18025 },
    basis: "total",
    fittedFlop: HOFFMANN_FLOP,
    source: `${HOFFMANN}, table A3`,
    date: "2022",
    caution: "rests on a fit whose optimiser stopped early",
  },
  "hoffmann-loss": {
    id: "hoffmann-loss",
    form: { kind: "two-term", A: 406.4, B: 410.7, E: 1.69, alpha: 0.34, beta: 0.28 },
    basis: "total",
    fittedFlop: HOFFMANN_FLOP,
    source: `${HOFFMANN}, section 3.3, as printed`,
    date: "2022",
    caution: "its rounded constants do not reproduce its own tables; the optimiser stopped early",
  },
  "hoffmann-unrounded": {
    id: "hoffmann-unrounded",
    form: {
      kind: "two-term",
      A: Math.exp(6.0073404),
      B: Math.exp(6.0179186),
      E: Math.exp(0.5267228),
      alpha: 0.33917084,
      beta: 0.2849083,
    },
    basis: "total",
    fittedFlop: HOFFMANN_FLOP,
    source: `${HOFFMANN}, constants in the source of the paper`,
    date: "2022",
    caution: "the optimiser stopped early",
  },
  sardana: {
    id: "sardana",
    form: { kind: "two-term", A: 406.4, B: 410.7, E: 1.69, alpha: 0.336, beta: 0.283 },
    basis: "total",
    fittedFlop: HOFFMANN_FLOP,
    source: "Sardana et al. 2024, arXiv:2401.00448, appendix A: a reading of Hoffmann's fit",
    date: "2024",
    caution: "a reading of a fit whose optimiser stopped early",
  },
  kaplan: {
    id: "kaplan",
    form: { kind: "kaplan" },
    basis: "non-embedding",
    // 1e-7 to 10 PF-days in the paper's figures
    fittedFlop: [8.64e12, 8.64e20],
    source: "Kaplan et al. 2020, arXiv:2001.08361, appendix A; range of the fit recalled",
    date: "2020",
    caution: "historical: small models without embeddings; later laws train smaller models on more tokens",
  },
  llama3: {
    id: "llama3",
    form: { kind: "tokens-of-flop", coefficient: 0.299, exponent: 0.537 },
    basis: "total",
    fittedFlop: [6e18, 1e22],
    source:
      "Llama 3, arXiv:2407.21783, label of figure 3 (the text's 0.29 and 0.53 miss its own optimum by a third)",
    date: "2024",
  },
  "deepseek-llm": {
    id: "deepseek-llm",
    form: { kind: "flop-per-token", coefficient: 0.1715, exponent: 0.5243 },
    basis: "flop-per-token",
    fittedFlop: [1e17, 3e20],
    source: "DeepSeek LLM, arXiv:2401.02954, equation 4; range of the fit recalled",
    date: "2024",
    caution: "the exponent moved between 0.450 and 0.578 with the quality of the data",
  },
  minicpm: {
    id: "minicpm",
    form: { kind: "fixed-ratio", tokensPerParam: 192 },
    basis: "non-embedding",
    fittedFlop: [1e18, 1e21],
    source: "MiniCPM, arXiv:2404.06395: 192 tokens per parameter; range of the fit recalled",
    date: "2024",
    caution:
      "an outlier whose fit is disputed; its rounded power law would give some 1e4 tokens per parameter",
  },
  muennighoff: {
    id: "muennighoff",
    form: { kind: "two-term", ...REPEATED_FIT },
    basis: "total",
    fittedFlop: [1e18, 1e22],
    source: "Muennighoff et al. 2023, arXiv:2305.16264, appendix A, unrounded; range of the fit recalled",
    date: "2023",
    caution: "made for repeated data",
  },
};

export const DEFAULT_LAW: LawId = "besiroglu";
export const LAW_IDS = Object.keys(LAWS) as readonly LawId[];
/** Laws that stand for today's practice and make up the band beside the default. */
export const BAND_LAWS: readonly LawId[] = [
  "besiroglu",
  "hoffmann-a1",
  "hoffmann-a2",
  "hoffmann-a3",
  "llama3",
  "deepseek-llm",
];
