import { type Layer, readLayers } from "../input/layers.ts";
import type { Io } from "../io.ts";
import type { Span } from "../study/sweep/grid.ts";
import { ProblemError, refuse } from "../units/problem.ts";
import type { Resources } from "./estimator.ts";
import { type Figure, figureAt } from "./figures.ts";
import { tellerOf } from "./progress.ts";
import { type FastPlan, fastRows } from "./sweep-fast.ts";
import type { SweepRow } from "./sweep-view.ts";

/** What to answer: fixed values, points, and which part of them. */
export interface SweepPlan extends FastPlan {
  readonly span: Span;
}

/** Fewer points than this, of all, are not worth a kernel. */
const FEW = 64;
/** Points by kernel between two looks at the clock. */
const SLICE = 4096;
/** Between two turns of the process, in which it writes what is done and hears an interrupt. */
const TURN_MS = 50;

/** Answers every point of the span in order; a point without an answer is a row that says why. */
export async function eachPoint(
  plan: SweepPlan,
  resources: Resources,
  layers: readonly Layer[],
  { io, quiet }: { readonly io: Io; readonly quiet: boolean },
  rows: { add(row: SweepRow): Promise<void> | undefined; flush?(): void },
): Promise<{ interrupted: boolean; failed: boolean }> {
  const state = { interrupted: false, failed: false };
  io.onInterrupt(() => {
    state.interrupted = true;
  });
  const { from, to } = plan.span;
  const teller = quiet ? undefined : tellerOf(io, "points");
  const { rowAt, stride } = rowsOf(plan, resources, layers);
  let turned = performance.now();
  for (let index = from; index < to && !state.interrupted; index++) {
    const found = rowAt(index);
    const row = found instanceof Promise ? await found : found;
    if (row.error !== undefined) state.failed = true;
    const added = rows.add(row);
    if (added !== undefined) await added;
    if ((index - from) % stride !== stride - 1 || performance.now() - turned < TURN_MS) continue;
    teller?.update(index - from + 1, to - from);
    rows.flush?.();
    await io.turn();
    turned = performance.now();
  }
  teller?.clear();
  return state;
}

/** How a point is answered, and how many of them between two looks at the clock. */
interface Rows {
  readonly stride: number;
  rowAt(index: number): SweepRow | Promise<SweepRow>;
}

/** By the points of the whole: a shard and what is left of a file are answered as the whole is. */
function rowsOf(plan: SweepPlan, resources: Resources, layers: readonly Layer[]): Rows {
  const fast = plan.points.count < FEW ? undefined : fastRows(plan, resources, layers);
  return fast === undefined
    ? { stride: 1, rowAt: (index) => answerPoint(plan, index, resources, layers) }
    : { stride: SLICE, rowAt: fast };
}

async function answerPoint(
  { estimator, fixed, points, figures }: SweepPlan,
  index: number,
  resources: Resources,
  layers: readonly Layer[],
): Promise<SweepRow> {
  const values = points.at(index);
  try {
    const request = readLayers(estimator.fields, [
      { origin: "request", values: { ...fixed, ...values }, strict: true },
      ...layers,
    ]);
    const answer = await estimator.answer(request, resources);
    return { values, figures: figures.map(({ path }) => figureAt(answer.result, path)) };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { values, figures: figures.map(() => undefined), error: error.problem };
  }
}

/** A row as a line of NDJSON holds it: the point's values, then its figures by path, then why it has none. */
export function lineOf(row: SweepRow, figures: readonly Figure[]): Record<string, unknown> {
  const line: Record<string, unknown> = { ...row.values };
  figures.forEach(({ path }, index) => {
    line[path] = row.figures[index];
  });
  if (row.error !== undefined) line.error = { code: row.error.code, message: row.error.message };
  return line;
}

/**
 * The plan without the points that a file has already. What follows the file's last whole line is cut off; a file of another
 * sweep is refused: of other points, or of other figures, since lines say nothing of the flags that hold for all of them.
 */
export async function resumed(
  plan: SweepPlan,
  name: string,
  io: Io,
  resources: Resources,
  layers: readonly Layer[],
): Promise<SweepPlan> {
  const { points, span, figures } = plan;
  const text = io.readFile(name) ?? "";
  const lines = text.split("\n");
  const torn = lines.pop() ?? "";
  while (lines.length > 0 && !isJson(lines.at(-1) ?? "")) lines.pop();
  const begins = (index: number) => JSON.stringify(points.at(index)).slice(0, -1);
  const strange = lines.findIndex(
    (line, index) => span.from + index >= span.to || !line.startsWith(begins(span.from + index)),
  );
  if (strange >= 0) {
    refuse("E-FILE", `${name} is of another sweep: line ${strange + 1} is not of that point of this one.`, {
      flag: "--resume",
      hint: "Give the flags that it was begun with, or another file.",
    });
  }
  const { rowAt } = rowsOf(plan, resources, layers);
  for (const index of spotChecks(lines.length)) {
    const line = JSON.stringify(lineOf(await rowAt(span.from + index), figures));
    const kept = lines[index]!;
    if (isJson(kept) && alike(JSON.parse(kept), JSON.parse(line))) continue;
    refuse(
      "E-FILE",
      `${name} is of another sweep: line ${index + 1} has other figures than this one gives.`,
      {
        flag: "--resume",
        hint: "Give the flags and the columns that it was begun with, or another file.",
      },
    );
  }
  const kept = lines.map((line) => `${line}\n`).join("");
  if (torn !== "" || kept.length !== text.length) io.writeFile(name, kept);
  return { ...plan, span: { from: span.from + lines.length, to: span.to } };
}

/** Lines that are answered again, from the first to the last. */
const CHECKED = 5;

const spotChecks = (count: number): readonly number[] => [
  ...new Set(
    Array.from({ length: Math.min(CHECKED, count) }, (_, index) =>
      Math.round((index * (count - 1)) / Math.max(1, Math.min(CHECKED, count) - 1)),
    ),
  ),
];

/** What processors and versions of the language differ by in the last digits is no other sweep. */
const DIGITS_KEPT = 1e-9;

function alike(a: unknown, b: unknown): boolean {
  if (typeof a === "number" && typeof b === "number")
    return Math.abs(a - b) <= DIGITS_KEPT * Math.max(Math.abs(a), Math.abs(b));
  if (a === null || b === null || typeof a !== "object" || typeof b !== "object") return a === b;
  const [left, right] = [Object.entries(a), Object.entries(b)];
  return (
    left.length === right.length &&
    left.every(([key, value], index) => key === right[index]![0] && alike(value, right[index]![1]))
  );
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
