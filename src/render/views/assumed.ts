import type { Assumption } from "../../study/document.ts";
import { formatRange } from "../../units/index.ts";
import type { NotesBlock } from "../view.ts";
import { assumptionText } from "./train.ts";

/** What an answer assumed: in a few lines, or each on its own with its source where the answer is explained. */
export function assumedBlock(assumptions: readonly Assumption[], explained: boolean): NotesBlock {
  if (explained)
    return { block: "notes", heading: "Assumed", lines: assumptions.map(assumptionText), mark: "*" };
  const lines = assumptions.length === 0 ? [] : [assumptions.map(inShort).join("; ")];
  return { block: "notes", heading: "Assumed (--explain gives the sources)", lines };
}

/** Without its source; the error of a prediction by its ends and the measurements that it is known from. */
function inShort(assumption: Assumption): string {
  const { key, interval, measurements } = assumption;
  if (measurements !== undefined && interval !== undefined)
    return `${key} ${formatRange("multiple", interval.p05, interval.p95)} (${measurements} measurements)`;
  return assumptionText({ ...assumption, source: "" }).split(": ")[0]!;
}
