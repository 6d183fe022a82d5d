import type { Range } from "../../units/index.ts";
import { distributionOf, samplesOf, valueAt } from "./distribution.ts";
import type { Input } from "./draws.ts";

/** A value of a request that stands for more than one number. */
export type Uncertain = Range | { readonly samples: readonly number[] };

function isUncertain(value: unknown): value is Uncertain {
  return (
    value !== null && typeof value === "object" && (("low" in value && "high" in value) || "samples" in value)
  );
}

/** How the values of a key spread: shares stay below 1, counts of things are whole. */
export interface Spread {
  readonly bounded: boolean;
  readonly whole: boolean;
}

/** A request with every range at its median, and the ranges as inputs of a sampler. */
export function splitRequest(
  values: Readonly<Record<string, unknown>>,
  spreadOf: (key: string) => Spread,
): { point: Record<string, unknown>; inputs: readonly Input[] } {
  const point: Record<string, unknown> = {};
  const inputs: Input[] = [];
  for (const [key, value] of Object.entries(values)) {
    if (!isUncertain(value)) {
      point[key] = value;
      continue;
    }
    const { bounded, whole } = spreadOf(key);
    const distribution = "samples" in value ? samplesOf(value.samples) : distributionOf(value, bounded);
    const median = valueAt(distribution, 0);
    point[key] = whole ? Math.max(1, Math.round(median)) : median;
    inputs.push({ name: key, distribution, whole });
  }
  return { point, inputs };
}

/** What a request says of sampling. */
export interface SamplingRequest {
  readonly samples?: number;
  readonly seed?: number;
  /** The figure whose inputs are ranked, by its path or a part of it; empty for the main one. */
  readonly sensitivity?: string;
}
