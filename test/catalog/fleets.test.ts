import { describe, expect, test } from "vitest";
import { loadChips } from "../../src/catalog/chips.ts";
import { candidateChips, findFleet, fleetOf, loadFleets, partsOf } from "../../src/catalog/fleets.ts";

const [chips, fleets] = await Promise.all([loadChips(), loadFleets()]);
const candidates = (date: string) => candidateChips(date, fleets, chips).map((row) => row.id);

describe("fleets by name", () => {
  test.each([
    ["tesla-a100-7360", "tesla-a100-7360"],
    // press shorthand for Tesla's conventional cluster
    ["dojo-a100-7360", "tesla-a100-7360"],
    ["dojo", "dojo-exapod"],
    ["Frontier", "frontier"],
    ["twitter", "twitter-10k"],
    ["Microsoft Azure Eagle", "eagle"],
  ])("%s is %s", (text, id) => {
    expect(findFleet(fleets, text).found?.id).toBe(id);
  });

  test("every id finds its own row", () => {
    for (const row of fleets) expect(findFleet(fleets, row.id).found).toBe(row);
  });
});

describe("parts", () => {
  test("a fleet of one chip, and one of a chip not stated", () => {
    const a100 = chips.find((row) => row.id === "a100-sxm-80gb")!;
    expect(partsOf(fleetOf(10_000, a100), chips)).toEqual([{ chip: a100, count: 10_000 }]);
    expect(partsOf(fleetOf(10_000, null), chips)).toEqual([{ chip: undefined, count: 10_000 }]);
    expect(fleetOf(10_000, null).id).toBe("10000xunknown");
  });

  test("dense 16-bit peaks of three known machines", () => {
    const peak = (id: string) =>
      partsOf(fleets.find((row) => row.id === id)!, chips).reduce(
        (sum, { chip, count }) => sum + count * (chip!.tflops_dense.bf16 ?? 0) * 1e12,
        0,
      );
    // 7,360 x 312 TFLOP/s; 3,000 x 362; 16,384 x 989.4
    expect(peak("tesla-a100-7360")).toBeCloseTo(2.29632e18, -6);
    expect(peak("dojo-exapod")).toBeCloseTo(1.086e18, -6);
    expect(peak("llama3-16k")).toBeCloseTo(1.62103296e19, -7);
  });
});

describe("what unnamed chips may have been", () => {
  test("Twitter, April 2023: what clusters of 2020-04 to 2023-10 were built of and anyone could buy", () => {
    expect(candidates("2023-04")).toEqual([
      "v100-sxm2-16gb",
      "a100-pcie-40gb",
      "a100-sxm-40gb",
      "a100-sxm-80gb",
      "mi250x",
      "h100-sxm",
    ]);
  });

  test("no chip of a vendor that sells none, no export variant, no planned machine", () => {
    for (const date of ["2018", "2021-06", "2024-06", "2026-01", "2040", "1999"]) {
      const ids = candidates(date);
      expect(ids.length).toBeGreaterThan(0);
      expect(ids.filter((id) => /^(tpu|trainium|dojo|h800|a800|maia)/.test(id))).toEqual([]);
    }
  });
});
