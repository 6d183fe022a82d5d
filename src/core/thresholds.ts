import type { Flop } from "../units/quantity.ts";

/** A legal line drawn in training compute: what it counts, whether it is in force, and since when. Not legal advice. */
export interface Threshold {
  readonly id: string;
  readonly name: string;
  readonly flop: Flop;
  /** Which compute the rule adds up. */
  readonly counts: string;
  readonly status: "in force" | "adopted" | "revoked" | "vetoed";
  /** ISO date or month of the status. */
  readonly date: string;
  readonly source: string;
  /** Counts the original run together with what later changes it. */
  readonly lineage?: true;
  /** Further figures of the same rule, by what they limit. */
  readonly also?: Readonly<Record<string, number>>;
}

/** Part of the original compute beyond which a modification makes its own model. [EU guidelines C(2025) 7719, point 60] */
export const EU_MODIFIER_SHARE = 1 / 3;

export const THRESHOLDS: readonly Threshold[] = [
  {
    id: "eu-gpai",
    name: "EU AI Act, general-purpose model (guidelines)",
    flop: 1e23,
    counts: "training compute of a model that generates text, audio, images or video; indicative",
    status: "in force",
    date: "2025-08",
    source: "European Commission guidelines C(2025) 7719; date of application recalled",
  },
  {
    id: "eu-systemic",
    name: "EU AI Act, systemic risk (presumed)",
    flop: 1e25,
    counts: "cumulative training compute",
    status: "in force",
    date: "2025-08",
    source: "Regulation (EU) 2024/1689, article 51(2); date of application recalled",
  },
  {
    id: "us-eo-14110",
    name: "US Executive Order 14110, reporting",
    flop: 1e26,
    counts: "operations used in training",
    status: "revoked",
    date: "2025-01",
    source: "EO 14110 section 4.2(b), revoked 20 January 2025",
    also: { biologyFlop: 1e23, clusterFlopPerSecond: 1e20, clusterNetworkBitPerSecond: 100e9 },
  },
  {
    id: "ca-sb53",
    name: "California SB 53, frontier model",
    flop: 1e26,
    counts: "original run + fine-tuning + RL + other material modifications",
    lineage: true,
    status: "in force",
    date: "2026-01",
    source: "California Business and Professions Code 22757.11(i)",
    also: { largeDeveloperRevenueUsd: 500e6 },
  },
  {
    id: "ca-sb1047",
    name: "California SB 1047, covered model",
    flop: 1e26,
    counts: "training compute, and a cost above $100M at average cloud prices",
    status: "vetoed",
    date: "2024-09",
    source: "SB 1047 bill text; date of the veto recalled",
    also: { costUsd: 100e6, fineTuneFlop: 3e25, fineTuneCostUsd: 10e6 },
  },
  {
    id: "ny-raise",
    name: "New York RAISE Act, frontier model",
    flop: 1e26,
    counts: "training compute; copies of the text disagree on a clause of $100M cost",
    status: "adopted",
    date: "2025-12",
    source: "New York General Business Law 1420 (RAISE Act); date of signing recalled",
    also: { costUsd: 100e6 },
  },
];

/** Compute of a modification that makes it a model of its own; of an unknown original, a third of the threshold itself. */
export const modifierLimit = (original: Flop | undefined, threshold: Flop): Flop =>
  (original ?? threshold) * EU_MODIFIER_SHARE;

const EU_MODIFIER = {
  counts: "compute of the modification alone, against a third of the original's",
  status: "in force",
  date: "2025-08",
  source: "European Commission guidelines C(2025) 7719, points 60 and 61; date of application recalled",
} as const;

/** The lines that a modification is held against beside the others: of an unknown original, by what it may have been. */
export function modificationThresholds(original: Flop | undefined): readonly Threshold[] {
  const line = (id: string, name: string, flop: Flop): Threshold => ({ id, name, flop, ...EU_MODIFIER });
  const own = "EU AI Act, modification that is a model of its own";
  if (original !== undefined) return [line("eu-modifier", own, modifierLimit(original, original))];
  const of = (id: string): Flop => modifierLimit(undefined, THRESHOLDS.find((rule) => rule.id === id)!.flop);
  return [
    line("eu-modifier", `${own} (original not known)`, of("eu-gpai")),
    line("eu-modifier-systemic", `${own} (original of systemic risk, not known)`, of("eu-systemic")),
  ];
}

/** Notable models expected above 1e26 FLOP by year. [Epoch AI, model counts, 2025] */
export const MODELS_ABOVE_1E26: Readonly<Record<string, number>> = {
  by_2026: 10,
  start_2027: 30,
  by_2030: 200,
};
