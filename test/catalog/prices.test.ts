import { describe, expect, test } from "vitest";
import { loadChips } from "../../src/catalog/chips.ts";
import { purchaseQuote, rentQuote } from "../../src/catalog/prices.ts";
import type { AcceleratorRow } from "../../src/catalog/rows.ts";

const chips = await loadChips();
const chip = (id: string) => chips.find((row) => row.id === id)!;
const rented = (...prices: [usd: number, date: string][]): AcceleratorRow => ({
  ...chip("h100-sxm"),
  cloud_usd_per_chip_hour: prices.map(([usd, date], i) => ({ usd, date, provider: `p${i}`, src: "s" })),
});

describe("the price that decides", () => {
  test.each([
    // of 2026: 2.35, 2.95, 2.95, 6.88; the lower middle one, the newer of two alike
    ["h100-sxm", 2.95, "2026-05", 2.35, 6.88],
    // of 2026-05: 1.50, 1.99, 6.00
    ["mi300x", 1.99, "2026-05", 1.5, 6],
    // of 2026: 4.5, 5.5, 6.03, 7
    ["b200", 5.5, "2026", 4.5, 7],
    ["tpu-v4", 3.22, "2025-03", 3.22, 3.22],
  ])("%s is rented at %d", (id, usd, date, low, high) => {
    expect(rentQuote(chip(id))).toMatchObject({ usd, date, low, high });
  });

  test("H100: 36,018 of 2024-07 is the newest purchase; a GB200 rack price says that it pays for the rack", () => {
    expect(purchaseQuote(chip("h100-sxm"))).toMatchObject({
      usd: 36_018,
      date: "2024-07",
      src: "epochprice",
    });
    expect(purchaseQuote(chip("gb200"))).toMatchObject({ usd: 54_167, includes: "rack" });
    expect(purchaseQuote(chip("h100-sxm"))).not.toHaveProperty("includes");
  });

  test("all other dated prices stand beside it, newest first", () => {
    const quote = rentQuote(chip("h100-sxm"))!;
    expect(quote.alternatives).toHaveLength(chip("h100-sxm").cloud_usd_per_chip_hour!.length - 1);
    const dates = quote.alternatives.map((price) => price.date);
    expect(dates).toEqual(dates.toSorted().reverse());
  });

  test("as of a date nothing later counts", () => {
    expect(rentQuote(chip("h100-sxm"), "2024-12")).toMatchObject({ usd: 12.29, date: "2023-11" });
    expect(purchaseQuote(chip("h100-sxm"), "2022-12-31")).toMatchObject({ usd: 30_000 });
    expect(rentQuote(chip("h100-sxm"), "2020")).toBeUndefined();
  });

  test("without a dated price there is none; an undated one never decides", () => {
    expect(rentQuote(chip("mi355x"))).toBeUndefined();
    expect(purchaseQuote(chip("wse-2"))).toBeUndefined();
    expect(rentQuote(rented([9, ""]))).toBeUndefined();
    expect(rentQuote(rented([9, ""], [2, "2024"], [3, "2024-05"]))).toMatchObject({ usd: 2 });
  });
});
