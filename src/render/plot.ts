import { format } from "../units/index.ts";
import type { Page } from "./theme.ts";
import type { Axis, PlotBlock } from "./view.ts";
import { wrap } from "./wrap.ts";

/** Lines of height where a block asks for no other. */
const USUAL_ROWS = 10;
const TICKS = 3;

/** Points drawn in characters, with the ends and middle of each axis named. */
export function plotLines(block: PlotBlock, page: Page): readonly string[] {
  const rows = block.rows ?? USUAL_ROWS;
  const points = block.series.flatMap((series) => series.points);
  if (points.length === 0) return [page.theme.dim("(no points)")];
  const x = scale(
    block.x,
    points.map((point) => point[0]),
  );
  const y = scale(
    block.y,
    points.map((point) => point[1]),
  );
  const labels = ticks(block.y, y, page);
  const margin = Math.max(...labels.map((label) => label.length)) + 1;
  const columns = Math.max(16, Math.min(96, page.width) - margin - 2);
  const grid = Array.from({ length: rows }, () => new Array<string>(columns).fill(" "));
  for (const series of block.series) {
    for (const [px, py] of series.points) {
      const column = Math.round(x.at(px) * (columns - 1));
      const row = rows - 1 - Math.round(y.at(py) * (rows - 1));
      grid[row]![column] = series.mark;
    }
  }
  const axis = page.unicode ? "│" : "|";
  const lines = grid.map((cells, row) => {
    const tick = (rows - 1 - row) / (rows - 1);
    const label = labels[Math.round(tick * (TICKS - 1))] ?? "";
    const shown = Math.abs(tick * (TICKS - 1) - Math.round(tick * (TICKS - 1))) < 0.5 / rows ? label : "";
    return `${page.theme.dim(shown.padStart(margin - 1))} ${page.theme.dim(axis)}${page.theme.bar(cells.join("").trimEnd())}`;
  });
  const [left = "", middle = "", right = ""] = ticks(block.x, x, page);
  const gap = Math.max(1, columns - left.length - middle.length - right.length);
  const under = left + " ".repeat(Math.floor(gap / 2)) + middle + " ".repeat(Math.ceil(gap / 2)) + right;
  const rule = (page.unicode ? "└" : "+") + (page.unicode ? "─" : "-").repeat(columns);
  const named = block.series.map((series) => `${series.mark} ${series.name}`).join(", ");
  const legend = block.series.length > 1 ? `: ${named}` : "";
  return [
    ...wrap(`${block.y.title} (up) against ${block.x.title} (across)${legend}`, page.width).map(
      page.theme.dim,
    ),
    ...lines,
    page.theme.dim(" ".repeat(margin) + rule),
    page.theme.dim(" ".repeat(margin + 1) + under),
  ];
}

interface Scale {
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
  at(value: number): number;
}

function scale(axis: Axis, values: readonly number[]): Scale {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const log = axis.log === true && low > 0;
  const at = (value: number) => {
    if (high === low) return 0.5;
    return log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
  };
  return { low, high, log, at };
}

function ticks(axis: Axis, range: Scale, page: Page): readonly string[] {
  const middle = range.log ? Math.sqrt(range.low * range.high) : (range.low + range.high) / 2;
  return [range.low, middle, range.high].map((value) =>
    format(axis.kind, value, { digits: Math.min(3, page.digits) }),
  );
}
