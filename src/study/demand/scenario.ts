import type { Method } from "../../core/demand/triangulate.ts";
import type { OpenMix } from "../media.ts";

/** A number of a scenario, or its 90 % range or samples as requests write them. */
export type Amount =
  | number
  | { readonly p05: number; readonly p95: number }
  | { readonly samples: readonly number[] };

/**
 * A market as a file describes it: who trains what, who uses what, how each grows, and what sources say of it. Times are in
 * days, years or seconds as named; growth is a factor a year, 1 where absent.
 */
export interface Scenario<N = Amount> {
  readonly name: string;
  readonly source: string;
  readonly date: string;
  readonly startYear: number;
  /** Years told, the first included. */
  readonly years: number;
  /** The accelerator in which everything is counted. */
  readonly gpu: string;
  /** USD per chip-hour. */
  readonly price?: N;
  readonly pue?: N;
  readonly training?: TrainingSide<N>;
  readonly inference?: InferenceSide<N>;
  /** What the source prints, to be held against the calculation. */
  readonly stated?: readonly Stated[];
  /** Known purchases to measure the need by. */
  readonly yardsticks?: readonly Yardstick[];
  readonly notes?: readonly string[];
}

export interface TrainingSide<N = Amount> {
  readonly params: N;
  /** Of a mixture of experts; all where absent. */
  readonly active?: N;
  readonly tokens?: N;
  readonly tokensPerParam?: N;
  readonly firms: N;
  readonly firmNames?: readonly string[];
  /** New models of a firm in a year. */
  readonly runs?: N;
  /** All training-side compute over that of final runs. */
  readonly rnd?: N;
  readonly mfu?: N;
  readonly growth?: Readonly<Partial<Record<"params" | "tokens" | "firms" | "runs" | "rnd", N>>>;
}

export interface InferenceSide<N = Amount> {
  readonly params: N;
  readonly active?: N;
  /** 1 where absent; without users and requests the tokens are those of a day. */
  readonly users?: N;
  /** Requests of a user in a day. */
  readonly requests?: N;
  readonly inputTokens: N;
  readonly outputTokens: N;
  readonly reasoningTokens?: N;
  readonly cacheHit?: N;
  readonly media?: OpenMix;
  /** Seconds that a request is in the system. */
  readonly latencySeconds?: N;
  /** Cache of one token; a typical shape's of this size where absent. */
  readonly kvBytesPerToken?: N;
  readonly peakToAverage?: N;
  /** How chips are counted; by compute at the default utilisation where absent. */
  readonly sizing?: Sizing<N>;
  readonly growth?: Readonly<
    Partial<
      Record<
        "params" | "users" | "requests" | "inputTokens" | "mediaTokens" | "outputTokens" | "reasoningTokens",
        N
      >
    >
  >;
}

/** The inputs of each counting method; the first of `headline` counts, the others stand beside it. */
export interface Sizing<N = Amount> {
  readonly headline?: Method;
  readonly utilisation?: N;
  readonly prefillUtilisation?: N;
  readonly decodeUtilisation?: N;
  readonly secondsPerToken?: N;
  readonly chipsPerStream?: N;
  readonly tokensPerSecondPerChip?: N;
}

/** Figures that a source may state and the study recomputes, in the unit of the key. */
export type StatedKey =
  | "chips"
  | "servers"
  | "usdPerDay"
  | "usdPerRequest"
  | "impliedUtilisation"
  | "chipsPerBillionDaily"
  | "tokensPerDay"
  | "peakToAverage";

/** The same in words. */
export const STATED: Readonly<Record<StatedKey, string>> = {
  chips: "chips",
  servers: "servers of eight",
  usdPerDay: "USD a day",
  usdPerRequest: "USD a request",
  impliedUtilisation: "share of the peak used",
  chipsPerBillionDaily: "chips per 1e9 tokens a day",
  tokensPerDay: "tokens a day",
  peakToAverage: "peak over mean",
};

export interface Stated {
  readonly what: StatedKey;
  readonly value: number;
  readonly note?: string;
}

export interface Yardstick {
  readonly name: string;
  readonly gpus: number;
  readonly date?: string;
}
