import { describe, expect, it } from "vitest";
import { distributionOf, STANDARD_NORMAL } from "../../../src/study/sample/distribution.ts";
import { BLOCK, forEachBlock, type Input, type Sampling } from "../../../src/study/sample/draws.ts";

const normal = (name: string): Input => ({ name, distribution: STANDARD_NORMAL });

function drawn(inputs: readonly Input[], sampling: Sampling): number[][] {
  const columns: number[][] = inputs.map(() => []);
  forEachBlock(inputs, sampling, (block, size) => {
    block.forEach((column, i) => {
      columns[i]!.push(...column.subarray(0, size));
    });
  });
  return columns;
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [ma, mb] = [mean(a), mean(b)];
  const product = (x: readonly number[], mx: number, y: readonly number[], my: number) =>
    x.reduce((sum, value, k) => sum + (value - mx) * (y[k]! - my), 0);
  return product(a, ma, b, mb) / Math.sqrt(product(a, ma, a, ma) * product(b, mb, b, mb));
}

describe("draws", () => {
  it("take every stratum once a block", () => {
    const [column = []] = drawn([normal("x")], { count: 2 * BLOCK, seed: 1 });
    const [first, second] = [column.slice(0, BLOCK), column.slice(BLOCK)];
    expect(new Set(first).size).toBe(BLOCK);
    expect(first.toSorted()).toEqual(second.toSorted());
    expect(first).not.toEqual(second);
  });

  it("are as many as asked for", () => {
    for (const count of [1, 2, 4095, 4097, 10_000])
      expect(drawn([normal("x")], { count, seed: 1 })[0]).toHaveLength(count);
  });

  it("depend on the input's name and the seed, and on no other input", () => {
    const sampling = { count: 10_000, seed: 7 };
    const alone = drawn([normal("mfu")], sampling)[0];
    const range = distributionOf({ low: 1, high: 3 }, false);
    expect(drawn([{ name: "price", distribution: range }, normal("mfu")], sampling)[1]).toEqual(alone);
    expect(drawn([normal("pue")], sampling)[0]).not.toEqual(alone);
    expect(drawn([normal("mfu")], { count: 10_000, seed: 8 })[0]).not.toEqual(alone);
  });

  it("of the first blocks are those of the whole", () => {
    const whole = drawn([normal("mfu")], { count: 20_000, seed: 3 })[0] ?? [];
    const first = drawn([normal("mfu")], { count: 20_000, seed: 3, blocks: 2 })[0] ?? [];
    expect(first).toEqual(whole.slice(0, first.length));
  });

  it("of neighbouring names and seeds are unrelated", () => {
    const names = ["x.1", "x.2", "x.3", "a", "b", "params", "param"];
    const columns = [1, 2].flatMap((seed) => drawn(names.map(normal), { count: 10_000, seed }));
    for (let i = 0; i < columns.length; i++) {
      for (let j = 0; j < i; j++) {
        // five standard errors of the correlation of 10,000 unrelated pairs
        expect(Math.abs(correlation(columns[i]!, columns[j]!))).toBeLessThan(0.05);
      }
    }
  });
});
