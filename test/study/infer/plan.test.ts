import { describe, expect, it } from "vitest";
import { catalogue, estimateServing } from "../../../src/index.ts";
import { planServing } from "../../../src/study/infer/plan.ts";
import type { PlanInferRequest } from "../../../src/study/infer/plan-result.ts";
import { ProblemError } from "../../../src/units/problem.ts";

const plan = (request: PlanInferRequest) => planServing(request, catalogue).result;
const code = (request: PlanInferRequest) => {
  try {
    plan(request);
  } catch (error) {
    if (error instanceof ProblemError) return error.problem.code;
    throw error;
  }
  return undefined;
};

const LLAMA = { model: "llama-3-70b", gpu: ["h100"], gpus: 32, slo: "ttft<2s;tpot<40ms" } as const;

describe("32 H100 for Llama 3 70B within 2 s and 40 ms", () => {
  const result = plan(LLAMA);

  it("keeps its bounds and its accelerators", () => {
    expect(result.best).toHaveLength(5);
    for (const one of result.best) {
      expect(one.ttftSeconds).toBeLessThanOrEqual(2);
      expect(one.tpotSeconds).toBeLessThanOrEqual(0.04);
      expect(one.gpus + one.idleGpus).toBe(32);
      expect(one.concurrency).toBe(one.batchLimit * one.replicas);
    }
  });

  it("ranks by tokens a second an accelerator", () => {
    const rates = result.best.map((one) => one.outputTokensPerSecondPerGpu);
    expect(rates).toEqual(rates.toSorted((a, b) => b - a));
  });

  it("one user more a replica breaks a bound", () => {
    const [best] = result.best;
    const { layout, batchLimit, replicas, precision } = best!;
    const same = {
      ...LLAMA,
      precision,
      kvPrecision: "fp8",
      tp: layout.tp,
      pp: layout.pp,
      dp: layout.dp,
    } as const;
    expect(
      estimateServing({ ...same, concurrency: batchLimit * replicas }).result.slo.every((s) => s.met),
    ).toBe(true);
    expect(() => estimateServing({ ...same, concurrency: (batchLimit + 1) * replicas })).toThrow(/meets/);
  });

  it("gives up throughput for speed along the front", () => {
    const byUser = result.front.toSorted(
      (a, b) => a.outputTokensPerSecondPerUser - b.outputTokensPerSecondPerUser,
    );
    for (let i = 1; i < byUser.length; i++) {
      expect(byUser[i]!.outputTokensPerSecondPerGpu).toBeLessThan(byUser[i - 1]!.outputTokensPerSecondPerGpu);
    }
    expect(byUser.length).toBeGreaterThan(5);
  });

  it("counts every layout once: found and rejected are all considered", () => {
    const all = plan({ ...LLAMA, top: 1000 });
    const rejected = all.rejected.reduce((sum, { layouts }) => sum + layouts, 0);
    expect(all.best.length + rejected).toBe(all.considered);
  });
});

describe("prompts on accelerators of their own", () => {
  const asked = { ...LLAMA, input: 4096, output: 512, top: 1000 } as const;
  const together = plan(asked);
  const apart = plan({ ...asked, split: true });
  const splits = apart.best.filter(({ split }) => split !== undefined);

  it("stand beside the others, which stay as they are", () => {
    expect(apart.best.filter(({ split }) => split === undefined)).toEqual(together.best);
    expect(splits.length).toBeGreaterThan(0);
    expect(apart.best[0]!.outputTokensPerSecondPerGpu).toBeGreaterThanOrEqual(
      together.best[0]!.outputTokensPerSecondPerGpu,
    );
  });

  it("keep the bounds, share out all accelerators, and obey Little's law", () => {
    for (const { split, ttftSeconds, tpotSeconds, concurrency, outputTokensPerSecond } of splits) {
      expect(ttftSeconds).toBeLessThanOrEqual(2);
      expect(tpotSeconds).toBeLessThanOrEqual(0.04);
      expect(split!.prefillGpus + split!.decodeGpus).toBeLessThanOrEqual(32);
      expect(split!.prefillBusy).toBeLessThanOrEqual(1 + 1e-9);
      expect((outputTokensPerSecond * (ttftSeconds + 511 * tpotSeconds)) / 512 / concurrency).toBeCloseTo(
        1,
        3,
      );
    }
  });

  it("are what infer answers for the same parts and users, or less than its best layouts do", () => {
    const { split, concurrency, precision, kvPrecision, outputTokensPerSecond } = splits[0]!;
    const { result } = estimateServing({
      model: "llama-3-70b",
      gpu: ["h100"],
      input: 4096,
      output: 512,
      prefillGpus: split!.prefillGpus,
      decodeGpus: split!.decodeGpus,
      precision,
      ...(kvPrecision === "fp8" ? { kvPrecision } : {}),
      concurrency,
    });
    expect(result.throughput.outputTokensPerSecond).toBeGreaterThanOrEqual(outputTokensPerSecond * 0.999);
  });
});

