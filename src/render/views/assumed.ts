import type { Assumption } from "../../study/document.ts";
import { format, formatRange } from "../../units/index.ts";
import type { NotesBlock } from "../view.ts";

/**
 * What an answer assumed: in a few lines, or each on its own with its source where the answer is explained. `first` are said as
 * they stand.
 */
export function assumedBlock(
  assumptions: readonly Assumption[],
  explained: boolean,
  first: readonly string[] = [],
): NotesBlock {
  if (explained)
    return {
      block: "notes",
      heading: "Assumed",
      lines: [...first, ...assumptions.map(assumptionText)],
      mark: "*",
    };
  const short = [...first, ...assumptions.map(inShort)];
  const lines = short.length === 0 ? [] : [short.join("; ")];
  return { block: "notes", heading: "Assumed (--explain gives the sources)", lines };
}

/** Without its source; the error of a prediction by its ends and the measurements that it is known from. */
function inShort(assumption: Assumption): string {
  const { key, interval, measurements } = assumption;
  if (measurements !== undefined && interval !== undefined)
    return `${key} ${formatRange("multiple", interval.p05, interval.p95)} (${measurements} measurements)`;
  return valueText(assumption);
}

/** `MFU 0.375 (0.3 to 0.5): source, date` */
const assumptionText = (assumption: Assumption): string =>
  `${valueText(assumption)}: ${assumption.source}${assumption.date === undefined ? "" : `, ${assumption.date}`}`;

function valueText({ key, value, interval, unit }: Assumption): string {
  const number = (x: number) => (Math.abs(x) >= 1e6 ? format("count", x) : String(Number(x.toPrecision(4))));
  const shown = typeof value === "number" ? number(value) : value;
  const range = interval === undefined ? "" : ` (${number(interval.p05)} to ${number(interval.p95)})`;
  return `${key} ${shown}${range}${unit === undefined ? "" : ` ${unit}`}`;
}
