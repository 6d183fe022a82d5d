import { WORLD_THROUGH } from "../../core/demand/supply.ts";
import type { Warning } from "../document.ts";
import { lintAge, lintEmpty, lintStated, lintStock, lintTokens, lintUtilisation } from "../lint.ts";
import { rentOf } from "../prices.ts";
import type { StatedCheck } from "./beside.ts";
import type { Market } from "./market.ts";
import type { MarketYear } from "./years.ts";

/** The classic mistakes that a scenario itself makes. */
export function lintScenario(
  market: Market,
  years: readonly MarketYear[],
  stated: readonly StatedCheck[],
): readonly Warning[] {
  const { training, inference, scenario } = market;
  const rent = rentOf(market.chip, market.terms.request);
  const largest = years.reduce((a, b) => ((b.h100e ?? 0) > (a.h100e ?? 0) ? b : a));
  return [
    ...lintEmpty(years[0]!.total.flop),
    ...(training === undefined
      ? []
      : [
          ...lintUtilisation("training.mfu", training.mfu),
          ...lintTokens(training.growth.params, training.growth.tokens),
        ]),
    ...(inference === undefined
      ? []
      : lintUtilisation("inference.sizing.utilisation", inference.rate.decodeUtilisation)),
    ...(rent?.date === undefined ? [] : lintAge("The rent", rent.date, scenario.startYear)),
    ...stated.flatMap(({ name, value, computed }) =>
      computed === undefined ? [] : lintStated(name, value, computed),
    ),
    ...lintStock(largest.h100e, largest.shareOfStock, WORLD_THROUGH),
  ];
}
