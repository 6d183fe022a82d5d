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
}

export const THRESHOLDS: readonly Threshold[] = [
  {
    id: "eu-gpai",
    name: "EU AI Act, general-purpose model (guidelines)",
    flop: 1e23,
    counts: "training compute of a model that generates text, audio, images or video; indicative",
    status: "in force",
    date: "2025-08",
    source: "European Commission guidelines C(2025) 7719",
  },
  {
    id: "eu-systemic",
    name: "EU AI Act, systemic risk (presumed)",
    flop: 1e25,
    counts: "cumulative training compute",
    status: "in force",
    date: "2025-08",
    source: "Regulation (EU) 2024/1689, article 51(2)",
  },
  {
    id: "us-eo-14110",
    name: "US Executive Order 14110, reporting",
    flop: 1e26,
    counts: "operations used in training",
    status: "revoked",
    date: "2025-01",
    source: "EO 14110 section 4.2(b), revoked 20 January 2025",
  },
  {
    id: "ca-sb53",
    name: "California SB 53, frontier model",
    flop: 1e26,
    counts: "original run and all later fine-tuning, reinforcement learning and material modification",
    status: "in force",
    date: "2026-01",
    source: "California Business and Professions Code 22757.11(i)",
  },
  {
    id: "ca-sb1047",
    name: "California SB 1047, covered model",
    flop: 1e26,
    counts: "training compute, and a cost above $100M at average cloud prices",
    status: "vetoed",
    date: "2024-09",
    source: "SB 1047 bill text",
  },
  {
    id: "ny-raise",
    name: "New York RAISE Act, frontier model",
    flop: 1e26,
    counts: "training compute; copies of the text disagree on a clause of $100M cost",
    status: "adopted",
    date: "2025-12",
    source: "New York General Business Law article 44-B (RAISE Act)",
  },
];
