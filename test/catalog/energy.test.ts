import { describe, expect, test } from "vitest";
import { loadApiPrices } from "../../src/catalog/api-prices.ts";
import { loadChips } from "../../src/catalog/chips.ts";
import {
  constant,
  findPue,
  loadEnergy,
  serverCostRatio,
  serverPowerRatio,
  trainingLoad,
  usElectricityPrice,
} from "../../src/catalog/energy.ts";
import { findGrid, loadGrids } from "../../src/catalog/grids.ts";

const [chips, tables, grids] = await Promise.all([loadChips(), loadEnergy(), loadGrids()]);
const chip = (id: string) => chips.find((row) => row.id === id)!;
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

describe("energy constants", () => {
  test("server power over chip power by family", () => {
    // 10.2 kW / 8 / 0.7 kW; 6.5 / 8 / 0.4; the rest
    expect(serverPowerRatio(tables, chip("h100-sxm")).value).toBeCloseTo(10.2 / 8 / 0.7, 3);
    expect(serverPowerRatio(tables, chip("a100-pcie-40gb")).value).toBeCloseTo(6.5 / 8 / 0.4, 3);
    expect(serverPowerRatio(tables, chip("v100-sxm2-16gb")).value).toBe(1.6667);
    expect(serverPowerRatio(tables, chip("tpu-v3")).value).toBe(1.47);
    expect(serverPowerRatio(tables, chip("tpu-v6e")).value).toBe(1.56);
    expect(serverPowerRatio(tables, chip("mi300x")).value).toBe(1.8);
  });

  test("cost ratio, load, MFU, network share, with their source spelt out", () => {
    expect(serverCostRatio(tables, chip("a100-sxm-80gb")).value).toBe(1.66);
    expect(serverCostRatio(tables, chip("b200")).value).toBe(1.64);
    expect(trainingLoad(tables, chip("tpu-v5p")).value).toBe(0.43);
    expect(trainingLoad(tables, chip("b200")).value).toBe(0.75);
    expect(constant(tables, "median_training_mfu")).toMatchObject({ value: 0.375, verified: true });
    expect(constant(tables, "interconnect_fraction_of_cluster_cost")?.source).toMatch(/epoch-research/);
    expect(constant(tables, "chip_to_server_power")).toBeUndefined();
  });

  test("US industrial electricity by year, the nearest year outside the series", () => {
    expect(usElectricityPrice(tables, 2023)).toMatchObject({ value: 0.0806, year: "2023" });
    expect(usElectricityPrice(tables, 2031)).toMatchObject({ value: 0.0826, year: "2025" });
    expect(usElectricityPrice(tables, 1990)).toMatchObject({ value: 0.0677, year: "2010" });
  });

  test("PUE by provider", () => {
    expect(findPue(tables, "Google")?.value).toBe(1.09);
    expect(findPue(tables, "uptime")?.value).toBe(1.54);
    expect(findPue(tables, "")).toBeUndefined();
    for (const row of tables.pue) expect(row.value).toBeGreaterThan(1);
  });
});

test("120 API prices, output never cheaper than cached input", async () => {
  const rows = await loadApiPrices();
  expect(rows).toHaveLength(120);
  for (const row of rows) expect(row.output).toBeGreaterThanOrEqual(row.cache_read ?? 0);
});
