import { find, type Named } from "../../catalog/names.ts";
import { ANCHORS } from "../../core/demand/anchors.ts";
import { CHIP_STOCKS, COLOSSUS } from "../../core/demand/supply.ts";
import { MODELS_ABOVE_1E26 } from "../../core/thresholds.ts";
import { format } from "../../units/index.ts";
import type { Shelf } from "./shelves.ts";

/** A published figure to hold an estimate against: a fact with its source, not an input. */
interface Figure extends Named {
  readonly value: number;
  readonly unit: string;
  readonly date: string;
  readonly source: string;
}

function stocks(): readonly Figure[] {
  return CHIP_STOCKS.flatMap(({ id, name, units, h100e, power, through: date, source }) => [
    { id: `stock-${id}`, name, value: units, unit: "chips", date, source },
    { id: `stock-${id}-h100e`, name, value: h100e, unit: "H100 by 8-bit rate", date, source },
    { id: `stock-${id}-power`, name, value: power, unit: "W", date, source },
  ]);
}

function colossus(): readonly Figure[] {
  const { date, h100e, power, capital, source } = COLOSSUS;
  const name = "xAI Colossus";
  return [
    { id: "colossus-h100e", name, value: h100e, unit: "H100 by 8-bit rate", date, source },
    { id: "colossus-power", name, value: power, unit: "W", date, source },
    { id: "colossus-capital", name, value: capital, unit: "USD", date, source },
  ];
}

const modelCounts = (): readonly Figure[] =>
  Object.entries(MODELS_ABOVE_1E26).map(([when, value]) => ({
    id: `models-1e26-${when.replaceAll("_", "-")}`,
    name: `notable models expected above 1e26 FLOP, ${when.replaceAll("_", " ")}`,
    value,
    unit: "models",
    date: "2025",
    source: "Epoch AI, model counts",
  }));

/** What it is, with its unit where the words do not say it. */
const named = ({ name, unit }: Figure): string => (name.includes(unit) ? name : `${name}, ${unit}`);

export const figureShelf: Shelf<Figure> = {
  kind: "figures",
  aliases: ["figure", "anchors", "anchor", "facts", "stock", "stocks"],
  holds: "published figures to hold an estimate against: tokens served, shares, chips made",
  load: async () => [
    ...ANCHORS.map(({ what, ...row }) => ({ ...row, name: what })),
    ...stocks(),
    ...colossus(),
    ...modelCounts(),
  ],
  find,
  table: (rows) => ({
    columns: [
      { key: "id", title: "id" },
      { key: "what", title: "what" },
      { key: "value", title: "value", kind: "multiple" },
      { key: "date", title: "date" },
      { key: "source", title: "source", optional: 1 },
    ],
    rows: rows.map((row) => [row.id, named(row), row.value, row.date, row.source]),
  }),
  card: async (row, how) => ({
    provenance: { source: row.source, date: row.date },
    view: [
      { block: "title", text: row.name },
      {
        block: "facts",
        facts: [
          { label: "found by", value: how },
          {
            label: "value",
            value: `${format("multiple", row.value, { digits: 4 })} ${row.unit}`,
            note: row.date,
          },
          { label: "source", value: row.source },
        ],
      },
    ],
  }),
};
