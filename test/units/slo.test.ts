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
      "ITL:median<0.02,e2e:avg<1min",
      [
        { metric: "tpot", statistic: "p50", limit: 0.02 },
        { metric: "e2e", statistic: "mean", limit: 60 },
      ],
    ],
  ])("%s", (text, bounds) => {
    const got = read(text) as { limit: number }[];
    expect(got).toHaveLength(bounds.length);
    for (const [index, bound] of bounds.entries()) {
      expect(got[index]).toEqual({ ...bound, limit: expect.closeTo(bound.limit, 12) });
    }
  });

  it.each(["", ";", "tpot", "tpot>50ms", "tps<5", "ttft:p95<1s", "tpot<0", "tpot<50kg", "tpot<-1s"])(
    "refuses %j",
    (text) => {
      expect(read(text)).toHaveProperty("code");
    },
  );
});
