import { describe, expect, it } from "vitest";
import { parseSlo } from "../../src/units/slo.ts";

const read = (text: string) => {
  const parsed = parseSlo(text);
  return (parsed.ok ? parsed.value : parsed.problem) as unknown;
};

describe("bounds on latencies", () => {
  it.each([
    ["tpot<50ms", [{ metric: "tpot", statistic: "mean", limit: 0.05 }]],
    [
      "ttft:p99<2s; tpot:p90 <= 50ms",
      [
        { metric: "ttft", statistic: "p99", limit: 2 },
        { metric: "tpot", statistic: "p90", limit: 0.05 },
      ],
    ],
    [
      "ITL:median<20ms,e2e:avg<1min",
      [
        { metric: "tpot", statistic: "p50", limit: 0.02 },
        { metric: "e2e", statistic: "mean", limit: 60 },
      ],
    ],
    [
      "p99 tpot<50ms; ttft p95 ≤ 1s; e2e<1d12h",
      [
        { metric: "tpot", statistic: "p99", limit: 0.05 },
        { metric: "ttft", statistic: "p95", limit: 1 },
        { metric: "e2e", statistic: "mean", limit: 129_600 },
      ],
    ],
    ["tpot p99<50ms", [{ metric: "tpot", statistic: "p99", limit: 0.05 }]],
  ])("%s", (text, bounds) => {
    const got = read(text) as { limit: number }[];
    expect(got).toHaveLength(bounds.length);
    for (const [index, bound] of bounds.entries()) {
      expect(got[index]).toEqual({ ...bound, limit: expect.closeTo(bound.limit, 12) });
    }
  });

  it.each([
    "",
    ";",
    "tpot",
    "tpot>50ms",
    "tps<5",
    "ttft:p98<1s",
    "ttft tpot<1s",
    "ttft:ttft<1s",
    "p99<1s",
    "tpot<0s",
    "tpot<50kg",
    "tpot<-1s",
  ])("refuses %j", (text) => {
    expect(read(text)).toHaveProperty("code");
  });

  it.each(["ttft:p90<2000", "tpot<0.02", "e2e < 1e3"])("asks for the unit of %j", (text) => {
    const limit = text.split("<")[1]!.trim();
    expect(read(text)).toMatchObject({
      message: `"${text}" has no unit.`,
      hint: `Say the unit: ${limit}ms or ${limit}s.`,
    });
  });

  it("names the statistics and the milliseconds that there are", () => {
    expect(read("ttft:p98<1s")).toMatchObject({ message: '"p98" is none of mean, p50, p90, p95, p99.' });
    expect(read("tpot<fast")).toMatchObject({ hint: expect.stringContaining("50ms") });
  });
});
