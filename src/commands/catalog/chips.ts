import { chipOf } from "../../catalog/chip.ts";
import { findChip } from "../../catalog/chips.ts";
import { purchaseQuote, rentQuote } from "../../catalog/prices.ts";
import type { AcceleratorRow } from "../../catalog/rows.ts";
import { chipFigures, chipSources, loadSources } from "../../catalog/sources.ts";
import type { Block, Fact } from "../../render/view.ts";
import { exportStanding } from "../../study/export-control.ts";
import { format } from "../../units/index.ts";
import { SECONDS_PER_HOUR } from "../../units/quantity.ts";
import { loadFacts } from "../facts.ts";
import { provenanceBlocks } from "./provenance.ts";
import type { Shelf } from "./shelves.ts";

export const chipShelf: Shelf<AcceleratorRow> = {
  kind: "accelerators",
  aliases: ["accelerator", "chips", "chip", "gpus", "gpu"],
  holds: "dense peaks, memory, links, power, prices of chips",
  load: async (user) => (await loadFacts(user)).chips,
  find: findChip,
  table: (rows) => ({
    columns: [
      { key: "id", title: "id" },
      { key: "vendor", title: "vendor", optional: 4 },
      { key: "year", title: "year" },
      { key: "bf16_flop_per_second", title: "dense 16-bit", kind: "rate" },
      { key: "fp8_flop_per_second", title: "dense fp8", kind: "rate", optional: 2 },
      { key: "memory_bytes", title: "memory", kind: "bytes" },
      { key: "bandwidth_bytes_per_second", title: "bandwidth", kind: "bandwidth", optional: 1 },
      { key: "watts", title: "TDP", kind: "power", optional: 3 },
      { key: "rent_usd_per_second", title: "rent", kind: "moneyRate", optional: 1 },
      { key: "rent_date", title: "of", optional: 5 },
      { key: "tpp", title: "TPP", kind: "count", optional: 6 },
    ],
    rows: rows.map((row) => {
      const chip = chipOf(row);
      const rent = rentQuote(row);
      return [
        row.id,
        row.vendor,
        String(row.year),
        chip.peak.bf16 ?? chip.peak.fp16,
        chip.peak.fp8,
        chip.memory,
        chip.bandwidth,
        chip.tdp,
        rent && rent.usd / SECONDS_PER_HOUR,
        rent?.date,
        exportStanding(chip)?.tpp,
      ];
    }),
  }),
  card: async (row, how) => {
    const sources = chipSources(await loadSources("accelerators"), row.id);
    const figures = chipFigures(row);
    return {
      provenance: sources,
      view: [
        {
          block: "title",
          text: `${row.name} (${row.id}): ${row.vendor} ${row.arch}, ${row.year}, ${row.status}`,
        },
        {
          block: "facts",
          facts: [
            { label: "found by", value: how },
            ...figures.map(({ label, unit, value }) => ({ label, value: `${value} ${unit}` })),
            ...exportFact(row),
          ],
        },
        ...priceBlocks(row),
        ...provenanceBlocks(sources),
      ],
    };
  },
};

function exportFact(row: AcceleratorRow): Fact[] {
  const standing = exportStanding(chipOf(row));
  if (standing === undefined) return [];
  const { tpp, density, text } = standing;
  return [
    { label: "TPP", value: format("count", Math.round(tpp)), note: text },
    ...(density === undefined
      ? []
      : [
          {
            label: "performance density",
            value: format("multiple", density),
            note: "TPP per mm2 of logic die",
          },
        ]),
  ];
}

function priceBlocks(row: AcceleratorRow): Block[] {
  const rent = rentQuote(row);
  const purchase = purchaseQuote(row);
  const prices = [
    ...(row.cloud_usd_per_chip_hour ?? []).map(
      (price) =>
        [
          `rent, ${price.provider}`,
          price.usd,
          "USD/h",
          price.date,
          price.usd === rent?.usd && price.date === rent.date ? "used" : "",
          price.src,
        ] as const,
    ),
    ...(row.price_usd ?? []).map(
      (price) =>
        [
          `buy, ${price.what}`,
          price.usd,
          "USD",
          price.date,
          price.usd === purchase?.usd && price.date === purchase.date ? "used" : "",
          price.src,
        ] as const,
    ),
  ];
  if (prices.length === 0)
    return [{ block: "notes", lines: ["No price is known; --price and --capex give one."] }];
  return [
    {
      block: "table",
      heading: "Prices",
      table: {
        columns: [
          { key: "what", title: "what" },
          { key: "amount", title: "amount", kind: "multiple" },
          { key: "unit", title: "unit" },
          { key: "date", title: "date" },
          { key: "used", title: "default" },
          { key: "source", title: "source", optional: 1 },
        ],
        rows: prices.map((price) => [...price]),
      },
    },
  ];
}
