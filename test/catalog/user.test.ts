import { describe, expect, test } from "vitest";
import { findChip, loadChips } from "../../src/catalog/chips.ts";
import { findFleet, loadFleets } from "../../src/catalog/fleets.ts";
import { findGrid, loadGrids } from "../../src/catalog/grids.ts";
import { loadModels } from "../../src/catalog/models.ts";
import { purchaseQuote, rentQuote } from "../../src/catalog/prices.ts";
import { type UserCatalogue, userProblems, withUserCatalogue } from "../../src/catalog/user.ts";

const [chips, models, fleets, grids] = await Promise.all([
  loadChips(),
  loadModels(),
  loadFleets(),
  loadGrids(),
]);
const base = { chips, models, fleets, grids };
const own: UserCatalogue = {
  accelerators: [
    { id: "h100-sxm", memory: { bandwidth_gbs: 3000 } },
    { id: "x1", year: 2027, tflops_dense: { bf16: 5000 } },
  ],
  models: [{ id: "mine", params_total_published: 3e9 }],
  fleets: [{ id: "our-hall", parts: [{ accelerator: "x1", count: 64 }] }],
  grids: [{ id: "our-dam", kgCo2ePerKwh: 0.01 }],
  rent: [{ accelerator: "H100", usd: 1.75 }],
  purchase: [{ accelerator: "x1", usd: 20_000, date: "2027-02", note: "quote" }],
};

describe("a user's own rows", () => {
  const merged = withUserCatalogue(base, own);

  test("change the fields they name and leave the rest", () => {
    const { found } = findChip(merged.chips!, "h100");
    expect(found?.memory).toEqual({
      ...chips.find((row) => row.id === "h100-sxm")!.memory,
      bandwidth_gbs: 3000,
    });
    expect(merged.chips).toHaveLength(chips.length + 1);
  });

  test("are found by name like any other", () => {
    expect(findChip(merged.chips!, "X1").found).toMatchObject({ name: "x1", kind: "datacenter" });
    expect(findFleet(merged.fleets!, "our hall").found?.parts).toHaveLength(1);
    expect(findGrid(merged.grids!, "our-dam").found).toMatchObject({ kind: "user", kgCo2ePerKwh: 0.01 });
    expect(merged.models?.at(-1)).toMatchObject({ id: "mine", name: "mine" });
  });

  test("bring prices that outrank newer ones of the catalogue", () => {
    const h100 = findChip(merged.chips!, "h100").found!;
    expect(rentQuote(h100)).toMatchObject({ usd: 1.75, src: "user", provider: "own price" });
    expect(rentQuote(h100)?.alternatives).toHaveLength(8);
    expect(purchaseQuote(findChip(merged.chips!, "x1").found!)).toMatchObject({ usd: 20_000, what: "quote" });
  });

  test("leave the base as it was, and kinds that were not loaded absent", () => {
    expect(chips.find((row) => row.id === "h100-sxm")!.memory!.bandwidth_gbs).toBe(3350);
    expect(Object.keys(withUserCatalogue({ chips }, own))).toEqual(["chips"]);
    expect(withUserCatalogue(base, {})).toEqual(base);
  });

  test("are told what they lack", () => {
    expect(userProblems(base, own)).toEqual([]);
    expect(
      userProblems(base, {
        accelerators: [{ id: "new" }],
        models: [{ id: "sizeless" }, { id: "llama-3-8b", n_kv_heads: 7 }],
        fleets: [{ id: "empty" }],
        rent: [{ accelerator: "h10", usd: 1 }],
      }),
    ).toEqual([
      "new accelerator new needs a year",
      "new accelerator new needs tflops_dense",
      "model sizeless needs a shape or params_total_published",
      "model llama-3-8b: 7 key-value heads do not divide 32 attention heads",
      "new fleet empty needs parts",
      "price of h10: no such accelerator",
    ]);
  });
});
