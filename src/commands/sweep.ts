import { Argument, type Command, Option } from "commander";
import { readAxis } from "../input/axes.ts";
import type { Field } from "../input/field.ts";
import { readLayers } from "../input/layers.ts";
import type { Io } from "../io.ts";
import { jsonLineOf } from "../render/json.ts";
import { paretoFront } from "../study/rank.ts";
import { type Axis, pointAt, pointCount, type Span, shardOf } from "../study/sweep/grid.ts";
import { ProblemError, refuse } from "../units/problem.ts";
import { configLayers } from "./configuration.ts";
import type { Estimator, Resources } from "./estimator.ts";
import { ESTIMATORS, estimatorNamed } from "./estimators.ts";
import { loadFacts } from "./facts.ts";
import { type Figure, figureNamed, numberAt } from "./figures.ts";
import type { Context } from "./index.ts";
import { addFieldOptions, addOutputOptions, type OutputOptions } from "./options.ts";
import { outputFormat, renderView, writeText } from "./output.ts";
import { flagValues } from "./run.ts";
import { fastRows } from "./sweep-fast.ts";
import { pointsOf } from "./sweep-points.ts";
import { type SweepRow, sweepCsv, sweepView } from "./sweep-view.ts";

const EXAMPLES = `  compute-est sweep train --params 70B --tokens 15T --mfu 0.4 \\
    --gpu a100,h100,b200 --gpus 1k..64k..x2
  compute-est sweep train --params 7B..70B..x2 --gpu h100 --gpus 512 --mfu 0.4 \\
    --columns time,cost --format csv
  compute-est sweep train --params 70B --mfu 0.4 --gpu a100,h100 \\
    --gpus 256..4096..x2 --pareto time,cost
  compute-est sweep train --points points.ndjson --shard 3/64 --format ndjson
`;

const EXIT_INTERRUPTED = 130;
/** Points between two looks at the clock and at the interrupt. */
const SLICE = 4096;
const CHUNK = 65_536;
/** Fewer points than this are not worth a kernel. */
const FEW = 64;

interface SweepOptions extends OutputOptions {
  readonly columns?: string;
  readonly points?: string;
  readonly pareto?: string;
  readonly shard?: string;
  readonly resume?: string;
}

/** `sweep COMMAND`: every numeric or named flag may be an axis; one row a point. */
export async function define(command: Command, context: Context): Promise<void> {
  const names = ESTIMATORS.map((entry) => entry.name);
  command
    .addHelpText("before", EXAMPLES)
    .addArgument(new Argument("<command>", `one of ${names.join(", ")}`))
    .addArgument(new Argument("[words...]", "its operands"));
  const wanted = context.argv.slice(context.argv.indexOf("sweep") + 1).find((word) => !word.startsWith("-"));
  const estimator = names.includes(wanted ?? "") ? await estimatorNamed(wanted ?? "") : undefined;
  if (estimator !== undefined) {
    addFieldOptions(
      command,
      estimator.fields.filter((field) => field.key !== estimator.operands?.key),
    );
  } else command.allowUnknownOption();
  addSweepOptions(command);
  addOutputOptions(command, estimator?.fields);
  command.action(async (name: string, words: readonly string[]) => {
    await sweep(estimator ?? (await estimatorNamed(name)), words, command.opts(), context);
  });
}

function addSweepOptions(command: Command): void {
  const add = (flags: string, text: string) => command.addOption(new Option(flags, text).helpGroup("Sweep:"));
  add("--columns <figures>", "figures to print, by path or name, e.g. time,cost.usd");
  add(
    "--points <file>",
    "requests to answer over the flags given: NDJSON, or a .csv file with the keys in its first line; - is stdin",
  );
  add("--pareto <figures>", "only the points that no other beats in all of these, e.g. cost,time");
  add("--shard <k/n>", "the k-th of n parts, counted from 1; the parts concatenate to the whole");
  add("--resume <file>", "complete this NDJSON file: points it has are skipped, a torn last line is dropped");
}

