import { describe, expect, it } from "vitest";
import { MEMORY_REACH } from "../../../src/core/training/uncertainty.ts";
import { validateMemory } from "../../../src/study/validate/memory.ts";

describe("training memory against published figures", async () => {
  const { rows, meanBytes, close, reach, failed, ran } = await validateMemory();
  const of = (label: string) => rows.find((row) => row.label === label)!.accuracy;

  it("measured peaks: within 6 % on average, and 2 GB", () => {
    expect(of("measured").n).toBe(49);
    expect(of("measured").mean).toBeLessThan(0.06);
    expect(Math.abs(of("measured").bias)).toBeLessThan(0.03);
    expect(meanBytes).toBeLessThan(2e9);
    expect(close).toBeGreaterThan(0.8);
  });

  it.each([
    ["measured, torchtitan", 0.03],
    ["measured, bigscience", 0.03],
    ["measured, bigscience-v100", 0.09],
    ["published-figure", 0.02],
    ["relative", 0.02],
    ["analytic", 0.02],
    ["checkpoint-size", 0.02],
  ])("%s: mean error below %f", (label, most) => {
    expect(of(label).mean).toBeLessThan(most);
  });

  it("an interval that holds 85 to 95 % of the measured peaks, no constant being fitted to them", () => {
    expect(of("measured").coverage).toBeGreaterThan(0.85);
    expect(of("measured").coverage).toBeLessThan(0.95);
    expect(reach).toEqual({ ...MEMORY_REACH, value: expect.closeTo(MEMORY_REACH.value, 2) });
  });

  it("refuses no run that ran, and lets none that failed pass unwarned", () => {
    expect(ran.n).toBeGreaterThan(460);
    expect(ran.refused).toBe(0);
    expect(failed.n).toBe(4);
    expect(failed.refused + failed.warned).toBe(4);
  });
});