describe("objectives and budgets", () => {
  it("latency is no slower, energy no hungrier than throughput's best", () => {
    const [fast] = plan({ ...LLAMA, objective: "latency" }).best;
    const [lean] = plan({ ...LLAMA, objective: "energy" }).best;
    const [most] = plan(LLAMA).best;
    expect(fast!.tpotSeconds).toBeLessThanOrEqual(most!.tpotSeconds);
    expect(lean!.joulesPerOutputToken!).toBeLessThanOrEqual(most!.joulesPerOutputToken!);
  });

  it("of several chips each stands as it would alone, and the cheapest is no dearer than any", () => {
    const asked = { ...LLAMA, gpus: 16, objective: "cost", top: 1000 } as const;
    const both = plan({ ...asked, gpu: ["h100", "b200"] });
    const alone = ["h100", "b200"].flatMap((gpu) => plan({ ...asked, gpu: [gpu] }).best);
    expect(both.best).toHaveLength(alone.length);
    const cheapest = Math.min(...alone.map((one) => one.usdPerMillionOutputTokens!));
    expect(both.best[0]!.usdPerMillionOutputTokens).toBe(cheapest);
    expect(both.chips).toEqual(["h100-sxm", "b200"]);
  });

  it("a chip of several that lacks the format is left out and said; alone it is refused", () => {
    const asked = { ...LLAMA, gpus: 16, precision: "fp8" } as const;
    const { result, warnings } = planServing({ ...asked, gpu: ["h100", "a100"] }, catalogue);
    expect(new Set(result.best.map(({ gpu }) => gpu))).toEqual(new Set(["h100-sxm"]));
    expect(warnings.map(({ code: word, message }) => [word, message])).toEqual([
      ["W-CHIP", expect.stringContaining("A100")],
    ]);
    expect(code({ ...asked, gpu: ["a100"] })).toBe("E-PRECISION");
  });

  it("a budget buys whole accelerators: 100 USD an hour at 3 are 33", () => {
    expect(plan({ model: "llama-3-70b", gpu: ["h100"], budget: 100, price: 3 }).gpus).toBe(33);
  });

  it.each([
    [{ ...LLAMA, gpus: 1, precision: "bf16" }, "E-MEMORY"],
    [{ ...LLAMA, slo: "tpot<2ms" }, "E-SLO"],
    [{ ...LLAMA, budget: 10 }, "E-OVER"],
    [{ model: "llama-3-70b", gpu: ["h100"], budget: 1, price: 3 }, "E-BUDGET"],
  ] as const)("%j: %s", (request, expected) => {
    expect(code(request as PlanInferRequest)).toBe(expected);
  });
});

describe("a demand in place of accelerators", () => {
  const asked = {
    model: "llama-3-70b",
    gpu: ["h100", "b200"],
    concurrency: 200,
    slo: "tpot<50ms",
    precision: "fp8",
    kvPrecision: "fp8",
  } as const;
  const { best, demand } = plan(asked);

  it("is carried by each plan within the bounds, with the fewest accelerators of its layout", () => {
    expect(demand).toEqual({ kind: "closed", amount: 200 });
    for (const { tpotSeconds, concurrency, layout, gpu, replicas, gpus } of best) {
      expect(tpotSeconds).toBeLessThanOrEqual(0.05);
      expect(concurrency).toBeCloseTo(200, 6);
      if (replicas === 1) continue;
      const fewer = { ...asked, ...layout, gpu: [gpu], gpus: gpus - gpus / replicas };
      expect(() => estimateServing(fewer)).toThrow(/meets|fit/);
    }
  });

  it("has the answer of infer as its cheapest on one kind of accelerator", () => {
    const [first] = plan({ ...asked, gpu: ["h100"] }).best;
    const { fleet, layout } = estimateServing({ ...asked, gpu: ["h100"] }).result;
    expect(first!.gpus).toBe(fleet.gpus);
    expect(first!.layout).toEqual(layout);
  });

  it("ranks by dollars a request where cost is asked for", () => {
    const costs = plan({ ...asked, objective: "cost" }).best.map(({ usdPerRequest }) => usdPerRequest!);
    expect(costs).toEqual(costs.toSorted((a, b) => a - b));
  });

  it("leaves out layouts that take more accelerators than there are, and is refused where all do", () => {
    const { best } = plan({ ...asked, gpus: 12 });
    expect(best.length).toBeGreaterThan(0);
    for (const { gpus } of best) expect(gpus).toBeLessThanOrEqual(12);
    expect(code({ ...asked, gpu: ["h100"], gpus: 1 })).toBe("E-LOAD");
    expect(code({ ...asked, split: true })).toBe("E-UNUSED");
    expect(code({ ...asked, gpu: ["h100"], gpus: 8, concurrency: 100_000 })).toBe("E-LOAD");
  });
});

describe("accelerators that are given", () => {
  it("never answer later for being more", () => {
    let before = Number.POSITIVE_INFINITY;
    for (let gpus = 2; gpus <= 48; gpus++) {
      const { latency } = estimateServing({
        model: "llama-3-70b",
        gpu: ["h100"],
        concurrency: 200,
        gpus,
      }).result;
      expect(latency.e2eSeconds).toBeLessThanOrEqual(before);
      before = latency.e2eSeconds;
    }
  });

  it("say how many stand idle", () => {
    const { warnings } = estimateServing({ model: "llama-3-70b", gpu: ["h100"], concurrency: 200, gpus: 14 });
    expect(warnings.map((warning) => warning.code)).toContain("W-IDLE");
  });
});
