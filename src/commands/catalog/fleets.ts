import { findFleet } from "../../catalog/fleets.ts";
import type { FleetRow } from "../../catalog/rows.ts";
import { fleetSources, loadSources } from "../../catalog/sources.ts";
import { grouped } from "../../units/format.ts";
import { loadFacts } from "../facts.ts";
import { provenanceBlocks } from "./provenance.ts";
import type { Shelf } from "./shelves.ts";

const countOf = (row: FleetRow): number => row.parts.reduce((sum, part) => sum + part.count, 0);
const partsText = (row: FleetRow): string =>
  row.parts
    .map(
      (part) =>
        `${grouped(String(part.count))} x ${part.chip_label ?? part.accelerator ?? "chip not stated"}`,
    )
    .join(" + ");

export const fleetShelf: Shelf<FleetRow> = {
  kind: "fleets",
  aliases: ["fleet", "clusters", "cluster"],
  holds: "clusters and the jobs they ran, with chip counts",
  load: async (user) => (await loadFacts(user)).fleets,
  find: findFleet,
  table: (rows) => ({
    columns: [
      { key: "id", title: "id" },
      { key: "owner", title: "owner", optional: 2 },
      { key: "date", title: "date", optional: 1 },
      { key: "status", title: "status", optional: 3 },
      { key: "gpus", title: "accelerators", kind: "integer" },
      { key: "parts", title: "of" },
    ],
    rows: rows.map((row) => [
      row.id,
      row.owner ?? undefined,
      row.date ?? undefined,
      row.status ?? undefined,
      countOf(row),
      partsText(row),
    ]),
  }),
  card: async (row, how) => {
    const sources = fleetSources(await loadSources("fleets"), row.id);
    const facts = [
      { label: "found by", value: how },
      { label: "accelerators", value: partsText(row) },
      ...(row.owner == null ? [] : [{ label: "owner", value: row.owner }]),
      ...(row.date == null ? [] : [{ label: "date", value: row.date }]),
      ...(row.status == null
        ? []
        : [{ label: "status", value: `${row.status}${row.certainty == null ? "" : `, ${row.certainty}`}` }]),
      ...(row.power_mw_reported == null
        ? []
        : [{ label: "reported power", value: `${row.power_mw_reported} MW` }]),
      ...(row.cost_usd_reported == null
        ? []
        : [{ label: "reported cost", value: `$${grouped(String(row.cost_usd_reported))}` }]),
      ...(row.mfu == null ? [] : [{ label: "reported MFU", value: String(row.mfu) }]),
    ];
    return {
      provenance: sources,
      view: [
        { block: "title", text: `${row.name} (${row.id})` },
        { block: "facts", facts },
        ...provenanceBlocks(sources),
      ],
    };
  },
};
