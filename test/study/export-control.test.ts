import { describe, expect, it } from "vitest";
import { chipOf } from "../../src/catalog/chip.ts";
import { exportStanding } from "../../src/study/export-control.ts";
import { shippedFacts } from "./facts.ts";

const standing = async (name: string) => {
  const facts = await shippedFacts();
  return exportStanding(chipOf(facts.chips.find(({ id }) => id === name)!))!;
};

describe("export standing", () => {
  it("A100: 624 int8 TOPS x 8 bits = 4,992, caught by TPP alone", async () => {
    const { tpp, text } = await standing("a100-sxm-80gb");
    expect(tpp).toBeCloseTo(624 * 8, 6);
    expect(text).toMatch(/3A090\.a by TPP alone .*not legal advice/);
  });

  it("A10 is below the line of TPP alone, which is said not to be the whole rule", async () => {
    const { tpp, text } = await standing("a10");
    expect(tpp).toBeLessThan(4800);
    expect(text).toMatch(/density, not known here, may still decide/);
  });
});