interface Plan {
  readonly estimator: Estimator;
  readonly fixed: Readonly<Record<string, unknown>>;
  readonly axes: readonly Axis[];
  readonly points: readonly Readonly<Record<string, unknown>>[] | undefined;
  readonly figures: readonly Figure[];
  readonly span: Span;
}

async function sweep(
  estimator: Estimator,
  words: readonly string[],
  options: SweepOptions,
  { io, outcome }: Context,
): Promise<void> {
  const configuration = configLayers(options, io);
  const resources = {
    readFile: (path: string) => io.readFile(path),
    facts: await loadFacts(configuration.catalogues),
  };
  const plan = await planOf(estimator, words, options, io);
  const format = options.resume === undefined ? outputFormat(options, io.env) : "ndjson";
  const done = options.resume === undefined ? 0 : keptLines(options.resume, io);
  const writer = options.resume === undefined ? undefined : options.resume;
  const rest = { ...plan, span: { from: Math.min(plan.span.to, plan.span.from + done), to: plan.span.to } };
  const stream = format === "ndjson" && options.pareto === undefined;
  const rows: SweepRow[] = [];
  let chunk = "";
  const flush = () => {
    if (writer !== undefined) io.appendFile(writer, chunk);
    else io.out.write(chunk);
    chunk = "";
  };
  const state = await eachPoint(rest, resources, configuration.layers, io, (row) => {
    if (!stream) {
      rows.push(row);
      return undefined;
    }
    chunk += jsonLineOf(lineOf(row, plan.figures));
    if (chunk.length <= CHUNK) return undefined;
    flush();
    return io.drained();
  });
  if (stream) flush();
  else {
    const shown = options.pareto === undefined ? rows : frontOf(rows, plan, options.pareto);
    if (format === "csv") writeText(sweepCsv(plan.axes, plan.figures, shown), options, io);
    else if (format === "ndjson")
      writeText(shown.map((row) => jsonLineOf(lineOf(row, plan.figures))).join(""), options, io);
    else if (format === "json")
      writeText(
        `${JSON.stringify({ schema: "compute-est/sweep/1", result: { rows: shown.map((row) => lineOf(row, plan.figures)) } }, undefined, 2)}\n`,
        options,
        io,
      );
    else
      writeText(
        await renderView(
          sweepView(plan.axes, plan.figures, shown, rows.length),
          format,
          options,
          io,
          undefined,
          () => undefined,
        ),
        options,
        io,
      );
  }
  outcome.exit = state.interrupted ? EXIT_INTERRUPTED : state.failed ? 1 : 0;
}

