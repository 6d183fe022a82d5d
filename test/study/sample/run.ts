import { distributionOf } from "../../../src/study/sample/distribution.ts";
import type { Input } from "../../../src/study/sample/draws.ts";
import type { Kernel } from "../../../src/study/sample/kernel.ts";

export const input = (name: string, low: number, high: number, bounded = false): Input => ({
  name,
  distribution: distributionOf({ low, high }, bounded),
});

/** days = 6 N D / (gpus x peak x mfu) / 86400: a product of lognormals, whose exact answer is known. */
export const daysOfRun: Kernel = {
  inputs: [
    input("N", 60e9, 80e9),
    input("D", 1.2e12, 1.6e12),
    input("mfu", 0.3, 0.5),
    input("gpus", 2000, 2100),
  ],
  outputs: ["days"],
  run(values, out) {
    out[0] = (6 * values[0]! * values[1]!) / (values[3]! * 312e12 * values[2]!) / 86_400;
  },
};
