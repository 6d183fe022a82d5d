import { forEachBlock, type Input, type Sampling } from "../sample/draws.ts";
import { type Axis, pointAt, pointCount } from "./grid.ts";

/** The points of a sweep: request values by key, in an order that never changes. */
export interface Points {
  readonly count: number;
  /** Keys whose values are numbers at every point, where that is known. */
  readonly numeric: readonly string[];
  /** The other keys. */
  readonly named: readonly string[];
  at(index: number): Readonly<Record<string, unknown>>;
  /** Points that between them hold every value of every key; for checking each once. */
  checks(): Iterable<Readonly<Record<string, unknown>>>;
}

/** Every combination of the axes, the last varying fastest. */
export function gridPoints(axes: readonly Axis[]): Points {
  const isNumeric = ({ values }: Axis) => values.every((value) => typeof value === "number");
  const keys = (chosen: readonly Axis[]) => chosen.map(({ key }) => key);
  return {
    count: pointCount(axes),
    numeric: keys(axes.filter(isNumeric)),
    named: keys(axes.filter((axis) => !isNumeric(axis))),
    at: (index) => pointAt(axes, index),
    *checks() {
      const first = pointAt(axes, 0);
      for (const { key, values } of axes) for (const value of values) yield { ...first, [key]: value };
    },
  };
}

/** The points as listed. */
export function listedPoints(points: readonly Readonly<Record<string, unknown>>[]): Points {
  return {
    count: points.length,
    numeric: [],
    named: [...new Set(points.flatMap((point) => Object.keys(point)))],
    at: (index) => points[index]!,
    checks: () => points,
  };
}

/** Draws of uncertain inputs, the same that an estimate of these ranges rests on. */
export function drawnPoints(inputs: readonly Input[], sampling: Sampling): Points {
  const columns = inputs.map(() => new Float64Array(sampling.count));
  let done = 0;
  forEachBlock(inputs, sampling, (block, size) => {
    for (let i = 0; i < columns.length; i++) columns[i]!.set(block[i]!.subarray(0, size), done);
    done += size;
  });
  const at = (index: number) =>
    Object.fromEntries(
      inputs.map(({ name, whole }, i) => {
        const value = columns[i]![index]!;
        return [name, whole === true ? Math.max(1, Math.round(value)) : value];
      }),
    );
  return {
    count: sampling.count,
    numeric: inputs.map(({ name }) => name),
    named: [],
    at,
    checks: () => [at(0)],
  };
}
