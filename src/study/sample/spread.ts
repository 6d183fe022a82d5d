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
  const values = new Float64Array(inputs.length);
  for (let i = 0; i < inputs.length; i++) values[i] = valueAt(inputs[i]!.distribution, 0);
  const out = new Float64Array(outputs.length);
  kernel.run(values, out);
  const middle = outputs.map((_, o) => out[o]!);
  const up = outputs.map(() => 0);
  const down = outputs.map(() => 0);
  for (let i = 0; i < inputs.length; i++) {
    const median = values[i]!;
    for (const z of [-Z95, Z95]) {
      values[i] = valueAt(inputs[i]!.distribution, z);
      kernel.run(values, out);
      addSwings(out, middle, up, down);
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

function addSwings(out: Float64Array, middle: readonly number[], up: number[], down: number[]): void {
  for (let o = 0; o < middle.length; o++) {
    if (out[o] === middle[o]) continue;
    const swing = Math.log(out[o]! / middle[o]!);
    if (swing > 0) up[o]! += swing * swing;
    else down[o]! += swing * swing;
  }
}
