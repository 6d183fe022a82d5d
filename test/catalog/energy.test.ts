import { describe, expect, test } from "vitest";
import { loadApiPrices } from "../../src/catalog/api-prices.ts";
import { loadEnergy } from "../../src/catalog/energy.ts";
import { findGrid, loadGrids } from "../../src/catalog/grids.ts";

const [tables, grids] = await Promise.all([loadEnergy(), loadGrids()]);
const grid = (text: string) => findGrid(grids, text).found;

describe("grids", () => {
  test.each([
    ["USA", "USA", 0.38355],
    ["us", "USA", 0.38355],
    ["France", "FRA", 0.04418],
    ["US-MIDA-PJM", "US-MIDA-PJM", 0.418],
    ["Texas", "US-TEX-ERCO", 0.363],
    ["europe-west4", "europe-west4", 0.236],
    // two clouds, one dash apart: Google's South Carolina and Amazon's Virginia
    ["us-east1", "us-east1", 0.56],
    ["us-east-1", "US-MIDA-PJM", 0.418],
    ["world", "WOR", grid("WOR")!.kgCo2ePerKwh],
  ])("%s", (text, id, kg) => {
    expect(grid(text)?.id).toBe(id);
    expect(grid(text)?.kgCo2ePerKwh).toBeCloseTo(kg, 10);
  });

  test("a country stands on Ember, with the other four sources beside it", () => {
    const france = grid("FRA")!;
    expect(france.source).toMatch(/Ember/);
    expect(france.alternatives.map((other) => [other.kgCo2ePerKwh, other.year])).toEqual([
      [0.031, 2025],
      [0.033, 2024],
      [0.056039, 2023],
      [0.04418, undefined],
    ]);
    expect(grid("US-MIDA-PJM")).toMatchObject({ year: 2025, kind: "zone" });
  });

  test("52 countries, 33 zones and 40 regions, each with a plausible figure and a name of its own", () => {
    const count = (kind: string) => grids.filter((row) => row.kind === kind).length;
    expect([count("country"), count("zone"), count("cloud region")]).toEqual([52, 33, 40]);
    for (const row of grids) {
      expect(row.kgCo2ePerKwh).toBeGreaterThan(0);
      expect(row.kgCo2ePerKwh).toBeLessThan(1);
      expect(grid(row.id)).toBe(row);
      expect(row.source).not.toBe("");
    }
  });
});

test("every PUE is above 1", () => {
  expect(tables.pue.length).toBeGreaterThan(0);
  for (const row of tables.pue) expect(row.value).toBeGreaterThan(1);
});

test("120 API prices, output never cheaper than cached input", async () => {
  const rows = await loadApiPrices();
  expect(rows).toHaveLength(120);
  for (const row of rows) expect(row.output).toBeGreaterThanOrEqual(row.cache_read ?? 0);
});
