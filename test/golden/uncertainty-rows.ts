import {
  corners,
  lognormalOf,
  meanOf,
  oneAtATime,
  type Product,
  productOf,
  quantileOf,
  type Range,
  varianceShares,
  Z90,
  Z95,
} from "../../src/core/lognormal.ts";
import { FIT_COVARIANCE, REFIT, tokensPerParamBand } from "../../src/core/scaling/covariance.ts";
import { row } from "./row.ts";

interface DaysOfRun {
  readonly N: Range;
  readonly D: Range;
  readonly mfu: Range;
  readonly gpus: Range;
  readonly peak: number;
}

/** Days = 6 N D / (peak x MFU x GPUs) / 86,400. */
const days = ({ N, D, mfu, gpus, peak }: DaysOfRun): Product => ({
  constant: 6 / peak / 86_400,
  factors: [
    { range: N, power: 1 },
    { range: D, power: 1 },
    { range: mfu, power: -1 },
    { range: gpus, power: -1 },
  ],
});
const named = <T>([N, D, mfu, gpus]: readonly T[]) => ({ N, D, mfu, gpus });
const sd = FIT_COVARIANCE.map((line, i) => Math.sqrt(line[i]!));

export const uncertaintyRows = [
  row<{ lo: number; hi: number }>("unc-lognormal-to", ({ lo, hi }) => {
    const range = lognormalOf([lo, hi]);
    return { median: quantileOf(range, 0), sigma: range.sigma, mean: meanOf(range) };
  }),
  row<DaysOfRun>("unc-6nd-days", (i) => {
    const result = productOf(days(i));
    const at = (z: number) => quantileOf(result, z);
    return { p5: at(-Z95), p50: at(0), p95: at(Z95), mean: meanOf(result), sigma_log: result.sigma };
  }),
  row<DaysOfRun>("unc-6nd-variance-share", (i) => named(varianceShares(days(i)))),
  row<DaysOfRun>("unc-6nd-tornado", (i) => named(oneAtATime(days(i)))),
  row<DaysOfRun>("unc-interval-arith", (i) => {
    const [lo, hi] = corners(days(i));
    return { lo, hi };
  }),
  row("unc-refit-cov", () => ({
    sd,
    cov: FIT_COVARIANCE,
    corr: FIT_COVARIANCE.map((line, i) => line.map((value, j) => value / sd[i]! / sd[j]!)),
  })),
  row<{ C: number }>("unc-refit-band", ({ C }) => ({
    joint_normal: tokensPerParamBand(REFIT, C, Z90),
  })),
];
