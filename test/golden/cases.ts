import { demandRows } from "./demand-rows.ts";
import { moneyRows } from "./money-rows.ts";
import type { GoldenRow } from "./row.ts";
import { ruleRows } from "./rule-rows.ts";
import { scalingRows } from "./scaling-rows.ts";
import { uncertaintyRows } from "./uncertainty-rows.ts";

/** What computes each golden case. A new area adds its rows here and its cases beside this file. */
export const ROWS: readonly GoldenRow[] = [
  ...scalingRows,
  ...demandRows,
  ...moneyRows,
  ...ruleRows,
  ...uncertaintyRows,
];

/** Cases in words only: carried with their source, nothing to compute. */
export const WORDS: readonly string[] = ["dem-huafu-formula", "exp-rtx-min", "unc-squiggle-default"];
