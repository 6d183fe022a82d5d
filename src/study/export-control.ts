import type { Chip } from "../core/chip.ts";
import {
  EXPORT_RULES,
  type ExportRule,
  exportClass,
  performanceDensity,
  reviewedCaseByCase,
  totalProcessingPerformance,
} from "../core/export-control.ts";

/** What US export control makes of a chip. */
export interface ExportStanding {
  readonly tpp: number;
  /** TPP per mm2 of logic die; absent where the area is unknown. */
  readonly density?: number;
  readonly text: string;
}

/** TPP of a chip, its performance density where the die is known, and the paragraph that catches it. Not legal advice. */
export function exportStanding(chip: Chip): ExportStanding | undefined {
  const tpp = totalProcessingPerformance(chip);
  if (!(tpp > 0)) return undefined;
  const density = chip.dieMm2 === undefined ? undefined : performanceDensity(tpp, chip.dieMm2);
  const dataCentre = chip.kind === "datacenter";
  const rule = exportClass(tpp, density, dataCentre);
  const text = `dense TOPS x bits: ${rule === undefined ? free(density, dataCentre) : caught(rule, chip, tpp)}; not legal advice`;
  return { tpp, ...(density === undefined ? {} : { density }), text };
}

function free(density: number | undefined, dataCentre: boolean): string {
  if (!dataCentre) return "no data-centre part and below 4800, so outside 3A090 (note 2)";
  return density === undefined
    ? "below the line of TPP alone; performance density, not known here, may still decide"
    : "below every line of 3A090 as printed; a letter to the maker may still ask for a licence";
}

function caught(rule: ExportRule, chip: Chip, tpp: number): string {
  const paragraph = `${rule.id} (${rule.text}; ${rule.source}, in force ${rule.date})`;
  const eased = chip.bandwidth !== undefined && reviewedCaseByCase(tpp, chip.bandwidth);
  if (!eased) return paragraph;
  const { text, source, date } = EXPORT_RULES.caseByCase;
  return `${paragraph}; reviewed case by case (${text}; ${source}, in force ${date})`;
}
