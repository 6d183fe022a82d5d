import type { Chip } from "../core/chip.ts";
import { exportClass, totalProcessingPerformance } from "../core/export-control.ts";

/** TPP of a chip, and the paragraph that catches it by TPP alone; no die area is known, so no performance density. */
export function exportStanding(chip: Chip): { readonly tpp: number; readonly text: string } | undefined {
  const tpp = totalProcessingPerformance(chip);
  if (!(tpp > 0)) return undefined;
  const rule = exportClass(tpp, undefined);
  const caught =
    rule === undefined
      ? "below the line of TPP alone; performance density, not known here, may still decide"
      : `${rule.id} by TPP alone (${rule.text}; ${rule.source}, in force ${rule.date})`;
  return { tpp, text: `dense TOPS x bits: ${caught}; not legal advice` };
}
