import { parseNumber } from "./parse.ts";
import { good, type Parsed, bad as refused } from "./parsed.ts";
import type { Seconds } from "./quantity.ts";

export type SloMetric = "ttft" | "tpot" | "e2e";
export type SloStatistic = "mean" | "p50" | "p90" | "p99";

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
  ["p99", "p99"],
]);
const FORM = /^([a-z0-9]+)\s*(?::\s*([a-z0-9]+))?\s*(?:<=?|≤)\s*(.+)$/i;
const HINT = 'Write latencies with their bounds, e.g. "ttft:p99<2s;tpot<50ms".';

/** `ttft:p99<2s;tpot:p90<50ms`: bounds on TTFT, TPOT (or ITL) and E2E, of their mean, p50, p90 or p99; the mean where none is named. */
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
  const metric = METRICS.get((match[1] ?? "").toLowerCase());
  if (metric === undefined) return bad(`"${match[1]}" is none of ttft, tpot, e2e.`);
  const statistic = STATISTICS.get((match[2] ?? "mean").toLowerCase());
  if (statistic === undefined) return bad(`"${match[2]}" is none of mean, p50, p90, p99.`);
  const limit = parseNumber("duration", match[3] ?? "");
  if (!limit.ok) return limit;
  if (!(limit.value > 0)) return bad(`"${part}" leaves no time.`);
  return good({ metric, statistic, limit: limit.value });
}

const bad = (message: string) => refused("E-VALUE", message, HINT);
