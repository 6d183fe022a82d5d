import type { Interval } from "../document.ts";
import { valueAt } from "./distribution.ts";
import type { Kernel } from "./kernel.ts";
import { Z95 } from "./normal.ts";

/**
 * 5, 50 and 95 % points without sampling: each input's swing of the log-output, up and down, added in squares. Exact for
 * products of lognormals, and close where a share is logit-normal; for ranges that the user gave, `sample` is used.
 */
export function spreadOf(kernel: Kernel): Readonly<Record<string, Interval>> {
  const { inputs, outputs } = kernel;
  const values = Float64Array.from(inputs, ({ distribution }) => valueAt(distribution, 0));
  const middle = new Float64Array(outputs.length);
  const end = new Float64Array(outputs.length);
  const up = new Float64Array(outputs.length);
  const down = new Float64Array(outputs.length);
  kernel.run(values, middle);
  for (let i = 0; i < inputs.length; i++) {
    const median = values[i]!;
    for (const z of [-Z95, Z95]) {
      values[i] = valueAt(inputs[i]!.distribution, z);
      kernel.run(values, end);
      for (let o = 0; o < outputs.length; o++) {
        const swing = Math.log(end[o]! / middle[o]!);
        if (swing > 0) up[o]! += swing * swing;
        else down[o]! += swing * swing;
      }
    }
    values[i] = median;
  }
  const intervals: Record<string, Interval> = {};
  for (let o = 0; o < outputs.length; o++) {
    const p50 = middle[o]!;
    if (!Number.isFinite(p50) || !(up[o]! > 0) || !(down[o]! > 0)) continue;
    intervals[outputs[o]!] = {
      p05: p50 * Math.exp(-Math.sqrt(down[o]!)),
      p50,
      p95: p50 * Math.exp(Math.sqrt(up[o]!)),
    };
  }
  return intervals;
}
