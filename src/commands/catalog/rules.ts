import { find, type Named } from "../../catalog/names.ts";
import { EXPORT_RULES } from "../../core/export-control.ts";
import { EU_MODIFIER_SHARE, THRESHOLDS } from "../../core/thresholds.ts";
import { format } from "../../units/index.ts";
import type { Shelf } from "./shelves.ts";

/** A legal line, in training compute or in the figures of a chip. Not legal advice. */
interface Rule extends Named {
  readonly limit: string;
  readonly counts: string;
  readonly status: string;
  readonly date: string;
  readonly source: string;
  readonly also?: Readonly<Record<string, number>>;
}

/** What part of the original's compute a modification may take, as words. */
const MODIFICATION = `a modification above 1/${Math.round(1 / EU_MODIFIER_SHARE)} of the original's compute is a model of its own`;

function computeRules(): readonly Rule[] {
  return THRESHOLDS.map(({ flop, id, ...rule }) => ({
    ...rule,
    id,
    limit: `${format("work", flop)}${id.startsWith("eu-") ? `; ${MODIFICATION}` : ""}`,
  }));
}

function chipRules(): readonly Rule[] {
  return Object.entries(EXPORT_RULES).map(([key, { id, text, source, date }]) => ({
    id: key === "caseByCase" ? id : `${id}.${key.slice(-1)}`.toLowerCase(),
    name: `US export control of accelerators, ${id}`,
    limit: text.replaceAll("&", "and"),
    counts: "TPP: dense TOPS x bits of the whole chip; PD: TPP per mm2 of logic die",
    status: "in force",
    date,
    source,
  }));
}

export const ruleShelf: Shelf<Rule> = {
  kind: "rules",
  aliases: ["rule", "thresholds", "threshold", "laws", "export"],
  holds: "legal thresholds in training compute and of chips; not legal advice",
  load: async () => [...computeRules(), ...chipRules()],
  find,
  table: (rows) => ({
    columns: [
      { key: "id", title: "id" },
      { key: "limit", title: "limit" },
      { key: "counts", title: "counts" },
      { key: "status", title: "status" },
      { key: "date", title: "since" },
      { key: "source", title: "source", optional: 1 },
    ],
    rows: rows.map((row) => [row.id, row.limit, row.counts, row.status, row.date, row.source]),
    notes: ["Not legal advice."],
  }),
  card: async (row, how) => ({
    provenance: { source: row.source, date: row.date },
    view: [
      { block: "title", text: row.name },
      {
        block: "facts",
        facts: [
          { label: "found by", value: how },
          { label: "limit", value: row.limit },
          { label: "counts", value: row.counts },
          { label: "status", value: row.status, note: `since ${row.date}` },
          ...Object.entries(row.also ?? {}).map(([key, value]) => ({
            label: words(key),
            value: Math.abs(value) < 1e9 ? format("count", value) : value.toExponential(0).replace("+", ""),
          })),
          { label: "source", value: row.source },
        ],
      },
      { block: "notes", lines: ["Not legal advice."] },
    ],
  }),
};

/** `fineTuneFlop` -> `fine tune flop` */
const words = (key: string): string => key.replaceAll(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);
