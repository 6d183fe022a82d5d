import { type Distribution, distributionOf, samplesOf, valueAt } from "../sample/distribution.ts";
import { Z95 } from "../sample/normal.ts";
import type { Amount, Scenario } from "./scenario.ts";

/** One range of a scenario: where it stands, and its ends and middle. */
export interface UncertainInput {
  /** `inference.growth.users` */
  readonly path: string;
  readonly low: number;
  readonly median: number;
  readonly high: number;
  readonly distribution: Distribution;
}

/** Fields that can be no more than 1. */
const SHARES = /^(cacheHit|mfu|utilisation|prefillUtilisation|decodeUtilisation)$/;

/** Whether a path of a scenario names a share, which ranges cannot leave 0 to 1 with. */
export const isShare = (path: string): boolean => SHARES.test(path.split(".").at(-1)!);

/** A scenario with every range at its median, and the list of the ranges. */
export function settle(scenario: Scenario): {
  readonly point: Scenario<number>;
  readonly inputs: readonly UncertainInput[];
} {
  const inputs: UncertainInput[] = [];
  const point = walk(scenario, "", inputs) as Scenario<number>;
  return { point, inputs };
}

function walk(value: unknown, path: string, inputs: UncertainInput[]): unknown {
  if (Array.isArray(value) || value === null || typeof value !== "object") return value;
  const distribution = spreadOf(value as Exclude<Amount, number>, isShare(path));
  if (distribution !== undefined) {
    const at = (z: number): number => valueAt(distribution, z);
    const median = at(0);
    inputs.push({ path, low: at(-Z95), median, high: at(Z95), distribution });
    return median;
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      walk(inner, path === "" ? key : `${path}.${key}`, inputs),
    ]),
  );
}

function spreadOf(value: Exclude<Amount, number>, bounded: boolean): Distribution | undefined {
  if ("samples" in value) return samplesOf(value.samples);
  return "p05" in value && "p95" in value
    ? distributionOf({ low: value.p05, high: value.p95 }, bounded)
    : undefined;
}

/** The scenario with one value put in another's place. */
export function withValue<T>(tree: T, path: string, value: unknown): T {
  const [head, ...rest] = path.split(".");
  const node = tree as Readonly<Record<string, unknown>>;
  const inner = rest.length === 0 ? value : withValue(node[head!] ?? {}, rest.join("."), value);
  return { ...node, [head!]: inner } as T;
}
