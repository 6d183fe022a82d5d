import type { ParamBasis } from "../../core/scaling/basis.ts";
import type { Overtraining } from "../../core/scaling/two-term.ts";
import type { Ranged } from "../sample/ranged.ts";

/**
 * Result of `scale`. Absent means that the law says nothing of it or that it was not asked.
 * Intervals without ranges are 90 %, by the joint spread of the fitted constants: for the default law, whose spread is known.
 */
export interface ScaleResult extends Ranged {
  readonly compute: { readonly flop: number; readonly petaflopDays: number };
  readonly law: {
    readonly id: string;
    readonly formula: string;
    readonly source: string;
    /** What it counts as N, and what the optimum is in that count. */
    readonly basis: ParamBasis;
    readonly params: number;
    /** Compute as it counts it: without embeddings where its N leaves them out. */
    readonly flop: number;
    readonly constants: Readonly<Record<string, number>>;
    readonly caution?: string | undefined;
  };
  readonly optimum: Plan;
  /** Lowest and highest advice of the laws of today's practice. */
  readonly band: Readonly<Record<"params" | "tokens" | "tokensPerParam", Ends>>;
  /** Every law's advice, by rising tokens per parameter. */
  readonly laws: readonly LawRow[];
  /** Whose fit `run` and `sizes` rest on: the law's own, or the default's where the law gives no loss. */
  readonly lossLaw: string;
  /** The size or run that was asked about, against the optimum. */
  readonly run?: (Overtraining & { readonly params: number; readonly tokens: number }) | undefined;
  readonly lifetime?: Lifetime | undefined;
  readonly repeated?: Repeated | undefined;
  /** What a wrong size costs at equal loss. */
  readonly sizes: readonly SizeRow[];
  readonly batch: {
    readonly tokens: number;
    readonly learningRate: number;
    readonly withinFactor: number;
    /** Exponent of the critical batch in training tokens. */
    readonly growth: number;
  };
}

export interface Ends {
  readonly low: number;
  readonly high: number;
}

export interface Plan {
  readonly params: number;
  readonly tokens: number;
  readonly tokensPerParam: number;
  readonly loss?: number | undefined;
}

export interface LawRow extends Plan {
  readonly law: string;
  /** Whether today's practice stands behind it. */
  readonly inBand: boolean;
  /** How far outside its fitted compute it is asked; 1 inside. */
  readonly extrapolation: number;
  readonly caution?: string | undefined;
}

/** The size that is cheapest over training and serving, by each fit that gives a loss. */
export interface Lifetime {
  readonly servedTokens: number;
  /** Those, times training's utilisation over serving's where that is given. */
  readonly weighedTokens: number;
  readonly fits: readonly (Plan & { readonly law: string; readonly saving: number })[];
}

export interface Repeated {
  readonly uniqueTokens: number;
  readonly epochs: number;
  /** Fresh tokens that the repeated ones are worth. */
  readonly effectiveTokens: number;
  /** Most that they can be worth, however often they are read. */
  readonly mostTokens: number;
  /** Worth of one more token in fresh ones. */
  readonly marginal: number;
  /** Loss over that of as many fresh tokens. */
  readonly lossRatio: number;
}

export interface SizeRow {
  /** Size over the best size. */
  readonly ratio: number;
  readonly params: number;
  /** Tokens with which it reaches the same loss. Absent where none do. */
  readonly tokens?: number | undefined;
  /** Training compute over the least. */
  readonly computeRatio?: number | undefined;
  /** The same by Kaplan's law of 2020, in parameters without embeddings. Absent where no tokens reach the loss. */
  readonly kaplanRatio?: number | undefined;
}
