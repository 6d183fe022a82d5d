import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  CHIP_MTBF,
  checkpointInterval,
  failureGoodput,
  predictedGoodput,
} from "../../../src/core/training/goodput.ts";

describe("goodput", () => {
  it("Young's interval: sqrt(2 x 15 s x 11,133 s) = 578 s", () =>
    expect(checkpointInterval(15, 11_133)).toBeCloseTo(577.9, 1));

  it("Llama 3's fleet loses 419 times in 54 days, and failures leave it above 90 %", () => {
    expect((16_384 * 54 * 86_400) / CHIP_MTBF.value).toBeCloseTo(419, 6);
    // 15/578 + (578/2 + 300)/11,133 = 0.0259 + 0.0529 = 0.0788 -> 1/1.0788
    expect(failureGoodput(16_384, 182_430_000, 15, 300)).toBeCloseTo(0.927, 2);
  });

  it("more chips, dearer checkpoints or slower restarts never help", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.double({ min: 1, max: 600, noNaN: true }),
        fc.double({ min: 1, max: 7200, noNaN: true }),
        (chips, checkpoint, restart) => {
          const at = (n: number, c: number, r: number) => failureGoodput(n, 1.8e8, c, r);
          const base = at(chips, checkpoint, restart);
          expect(base).toBeGreaterThan(0);
          expect(base).toBeLessThan(1);
          expect(at(2 * chips, checkpoint, restart)).toBeLessThan(base);
          expect(at(chips, 2 * checkpoint, restart)).toBeLessThan(base);
          expect(at(chips, checkpoint, 2 * restart)).toBeLessThan(base);
        },
      ),
    );
  });

  it("the interval holds the value", () => {
    for (const chips of [1, 8, 1024, 16_384, 200_000]) {
      const { value, interval } = predictedGoodput(chips);
      expect(interval[0]).toBeLessThan(value);
      expect(interval[1]).toBeGreaterThan(value);
      expect(interval[1]).toBeLessThan(1);
    }
  });
});
