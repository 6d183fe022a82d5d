import { describe, expect, it } from "vitest";
import { loadChips } from "../../../src/catalog/chips.ts";
import { loadModels } from "../../../src/catalog/models.ts";
import { factsOf } from "../../../src/study/facts.ts";
import { checkWholeRuns } from "../../../src/study/validate/whole-runs.ts";

describe("whole published runs", async () => {
  const [chips, models] = await Promise.all([loadChips(), loadModels()]);
  const rows = await checkWholeRuns(factsOf({ chips, models, fleets: [], grids: [] }));

  it("are predicted from shape, chip, tokens and layout", () => {
    expect(rows.map((row) => row.model.split(" ")[0])).toEqual([
      "PaLM-540B",
      "BLOOM-176B",
      "MT-NLG-530B",
      "OPT-175B",
      "LLaMA-7B",
      "LLaMA-13B",
      "LLaMA-33B",
      "LLaMA-65B",
    ]);
  });

  it("imply a goodput between 0.6 and 1 of the predicted steady state", () => {
    for (const row of rows.filter((r) => !r.steadyState)) {
      expect(row.impliedGoodput, row.model).toBeGreaterThan(0.6);
      expect(row.impliedGoodput, row.model).toBeLessThan(1);
    }
  });

  it("are met within 10 % where the published hours are continuous training", () => {
    for (const row of rows.filter((r) => r.steadyState)) {
      expect(Math.abs(row.impliedGoodput - 1), row.model).toBeLessThan(0.1);
    }
  });
});
