import { describe, expect, it } from "vitest";
import { validateEnergy } from "../../../src/study/serving/validate-energy.ts";
import { validatePools } from "../../../src/study/serving/validate-pools.ts";

describe("power of published serving runs", () => {
  it("is within 9 % in the median, joules a token within 11 %, of all 238 configurations", async () => {
    const { tables, answered, refused } = await validateEnergy();
    const [power, joules] = tables[0]!.rows.map(({ accuracy }) => accuracy);
    expect({ answered, refused }).toEqual({ answered: 238, refused: 0 });
    expect(power!.median).toBeLessThan(0.09);
    expect(joules!.median).toBeLessThan(0.11);
  });
});

describe("memory of published serving runs", () => {
  it("leaves as much for keys and values as engines report, within 2 % in the median", async () => {
    const { pools, medianError } = await validatePools();
    expect(pools).toHaveLength(15);
    expect(medianError).toBeLessThan(0.02);
  });

  it("counts a pool by hand: 119,408 tokens of Llama 2 7B at 2 x 32 x 4096 x 2 bytes", async () => {
    const { pools } = await validatePools();
    const { reported, computed } = pools.find(({ row }) => row.id === "mem-0031")!;
    expect(reported).toBe(119_408 * 524_288);
    expect(computed / reported).toBeCloseTo(1, 1);
  });

  it("has a reason beside every pool that is further than 10 % off", async () => {
    const { pools } = await validatePools();
    const far = pools.filter(({ reported, computed }) => Math.abs(computed / reported - 1) > 0.1);
    expect(far.filter(({ row }) => row.note === undefined)).toEqual([]);
  });

  it("says rightly of all 128 runs of llama.cpp whether they fit", async () => {
    const { fits } = await validatePools();
    expect(fits).toEqual({ n: 128, right: 128, wrong: [] });
  });
});
