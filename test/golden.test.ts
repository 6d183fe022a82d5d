import { describe, expect, it } from "vitest";
import { ROWS, WORDS } from "./golden/cases.ts";
import demand from "./golden/demand.json" with { type: "json" };
import { type GoldenCase, rowOf } from "./golden/row.ts";

const CASES = demand as readonly GoldenCase[];

/** Rounding of floating point, for cases that must be exact. */
const EXACT = 1e-12;

/** The relative error that the tolerance allows, or half a unit of the last decimal in which the case was rounded. */
function allowed(wanted: number, tolerance: number): number {
  const decimals = /\.(\d+)$/.exec(String(wanted))?.[1]?.length;
  const rounding = tolerance > 0 && decimals !== undefined ? 0.5 * 10 ** -decimals : 0;
  return Math.max(tolerance, EXACT, rounding / Math.abs(wanted));
}

/** Every number within the tolerance, every word the same, in whatever nesting the case gives them. */
function expectNear(got: unknown, wanted: unknown, tolerance: number, path: string): void {
  if (typeof wanted === "number") {
    expect(typeof got, `${path} is not computed`).toBe("number");
    const error = wanted === 0 ? Math.abs(got as number) : Math.abs((got as number) / wanted - 1);
    expect(error, `${path}: ${got} against ${wanted}`).toBeLessThanOrEqual(allowed(wanted, tolerance));
  } else if (typeof wanted === "object" && wanted !== null) {
    for (const [key, part] of Object.entries(wanted))
      expectNear((got as Record<string, unknown> | undefined)?.[key], part, tolerance, `${path}.${key}`);
  } else {
    expect(got, path).toBe(wanted);
  }
}

const areas = [...new Set(CASES.map(({ area }) => area))];
describe.each(areas)("golden: %s", (area) => {
  const computed = CASES.filter((entry) => entry.area === area && !WORDS.includes(entry.id));
  it.each(computed.map((entry) => [entry.id, entry] as const))("%s", (id, entry) => {
    const row = rowOf(ROWS, id);
    expect(row, "no row computes it").toBeDefined();
    expectNear(row!.compute(entry.inputs), entry.expected, entry.tolerance, id);
  });
});

describe("golden cases", () => {
  it("each have a source, and an id of their own", () => {
    expect(CASES.filter(({ source }) => !source).map(({ id }) => id)).toEqual([]);
    expect(new Set(CASES.map(({ id }) => id)).size).toBe(CASES.length);
  });

  it("carried in words alone are the few that give no figure", () => {
    const words = CASES.filter(({ id }) => WORDS.includes(id));
    expect(words.map(({ id }) => id)).toEqual(WORDS);
  });

  it("leave no row without a case", () => {
    const used = new Set(CASES.map(({ id }) => rowOf(ROWS, id)?.prefix));
    expect(ROWS.filter(({ prefix }) => !used.has(prefix)).map(({ prefix }) => prefix)).toEqual([]);
  });
});
