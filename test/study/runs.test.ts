import { describe, expect, it } from "vitest";
import { catalogue } from "../../src/index.ts";
import { checkRuns } from "../../src/study/validate/runs.ts";

describe("published training compute", async () => {
  const checks = await checkRuns(catalogue);

  it("is there for every run that states it", () => expect(checks.length).toBeGreaterThanOrEqual(14));

  it.each(checks.map((check) => [check.model, check.convention, check.ratio] as const))(
    "%s (%s) within 5 %%",
    (_model, _convention, ratio) => {
      expect(Math.abs(ratio - 1)).toBeLessThan(0.05);
    },
  );
});
