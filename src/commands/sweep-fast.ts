import { type Layer, readLayers } from "../input/layers.ts";
import type { Kernel } from "../study/sample/kernel.ts";
import type { Points } from "../study/sweep/points.ts";
import { ProblemError } from "../units/problem.ts";
import type { Estimator, Resources } from "./estimator.ts";
import type { Figure } from "./figures.ts";
import type { SweepRow } from "./sweep-view.ts";

/** What a sweep needs to know of itself to go fast. */
export interface FastPlan {
  readonly estimator: Estimator;
  readonly fixed: Readonly<Record<string, unknown>>;
  readonly points: Points;
  readonly figures: readonly Figure[];
}

/**
 * Rows by kernel: one kernel for each combination of the named keys, called for every point of the numeric ones. Undefined
 * where the command has no kernel for this request, a column is none of its outputs, or a value is out of bounds.
 */
export function fastRows(
  plan: FastPlan,
  resources: Resources,
  layers: readonly Layer[],
): ((index: number) => SweepRow) | undefined {
  const { estimator, points, figures, fixed } = plan;
  const { numeric, named } = points;
  if (estimator.kernel === undefined || numeric.length === 0) return undefined;
  const read = (values: Readonly<Record<string, unknown>>) =>
    readLayers(estimator.fields, [
      { origin: "request", values: { ...fixed, ...values }, strict: true },
      ...layers,
    ]);
  if (!allRead(points, read)) return undefined;
  const kernels = new Map<string, Kernel | undefined>();
  const kernelAt = (point: Readonly<Record<string, unknown>>): Kernel | undefined => {
    const id = named.map((key) => point[key]).join("|");
    if (!kernels.has(id)) kernels.set(id, estimator.kernel?.(read(point), numeric, resources));
    return kernels.get(id);
  };
  const first = kernelAt(points.at(0));
  if (first === undefined || !figures.every(({ path }) => first.outputs.includes(path))) return undefined;
  const positions = figures.map(({ path }) => first.outputs.indexOf(path));
  const values = new Float64Array(numeric.length);
  const out = new Float64Array(first.outputs.length);
  return (index) => {
    const point = points.at(index);
    const kernel = named.length === 0 ? first : kernelAt(point)!;
    for (let i = 0; i < numeric.length; i++) values[i] = point[numeric[i]!] as number;
    kernel.run(values, out);
    return {
      values: point,
      figures: positions.map((position) => (Number.isFinite(out[position]!) ? out[position] : undefined)),
    };
  };
}

/** Every value is read once, so that none escapes the bounds. */
function allRead(points: Points, read: (values: Readonly<Record<string, unknown>>) => unknown): boolean {
  try {
    for (const values of points.checks()) read(values);
    return true;
  } catch (error) {
    if (error instanceof ProblemError) return false;
    throw error;
  }
}
