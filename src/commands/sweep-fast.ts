import { readLayers } from "../input/layers.ts";
import type { Kernel } from "../study/sample/kernel.ts";
import type { Axis } from "../study/sweep/grid.ts";
import { pointAt } from "../study/sweep/grid.ts";
import type { Estimator, Resources } from "./estimator.ts";
import type { Figure } from "./figures.ts";
import type { SweepRow } from "./sweep-view.ts";

/** What a sweep needs to know of itself to go fast. */
export interface FastPlan {
  readonly estimator: Estimator;
  readonly fixed: Readonly<Record<string, unknown>>;
  readonly axes: readonly Axis[];
  readonly figures: readonly Figure[];
}

/**
 * Rows by kernel: one kernel for each combination of the named axes, called for every point of the numeric ones. Undefined
 * where the command has no kernel for this request, or a column is none of its outputs.
 */
export function fastRows(
  plan: FastPlan,
  resources: Resources,
  layers: Parameters<typeof readLayers>[1],
): ((index: number) => SweepRow) | undefined {
  const { estimator, axes, figures, fixed } = plan;
  if (estimator.kernel === undefined || axes.length === 0) return undefined;
  const numeric = axes.filter(({ values }) => typeof values[0] === "number");
  const names = numeric.map(({ key }) => key);
  const read = (values: Record<string, unknown>) =>
    readLayers(estimator.fields, [
      { origin: "request", values: { ...fixed, ...values }, strict: true },
      ...layers,
    ]);
  // every value of every axis is read once, so that none escapes the bounds
  for (const { key, values } of axes) for (const value of values) read({ ...pointAt(axes, 0), [key]: value });
  const kernels = new Map<string, Kernel | undefined>();
  const kernelAt = (index: number): Kernel | undefined => {
    const point = pointAt(axes, index);
    const id = axes.map(({ key }) => (names.includes(key) ? "" : point[key])).join("|");
    if (!kernels.has(id)) kernels.set(id, estimator.kernel?.(read(point), names, resources));
    return kernels.get(id);
  };
  const first = kernelAt(0);
  if (first === undefined || !figures.every(({ path }) => first.outputs.includes(path))) return undefined;
  const positions = figures.map(({ path }) => first.outputs.indexOf(path));
  const values = new Float64Array(names.length);
  const out = new Float64Array(first.outputs.length);
  const single = numeric.length === axes.length ? first : undefined;
  return (index) => {
    const kernel = single ?? kernelAt(index)!;
    const point = pointAt(axes, index);
    for (let i = 0; i < names.length; i++) values[i] = point[names[i]!] as number;
    kernel.run(values, out);
    return {
      values: point,
      figures: positions.map((position) => (Number.isFinite(out[position]!) ? out[position] : undefined)),
    };
  };
}
