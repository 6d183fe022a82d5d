import { expect, test } from "vitest";
import { chipOf } from "../../src/catalog/chip.ts";
import { loadChips } from "../../src/catalog/chips.ts";
import { totalProcessingPerformance } from "../../src/core/export-control.ts";

const chips = await loadChips();
const chip = (id: string) => chipOf(chips.find((row) => row.id === id)!);

test("H100 in base units", () => {
  const h100 = chip("h100-sxm");
  expect(h100.peak.bf16).toBe(989.4e12);
  // 80 on the label are GiB in the part
  expect(h100.memory).toBe(80 * 2 ** 30);
  expect(h100.bandwidth).toBe(3350e9);
  // 900 GB/s both ways
  expect(h100.scaleUp).toMatchObject({ oneWay: 450e9, domain: 8 });
  // 400 Gb/s
  expect(h100.nic).toBe(50e9);
  expect(h100.tdp).toBe(700);
  // 10.2 kW over 8
  expect(h100.systemPowerPerChip).toBe(1275);
  // 66.9 of the matrix units, not 33.5
  expect(h100.peak.fp64).toBe(66.9e12);
});

test("what is unknown is absent, never zero", () => {
  expect(chip("v100-sxm2-16gb").peak).not.toHaveProperty("bf16");
  expect(chip("mi455x")).not.toHaveProperty("tdp");
  for (const row of chips) {
    const { memory, bandwidth, nic, tdp, systemPowerPerChip, scaleUp, peak } = chipOf(row);
    const figures = [
      memory,
      bandwidth,
      nic,
      tdp,
      systemPowerPerChip,
      scaleUp?.oneWay,
      ...Object.values(peak),
    ];
    for (const figure of figures)
      expect([row.id, figure === undefined || figure > 0]).toEqual([row.id, true]);
  }
});

test("total processing performance: the export rule's own examples", () => {
  // 624 TOP/s int8 x 8 = 312 TFLOP/s x 16
  expect(totalProcessingPerformance(chip("a100-sxm-80gb"))).toBe(4992);
  // 1,979 TOP/s x 8
  expect(totalProcessingPerformance(chip("h100-sxm"))).toBeCloseTo(15_832, -1);
  // made to stay below 4,800
  expect(totalProcessingPerformance(chip("h20"))).toBeLessThan(2400);
});
