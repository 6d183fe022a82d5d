import type { Io } from "../io.ts";
import { jsonLineOf, jsonOf } from "../render/json.ts";
import { paretoFront } from "../study/rank.ts";
import { refuse } from "../units/problem.ts";
import { VERSION } from "../version.ts";
import { figureNamed } from "./figures.ts";
import { type Format, outputFormat, renderView, writeText } from "./output.ts";
import type { Plan, SweepOptions } from "./sweep-plan.ts";
import { lineOf } from "./sweep-run.ts";
import { type CsvPart, type SweepRow, sweepCsv, sweepView } from "./sweep-view.ts";

/** Lines are written in chunks of about this many characters. */
const CHUNK = 65_536;

/** A file that is resumed is NDJSON, and what no other point beats is known only of all points. */
export function formatOf(options: SweepOptions, env: Io["env"]): Format {
  if (options.resume === undefined) return outputFormat(options, env);
  const clash = (
    [
      ["--pareto", options.pareto !== undefined],
      ["-o", options.file !== undefined],
      ["--format", options.json === true || (options.format ?? "ndjson") !== "ndjson"],
    ] as const
  ).find(([, given]) => given);
  if (clash === undefined) return "ndjson";
  return refuse("E-OVER", `--resume completes a file of NDJSON, so ${clash[0]} has no place.`, {
    flag: clash[0],
    hint: "Drop one.",
  });
}

interface LineSink {
  readonly toTerminal: boolean;
  add(row: SweepRow): Promise<void> | undefined;
  flush(): void;
}

/** Where lines go as they come: the file that is resumed, that of -o, else stdout. */
export function lineSink({ figures }: Plan, options: SweepOptions, io: Io): LineSink {
  const named = options.file === "-" ? undefined : options.file;
  if (named !== undefined) writeText("", options, io);
  const file = options.resume ?? named;
  let chunk = "";
  const flush = () => {
    if (file === undefined) io.out.write(chunk);
    else io.appendFile(file, chunk);
    chunk = "";
  };
  return {
    toTerminal: file === undefined && io.out.isTTY,
    add(row) {
      chunk += jsonLineOf(lineOf(row, figures));
      if (chunk.length <= CHUNK) return undefined;
      flush();
      return io.drained();
    },
    flush,
  };
}

/** The rows of a sweep that are shown, in the format asked for. */
export async function textOf(
  plan: Plan,
  shown: readonly SweepRow[],
  total: number,
  format: Format,
  options: SweepOptions,
  io: Io,
): Promise<string> {
  const { axes, figures, input } = plan;
  const rows = () => shown.map((row) => lineOf(row, figures));
  if (format === "csv") return sweepCsv(axes, figures, shown, csvPart(plan, options));
  if (format === "ndjson") return rows().map(jsonLineOf).join("");
  if (format === "json") {
    const result = { rows: rows() };
    return jsonOf({
      schema: "compute-est/sweep/1",
      version: VERSION,
      input,
      result,
      assumptions: [],
      warnings: [],
    });
  }
  return renderView(sweepView(axes, figures, shown, total), format, options, io, undefined, () => undefined);
}

/** The header stands in the first part alone. */
function csvPart({ axes, points }: Plan, { shard }: SweepOptions): CsvPart | undefined {
  if (shard === undefined) return undefined;
  const keys = axes.length > 0 ? axes.map(({ key }) => key) : [...points.numeric, ...points.named];
  return { keys, header: Number(shard.split("/")[0]) === 1 };
}

/** The rows that no other beats in all the aims named. Throws a ProblemError where an aim is no column. */
export function frontOf(rows: readonly SweepRow[], plan: Plan, text: string): readonly SweepRow[] {
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
