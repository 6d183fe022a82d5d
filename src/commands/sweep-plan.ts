import { readAxis } from "../input/axes.ts";
import type { Field } from "../input/field.ts";
import { type Layer, readLayers } from "../input/layers.ts";
import { spreadOf, valuesOf } from "../input/point.ts";
import type { Io } from "../io.ts";
import { seedOf } from "../study/sample/ranged.ts";
import { type SamplingRequest, splitRequest } from "../study/sample/uncertain.ts";
import { type Axis, type Span, shardOf } from "../study/sweep/grid.ts";
import { drawnPoints, gridPoints, listedPoints, type Points } from "../study/sweep/points.ts";
import { refuse } from "../units/problem.ts";
import type { Estimator } from "./estimator.ts";
import { type Figure, figureNamed, nearestFigures } from "./figures.ts";
import type { OutputOptions } from "./options.ts";
import { flagValues, withPiped } from "./run.ts";
import { pointsOf } from "./sweep-points.ts";
import type { SweepPlan } from "./sweep-run.ts";

export interface SweepOptions extends OutputOptions {
  readonly columns?: string;
  /** A file of them, or in a request the points themselves. */
  readonly points?: string | readonly Readonly<Record<string, unknown>>[];
  readonly pareto?: string;
  readonly shard?: string;
  readonly resume?: string;
}

/** A plan, and what its rows are printed by. */
export interface Plan extends SweepPlan {
  readonly axes: readonly Axis[];
  /** The request that this plan answers, whole: piped into `sweep -` it gives the same rows. */
  readonly input: Readonly<Record<string, unknown>>;
}

/** What to answer: fixed values, axes, points, and which part of them. */
export async function planOf(
  estimator: Estimator,
  words: readonly string[],
  options: SweepOptions,
  layers: readonly Layer[],
  io: Io,
  request: Readonly<Record<string, unknown>> = {},
): Promise<Plan> {
  const { fields } = estimator;
  const flags = withPiped(fields, flagValues(fields, options as Record<string, unknown>), io);
  const raw: Record<string, unknown> = { ...request, ...flags };
  if (estimator.operands !== undefined && words.length > 0) raw[estimator.operands.key] = words;
  const axes: Axis[] = [];
  const fixed: Record<string, unknown> = {};
  for (const field of fields) {
    const value = raw[field.key] ?? (options.points === undefined ? listOf(field, layers) : undefined);
    if (value === undefined || value === null) continue;
    const values = readAxis(field, value);
    if (values === undefined) fixed[field.key] = value;
    else axes.push({ key: field.key, values });
  }
  if (options.points !== undefined && axes.length > 0) {
    refuse("E-OVER", "--points and an axis both say which points to answer.", {
      flag: "--points",
      hint: "Drop one.",
    });
  }
  const rows = typeof options.points === "string" ? await pointsOf(options.points, io) : options.points;
  const listed = rows && listedPoints(rows);
  const drawn = listed === undefined && axes.length === 0 ? drawsAsked(estimator, fixed, layers) : undefined;
  const points = listed ?? drawn ?? gridPoints(axes);
  const columns = options.columns?.split(",") ?? estimator.columns;
  const figures = columns.map((word) => columnOf(estimator, word.trim()));
  const input = inputOf({ estimator, fixed, axes, columns: figures }, options, layers, rows);
  // each draw is a point, and is not sampled again
  if (drawn !== undefined) delete fixed.samples;
  return { estimator, fixed, axes, input, points, figures, span: spanOf(points.count, options.shard) };
}

/** What a file lists of what the command takes several of: an axis, as it is on the command line. */
const listOf = ({ key, type }: Field, layers: readonly Layer[]): unknown =>
  type.type === "text" && type.list === true ? weaker(layers, key) : undefined;

/** The value that the environment or a file gives. */
const weaker = (layers: readonly Layer[], key: string): unknown =>
  layers.map(({ values }) => values[key]).find((value) => value !== undefined && value !== null);

interface Asked {
  readonly estimator: Estimator;
  readonly fixed: Readonly<Record<string, unknown>>;
  readonly axes: readonly Axis[];
  readonly columns: readonly Figure[];
}

/** The sweep as a request, with what the environment and files said. */
function inputOf(
  { estimator, fixed, axes, columns }: Asked,
  { columns: named, pareto, shard }: SweepOptions,
  layers: readonly Layer[],
  points: unknown,
): Record<string, unknown> {
  const said = estimator.fields.map(({ key }) => [key, weaker(layers, key)] as const);
  return {
    command: "sweep",
    of: estimator.name,
    ...(named === undefined ? {} : { columns: columns.map(({ path }) => path) }),
    ...Object.fromEntries(
      Object.entries({ pareto, shard, points }).filter(([, value]) => value !== undefined),
    ),
    ...Object.fromEntries(said.filter(([, value]) => value !== undefined)),
    ...fixed,
    ...Object.fromEntries(axes.map(({ key, values }) => [key, values])),
  };
}

/** A known figure, or a path of the result as it stands; a single word that names no figure is a slip. */
function columnOf({ name, figures }: Estimator, word: string): Figure {
  const known = figureNamed(figures, word);
  if (known !== undefined) return known;
  if (figures.length > 0 && !word.includes(".")) {
    const near = nearestFigures(figures, word).join(", ");
    refuse("E-CHOICE", `--columns "${word}" is no figure of ${name}.`, {
      flag: "--columns",
      hint: near === "" ? `Those are ${figures.map(({ path }) => path).join(", ")}.` : `Nearest: ${near}.`,
    });
  }
  return { path: word, title: word, kind: "multiple", scale: 1, better: "low" };
}

/** Without an axis, --samples of a request that holds ranges are its points. */
function drawsAsked(
  estimator: Estimator,
  fixed: Readonly<Record<string, unknown>>,
  layers: readonly Layer[],
): Points | undefined {
  if (fixed.samples === undefined) return undefined;
  const request = readLayers(estimator.fields, [
    { origin: "request", values: fixed, strict: true },
    ...layers,
  ]);
  const { point, inputs } = splitRequest(valuesOf(request), (key) => spreadOf(estimator.fields, key));
  if (inputs.length === 0) return undefined;
  const { samples: count = 1 } = point as SamplingRequest;
  return drawnPoints(inputs, { count, seed: seedOf(point as SamplingRequest) });
}

function spanOf(count: number, shard: string | undefined): Span {
  if (shard === undefined) return { from: 0, to: count };
  const match = /^(\d+)\/(\d+)$/.exec(shard);
  const [part, parts] = [Number(match?.[1]), Number(match?.[2])];
  if (match === null || part < 1 || part > parts) {
    return refuse("E-VALUE", `--shard "${shard}" is not a part of a whole.`, {
      flag: "--shard",
      hint: "E.g. --shard 3/64, counted from 1.",
    });
  }
  return shardOf(count, part, parts);
}
