import { format } from "../units/index.ts";
import type { Page } from "./theme.ts";
import type { HeatBlock } from "./view.ts";
import { wrap } from "./wrap.ts";

/** From the least to the greatest; what has no value stays blank. */
const SHADES = { unicode: "·░▒▓█", plain: ".-+*#" } as const;
/** Columns are as wide as they can be, up to this. */
const WIDEST = 8;

/** A figure over two axes as shades: one of the axes goes down, the other across. */
export function heatLines(block: HeatBlock, page: Page): readonly string[] {
  const known = block.cells.flat().filter((value) => value !== undefined);
  if (known.length === 0) return [page.theme.dim("(no points)")];
  const shades = page.unicode ? SHADES.unicode : SHADES.plain;
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const log = low > 0;
  const shade = (value: number | undefined): string => {
    if (value === undefined) return " ";
    const at = log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
    return shades[Math.min(shades.length - 1, Math.floor((high === low ? 0 : at) * shades.length))]!;
  };
  const digits = Math.min(3, page.digits);
  const text = ({ kind, values }: HeatBlock["x"]) => values.map((value) => format(kind, value, { digits }));
  const [down, across] = [text(block.y), text(block.x)];
  const margin = Math.max(...down.map((label) => label.length)) + 1;
  const width = Math.max(1, Math.min(WIDEST, Math.floor((page.width - margin) / across.length)));
  const rows = block.cells.map((cells, row) => {
    const line = cells
      .map((value) => shade(value).repeat(width))
      .join("")
      .trimEnd();
    return `${page.theme.dim(down[row]!.padStart(margin - 1))} ${page.theme.bar(line)}`;
  });
  const ends = `${across[0]}${(across.at(-1) ?? "").padStart(Math.max(1, width * across.length - across[0]!.length))}`;
  const legend = [...shades].map((mark, index) => {
    const share = (index + 0.5) / shades.length;
    const value = log ? low * (high / low) ** share : low + (high - low) * share;
    return `${mark} ${format(block.kind, value, { digits: 2 })}`;
  });
  return [
    ...wrap(`${block.title}: ${block.y.title} (down) by ${block.x.title} (across)`, page.width).map(
      page.theme.dim,
    ),
    ...rows.toReversed(),
    page.theme.dim(" ".repeat(margin) + ends),
    ...wrap(legend.join("   "), page.width).map(page.theme.dim),
  ];
}
