import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { extend, newFront, newTop, offer, thinned } from "../../src/study/rank.ts";

const pairs = fc.array(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 30 })), {
  maxLength: 80,
});

describe("ranking while searching", () => {
  it("keeps the best few by cost, of equal costs the one with the smaller second", () =>
    fc.assert(
      fc.property(pairs, fc.integer({ min: 1, max: 6 }), (rows, size) => {
        const top = newTop<readonly [number, number]>(size);
        for (const row of rows) offer(top, row[0], row[1], () => row);
        const best = new Map<number, number>();
        for (const [cost, second] of rows) best.set(cost, Math.min(second, best.get(cost) ?? second));
        const wanted = [...best].sort((a, b) => a[0] - b[0]).slice(0, size);
        expect(top.items).toEqual(wanted);
        expect(top.costs).toEqual(wanted.map(([cost]) => cost));
      }),
    ));

  it("takes sums that differ by rounding for equal", () => {
    const top = newTop<string>(3);
    offer(top, 0.3, 5, () => "exact");
    offer(top, 0.1 + 0.2, 4, () => "summed");
    expect(top.items).toEqual(["summed"]);
  });

  it("keeps exactly the pairs that no other beats in both", () =>
    fc.assert(
      fc.property(pairs, (rows) => {
        const front = newFront<readonly [number, number]>();
        for (const row of rows) extend(front, row[0], row[1], () => row);
        const beaten = ([a, b]: readonly [number, number]) =>
          rows.some(([x, y]) => x <= a && y <= b && (x < a || y < b));
        const wanted = new Set(rows.filter((row) => !beaten(row)).map(String));
        expect(front.items.map(String).sort()).toEqual([...wanted].sort());
        expect(front.first).toEqual([...front.first].sort((a, b) => a - b));
        expect(front.second).toEqual([...front.second].sort((a, b) => b - a));
      }),
    ));

  it("thins a front to its ends and even steps between", () => {
    const front = newFront<number>();
    for (let i = 0; i <= 100; i++) extend(front, 2 ** (i / 10), -i, () => i);
    expect(thinned(front, 3)).toEqual([0, 50, 100]);
    expect(thinned(front, 200)).toHaveLength(101);
  });
});
