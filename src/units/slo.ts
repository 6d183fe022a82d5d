import { parseNumber } from "./parse.ts";
import { good, type Parsed, bad as refused } from "./parsed.ts";
import type { Seconds } from "./quantity.ts";

export type SloMetric = "ttft" | "tpot" | "e2e";
export type SloStatistic = "mean" | "p50" | "p90" | "p95" | "p99";

/** One promise to users: a latency, which statistic of it, and its bound. */
export interface Bound {
  readonly metric: SloMetric;
  readonly statistic: SloStatistic;
  readonly limit: Seconds;
}

const METRICS: ReadonlyMap<string, SloMetric> = new Map([
  ["ttft", "ttft"],
  ["tpot", "tpot"],
  ["itl", "tpot"],
  ["e2e", "e2e"],
]);
const STATISTICS: ReadonlyMap<string, SloStatistic> = new Map([
  ["mean", "mean"],
  ["avg", "mean"],
  ["p50", "p50"],
  ["median", "p50"],
  ["p90", "p90"],
  ["p95", "p95"],
  ["p99", "p99"],
]);
const FORM = /^([a-z0-9]+)(?:\s*[:\s]\s*([a-z0-9]+))?\s*(?:<=?|≤)\s*(.+)$/i;
const UNITLESS = /^[+-]?[\d.,_]+(?:e[+-]?\d+)?$/i;
const HINT = 'Write latencies with their bounds, e.g. "ttft:p99<2s;tpot<50ms".';

/**
 * `ttft:p99<2s;tpot:p90<50ms`: bounds on TTFT, TPOT (or ITL) and E2E, of their mean, p50, p90, p95 or p99; the mean where none
 * is named. Metric and statistic may stand in either order, with a colon or a space between.
 */
export function parseSlo(text: string): Parsed<readonly Bound[]> {
  const bounds: Bound[] = [];
  for (const part of text.split(/[;,]/).map((word) => word.trim())) {
    if (part === "") continue;
    const parsed = parseBound(part);
    if (!parsed.ok) return parsed;
    bounds.push(parsed.value);
  }
  if (bounds.length === 0) return bad(`"${text}" holds no bound.`);
  return good(bounds);
}

function parseBound(part: string): Parsed<Bound> {
  const match = FORM.exec(part);
  if (match === null) return bad(`"${part}" is not a bound on a latency.`);
  const words = [match[1], match[2]].flatMap((word) => word?.toLowerCase() ?? []);
  const metric = words.flatMap((word) => METRICS.get(word) ?? [])[0];
  if (metric === undefined) return bad(`"${words.join(" ")}" is none of ttft, tpot, e2e.`);
  const others = words.filter((word) => METRICS.get(word) !== metric);
  const statistic = STATISTICS.get(others[0] ?? "mean");
  if (statistic === undefined || words.length - others.length > 1)
    return bad(`"${others[0] ?? words.join(" ")}" is none of mean, p50, p90, p95, p99.`);
  return limitOf(part, match[3] ?? "", { metric, statistic });
}

/** A number alone would be seconds to some and milliseconds to others. */
function limitOf(part: string, text: string, of: Omit<Bound, "limit">): Parsed<Bound> {
  const written = text.trim();
  if (UNITLESS.test(written))
    return refused("E-VALUE", `"${part}" has no unit.`, `Say the unit: ${written}ms or ${written}s.`);
  const limit = parseNumber("duration", written);
  if (!limit.ok) return bad(limit.problem.message);
  if (!(limit.value > 0)) return bad(`"${part}" leaves no time.`);
  return good({ ...of, limit: limit.value });
}

const bad = (message: string) => refused("E-VALUE", message, HINT);
