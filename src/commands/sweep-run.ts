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
  // by the points of the whole: a shard and what is left of a file are answered as the whole is
  const fast = plan.points.count < FEW ? undefined : fastRows(plan, resources, layers);
  const stride = fast === undefined ? 1 : SLICE;
  let turned = performance.now();
  for (let index = from; index < to && !state.interrupted; index++) {
    const row = fast === undefined ? await answerPoint(plan, index, resources, layers) : fast(index);
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
 * sweep is refused.
 */
export function resumed(plan: SweepPlan, name: string, io: Io): SweepPlan {
  const { points, span } = plan;
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
  const kept = lines.map((line) => `${line}\n`).join("");
  if (torn !== "" || kept.length !== text.length) io.writeFile(name, kept);
  return { ...plan, span: { from: span.from + lines.length, to: span.to } };
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