/** What to answer: fixed values, axes, points, and which part of them. */
async function planOf(
  estimator: Estimator,
  words: readonly string[],
  options: SweepOptions,
  io: Io,
): Promise<Plan> {
  const raw: Record<string, unknown> = flagValues(estimator.fields, options as Record<string, unknown>);
  if (estimator.operands !== undefined && words.length > 0) raw[estimator.operands.key] = words;
  const axes: Axis[] = [];
  const fixed: Record<string, unknown> = {};
  for (const field of estimator.fields) {
    const value = raw[field.key];
    if (value === undefined) continue;
    const values = readAxis(field as Field, value);
    if (values === undefined) fixed[field.key] = value;
    else axes.push({ key: field.key, values });
  }
  const points = options.points === undefined ? undefined : await pointsOf(options.points, io);
  if (points !== undefined && axes.length > 0) {
    refuse("E-OVER", "--points and an axis both say which points to answer.", {
      flag: "--points",
      hint: "Drop one.",
    });
  }
  const columns = options.columns?.split(",") ?? estimator.columns;
  const figures = columns.map(
    (word) =>
      figureNamed(estimator.figures, word) ??
      ({ path: word.trim(), title: word.trim(), kind: "multiple", scale: 1, better: "low" } as const),
  );
  return {
    estimator,
    fixed,
    axes,
    points,
    figures,
    span: spanOf(points?.length ?? pointCount(axes), options.shard),
  };
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

/** Complete lines of a file that is resumed; what follows the last of them is cut off. */
function keptLines(name: string, io: Io): number {
  const text = io.readFile(name) ?? "";
  const lines = text.split("\n");
  const torn = lines.pop() ?? "";
  while (lines.length > 0 && !isJson(lines.at(-1) ?? "")) lines.pop();
  const kept = lines.map((line) => `${line}\n`).join("");
  if (torn !== "" || kept.length !== text.length) io.writeFile(name, kept);
  return lines.length;
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

/** Answers every point of the span in order; a point without an answer is a row that says why. */
async function eachPoint(
  plan: Plan,
  resources: Resources,
  layers: Parameters<typeof readLayers>[1],
  io: Io,
  visit: (row: SweepRow) => Promise<void> | undefined,
): Promise<{ interrupted: boolean; failed: boolean }> {
  const state = { interrupted: false, failed: false };
  io.onInterrupt(() => {
    state.interrupted = true;
  });
  const progress = await progressOf(plan.span, io);
  const fast =
    plan.span.to - plan.span.from < FEW || plan.points !== undefined
      ? undefined
      : fastRows(plan, resources, layers);
  for (let index = plan.span.from; index < plan.span.to && !state.interrupted; index++) {
    const row = fast === undefined ? await answerPoint(plan, index, resources, layers) : fast(index);
    if (row.error !== undefined) state.failed = true;
    const visited = visit(row);
    if (visited !== undefined) await visited;
    if ((index - plan.span.from) % SLICE === SLICE - 1) {
      progress?.update(index - plan.span.from + 1);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  progress?.stop();
  return state;
}

async function answerPoint(
  plan: Plan,
  index: number,
  resources: Resources,
  layers: Parameters<typeof readLayers>[1],
): Promise<SweepRow> {
  const values = plan.points === undefined ? pointAt(plan.axes, index) : plan.points[index]!;
  try {
    const request = readLayers(plan.estimator.fields, [
      { origin: "request", values: { ...plan.fixed, ...values }, strict: true },
      ...layers,
    ]);
    const answer = await plan.estimator.answer(request, resources);
    return { values, figures: plan.figures.map(({ path }) => numberAt(answer.result, path)) };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { values, figures: plan.figures.map(() => undefined), error: error.problem };
  }
}

/** A bar on stderr where somebody looks and the sweep is long. */
async function progressOf(
  span: Span,
  io: Io,
): Promise<{ update(done: number): void; stop(): void } | undefined> {
  if (!io.err.isTTY || span.to - span.from < 4 * SLICE) return undefined;
  const { SingleBar } = (await import("cli-progress")).default;
  const bar = new SingleBar({
    format: "{bar} {value}/{total}  {eta_formatted} left",
    hideCursor: true,
    clearOnComplete: true,
  });
  bar.start(span.to - span.from, 0);
  return bar;
}

function frontOf(rows: readonly SweepRow[], plan: Plan, text: string): readonly SweepRow[] {
  const aims = text.split(",").map((word) => {
    const wanted = figureNamed(plan.estimator.figures, word)?.path ?? word.trim();
    const figure = plan.figures.findIndex(({ path }) => path === wanted);
    if (figure < 0) {
      return refuse("E-CHOICE", `--pareto "${word}" is not one of the columns.`, {
        flag: "--pareto",
        hint: `Those are ${plan.figures.map(({ path }) => path).join(", ")}.`,
      });
    }
    return { figure, better: plan.figures[figure]!.better };
  });
  const known = new Map(rows.map((row) => [row.figures, row]));
  return paretoFront(
    rows.map((row) => row.figures),
    aims,
  ).flatMap((figures) => known.get(figures) ?? []);
}

function lineOf(row: SweepRow, figures: readonly Figure[]): Record<string, unknown> {
  const line: Record<string, unknown> = { ...row.values };
  figures.forEach(({ path }, index) => {
    line[path] = row.figures[index];
  });
  if (row.error !== undefined) line.error = { code: row.error.code, message: row.error.message };
  return line;
}
