import type { Chip } from "../../core/chip.ts";
import {
  type Count,
  type FlopPerSecond,
  type Ratio,
  SECONDS_PER_DAY,
  type Seconds,
  type UsdPerSecond,
  type Watts,
} from "../../units/quantity.ts";
import type { OpenInput } from "./open.ts";

/** What a claim may be about; its value is in the base unit: FLOP, chips, chip-seconds, USD, joules, seconds. */
export type ClaimKind =
  | "training-compute"
  | "gpu-count"
  | "gpu-hours"
  | "cost"
  | "energy"
  | "energy-per-query"
  | "days";

/** Everything a claim is recomputed from, in base units. Absent: neither stated nor assumed. */
export interface Setting {
  readonly params?: Count;
  /** Parameters that a token uses; all where absent. */
  readonly active?: Count;
  readonly tokens?: Count;
  /** FLOP per parameter and token: 6 to train, 2 to serve. */
  readonly flopPerParamToken: number;
  /** Published work that stands in the place of parameters x tokens. */
  readonly work?: number;
  readonly chip?: Chip;
  readonly peak?: FlopPerSecond;
  /** Useful FLOP over peak. */
  readonly utilisation: Ratio;
  readonly chips?: Count;
  readonly seconds?: Seconds;
  /** Share of wall time that is not lost. */
  readonly goodput: Ratio;
  readonly usdPerChipSecond?: UsdPerSecond;
  readonly requestsPerDay?: Count;
  readonly inputTokens: Count;
  readonly outputTokens: Count;
  readonly cacheHit: Ratio;
  readonly peakToAverage: Ratio;
  /** Time that one request holds a chip of its own, per token written. */
  readonly secondsPerToken?: Seconds;
  readonly tdp?: Watts;
  /** Server nameplate over TDP, and mean draw over nameplate. */
  readonly serverRatio: Ratio;
  readonly load: Ratio;
  readonly pue: Ratio;
  /** Slips of the printed figure itself: a decimal place, a unit. */
  readonly slip: number;
  /** Inputs that the claim's source states, by their request key. */
  readonly stated: readonly string[];
  /** Inputs that it leaves open, and what is assumed of each. */
  readonly open: readonly OpenInput[];
}

/** Recomputes a claim; undefined where the setting lacks something that it takes. */
export function recompute(kind: ClaimKind, s: Setting): number | undefined {
  const value = beforeSlips(kind, s);
  return value === undefined || !(value > 0) || !Number.isFinite(value) ? undefined : value * s.slip;
}

function beforeSlips(kind: ClaimKind, s: Setting): number | undefined {
  switch (kind) {
    case "training-compute":
      return trainingWork(s);
    case "days":
      return secondsOf(s);
    case "gpu-hours":
      return chipSecondsOf(s);
    case "cost":
      return times(chipSecondsOf(s), s.usdPerChipSecond);
    case "gpu-count":
      return chipsOf(s);
    case "energy":
      return times(chipSecondsOf(s), wattsOf(s));
    case "energy-per-query":
      return times(querySeconds(s), wattsOf(s));
  }
}

const times = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? undefined : a * b;

function trainingWork(s: Setting): number | undefined {
  if (s.work !== undefined) return s.work;
  const params = s.active ?? s.params;
  return params === undefined || s.tokens === undefined ? undefined : s.flopPerParamToken * params * s.tokens;
}

/** Chip-seconds of a training run: from its work, or from chips x time where those are stated. */
function chipSecondsOf(s: Setting): number | undefined {
  const work = trainingWork(s);
  if (work !== undefined && s.peak !== undefined) return work / (s.peak * s.utilisation * s.goodput);
  return times(s.chips, s.seconds);
}

function secondsOf(s: Setting): number | undefined {
  const busy = chipSecondsOf(s);
  return busy === undefined || s.chips === undefined ? undefined : busy / s.chips;
}

/** Tokens of a request that cost compute. */
const computedTokens = (s: Setting): number => s.inputTokens * (1 - s.cacheHit) + s.outputTokens;

/** Chip-seconds of one request. */
function querySeconds(s: Setting): number | undefined {
  if (s.secondsPerToken !== undefined) return s.secondsPerToken * s.outputTokens;
  const params = s.active ?? s.params;
  if (params === undefined || s.peak === undefined) return undefined;
  return (s.flopPerParamToken * params * computedTokens(s)) / (s.peak * s.utilisation);
}

/** Chips that serve the traffic; for a run that is stated with its days, chips that finish it. */
function chipsOf(s: Setting): number | undefined {
  if (s.requestsPerDay !== undefined)
    return times(times(querySeconds(s), s.requestsPerDay / SECONDS_PER_DAY), s.peakToAverage);
  const busy = chipSecondsOf({ ...s, chips: 1, seconds: 1 });
  return busy === undefined || s.seconds === undefined ? undefined : busy / s.seconds;
}

const wattsOf = (s: Setting): number | undefined => times(s.tdp, s.serverRatio * s.load * s.pue);
