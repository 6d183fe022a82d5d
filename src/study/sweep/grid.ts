/** One axis of a sweep: a request key and the values it takes. */
export interface Axis {
  readonly key: string;
  readonly values: readonly (number | string)[];
}

/** Points of a grid are numbered from 0; the last axis turns fastest. */
export const pointCount = (axes: readonly Axis[]): number =>
  axes.reduce((product, axis) => product * axis.values.length, 1);

/** The request values of one point. */
export function pointAt(axes: readonly Axis[], index: number): Record<string, number | string> {
  const point: Record<string, number | string> = {};
  let rest = index;
  for (let a = axes.length - 1; a >= 0; a--) {
    const { key, values } = axes[a]!;
    point[key] = values[rest % values.length]!;
    rest = Math.floor(rest / values.length);
  }
  return point;
}

/** A run of consecutive points. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Shard `part` of `parts`, counted from 1: spans that concatenate to the whole, their sizes at most one apart. */
export function shardOf(count: number, part: number, parts: number): Span {
  return { from: Math.floor((count * (part - 1)) / parts), to: Math.floor((count * part) / parts) };
}
