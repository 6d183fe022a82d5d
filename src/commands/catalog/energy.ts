import { loadEnergy } from "../../catalog/energy.ts";
import { findGrid, type Grid } from "../../catalog/grids.ts";
import { find, type Named } from "../../catalog/names.ts";
import { loadFacts } from "../facts.ts";
import type { Shelf } from "./shelves.ts";

const grams = (kg: number): number => Number((kg * 1000).toPrecision(6));

export const gridShelf: Shelf<Grid> = {
  kind: "grids",
  aliases: ["grid", "regions", "region", "carbon"],
  holds: "carbon intensity and water of electricity by country, zone, cloud region",
  load: async (user) => (await loadFacts(user)).grids,
  find: findGrid,
  table: (rows) => ({
    columns: [
      { key: "id", title: "id" },
      { key: "name", title: "name" },
      { key: "kind", title: "kind", optional: 2 },
      { key: "g_co2e_per_kwh", title: "g CO2e/kWh", kind: "multiple" },
      { key: "litres_per_kwh", title: "water L/kWh", kind: "multiple", optional: 1 },
      { key: "year", title: "year", optional: 3 },
    ],
    rows: rows.map((row) => [
      row.id,
      row.name,
      row.kind,
      grams(row.kgCo2ePerKwh),
      row.waterLitresPerKwh,
      row.year === undefined ? undefined : String(row.year),
    ]),
  }),
  card: async (row, how) => ({
    provenance: { source: row.source, alternatives: row.alternatives },
    view: [
      { block: "title", text: `${row.name} (${row.id}), ${row.kind}` },
      {
        block: "facts",
        facts: [
          { label: "found by", value: how },
          {
            label: "intensity",
            value: `${grams(row.kgCo2ePerKwh)} g CO2e/kWh`,
            note: `${row.source}${row.year === undefined ? "" : `, ${row.year}`}`,
          },
          ...(row.waterLitresPerKwh === undefined
            ? []
            : [{ label: "water", value: `${row.waterLitresPerKwh} L/kWh` }]),
        ],
      },
      {
        block: "table",
        heading: "Other sources say",
        table: {
          columns: [
            { key: "g_co2e_per_kwh", title: "g CO2e/kWh", kind: "multiple" },
            { key: "source", title: "source" },
            { key: "year", title: "year" },
          ],
          rows: row.alternatives.map((other) => [
            grams(other.kgCo2ePerKwh),
            other.source,
            other.year === undefined ? undefined : String(other.year),
          ]),
        },
      },
    ],
  }),
};

interface Constant extends Named {
  readonly value: string;
  readonly unit: string;
  readonly source: string;
  readonly verified: boolean;
  readonly note?: string;
}

async function loadConstants(): Promise<readonly Constant[]> {
  const tables = await loadEnergy();
  const shown = (value: unknown) =>
    typeof value === "object"
      ? JSON.stringify(value).replaceAll(/[{}"]/g, "").replaceAll(",", ", ").replaceAll(":", " ")
      : String(value);
  const pue = tables.pue.map((row) => ({
    id: `pue ${row.provider}`,
    name: `PUE, ${row.provider}`,
    value: String(row.value),
    unit: row.year,
    source: row.source,
    verified: row.verified,
    ...(row.note === undefined ? {} : { note: row.note }),
  }));
  const others = Object.entries(tables.constants).map(([id, row]) => ({
    id,
    name: id.replaceAll("_", " "),
    value: shown(row.value),
    unit: row.unit,
    source: tables.sources[row.source] ?? row.source,
    verified: row.verified,
    ...(row.note === undefined ? {} : { note: row.note }),
  }));
  return [...others, ...pue];
}

export const constantShelf: Shelf<Constant> = {
  kind: "constants",
  aliases: ["constant", "energy", "pue"],
  holds: "power, cost and carbon constants, PUE by operator",
  load: loadConstants,
  find,
  table: (rows) => ({
    columns: [
      { key: "id", title: "id" },
      { key: "value", title: "value" },
      { key: "unit", title: "unit", optional: 2 },
      { key: "source", title: "source", optional: 1 },
    ],
    rows: rows.map((row) => [row.id, row.value, row.unit, row.source]),
  }),
  card: async (row, how) => ({
    provenance: { source: row.source, verified: row.verified },
    view: [
      { block: "title", text: row.name },
      {
        block: "facts",
        facts: [
          { label: "found by", value: how },
          { label: "value", value: row.value, note: row.unit },
          { label: "source", value: row.source, note: row.verified ? "seen" : "unverified" },
          ...(row.note === undefined ? [] : [{ label: "note", value: row.note }]),
        ],
      },
    ],
  }),
};
