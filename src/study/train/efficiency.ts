import { assume, type Estimate } from "../../core/estimate.ts";

/** Model FLOP utilisation where nothing predicts it. */
export const MEDIAN_MFU = assume(
  0.375,
  [0.3, 0.5],
  "median of 33 published runs, Epoch AI training-cost-trends",
  "2024",
);
/** Share of wall time that a whole run spends in its steady state. */
export const WHOLE_RUN_GOODPUT = assume(
  0.85,
  [0.65, 0.95],
  "published whole runs against their steady state",
  "2024",
);
/** Training tokens per parameter. */
export const TOKENS_PER_PARAM = assume(
  20,
  [4, 40],
  "compute-optimal ratio, Hoffmann 2022 (arXiv:2203.15556); refits give 4 to 40 at 1e26 FLOP",
  "2022",
);

/** A value the user fixed, in the form every efficiency travels in. */
export const given = (value: number): Estimate => ({ value, interval: [value, value], source: "given" });
