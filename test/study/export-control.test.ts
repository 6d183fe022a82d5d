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
    expect(text).toMatch(/3A090\.a \(TPP>=4800.*not legal advice/);
  });

  it("density by hand: A100 4,992 / 826 mm2, H100 and H20 over 814 mm2", async () => {
    expect((await standing("a100-sxm-80gb")).density).toBeCloseTo(6.04, 2);
    expect((await standing("h100-sxm")).density).toBeCloseTo(19.45, 2);
    expect((await standing("h20")).density).toBeCloseTo(2368 / 814, 2);
  });

  it("H20, at 2.9 a mm2, passes between the lines; the density of L4 catches it, under 4,800 as it is", async () => {
    expect((await standing("h20")).text).not.toMatch(/3A090\.[ab] \(/);
    // 242 dense fp8 TOPS x 8 = 1,936 over 294.5 mm2 = 6.6, at or above 5.92
    expect((await standing("l4")).text).toMatch(/3A090\.a \(TPP>=1600 & PD>=5\.92/);
  });

  it("a card for games below 4,800 is out; H200 is under 21,000 and 6,500 GB/s, B200 is not", async () => {
    expect((await standing("rtx-3090")).text).toMatch(/outside 3A090/);
    expect((await standing("h200-sxm")).text).toMatch(/case by case/);
    expect((await standing("b200")).text).not.toMatch(/case by case/);
  });

  it("an unknown die is said not to be the whole rule", async () => {
    const facts = await shippedFacts();
    const { dieMm2: _die, ...chip } = chipOf(facts.chips.find(({ id }) => id === "a10")!);
    expect(exportStanding(chip)!.text).toMatch(/density, not known here, may still decide/);
  });
});
