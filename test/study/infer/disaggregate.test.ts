import { describe, expect, it } from "vitest";
import { estimateServing } from "../../../src/index.ts";
import type { InferRequest } from "../../../src/study/infer/request.ts";
import { ProblemError } from "../../../src/units/problem.ts";

const answer = (request: InferRequest) => estimateServing(request).result;
const code = (request: InferRequest) => {
  try {
    answer(request);
  } catch (error) {
    if (error instanceof ProblemError) return error.problem.code;
    throw error;
  }
  return "answered";
};

const SPLIT = {
  model: "llama-3-70b",
  gpu: ["h100"],
  precision: "fp8",
  input: 4096,
  output: 512,
  prefillGpus: 16,
  decodeGpus: 8,
} as const;

describe("prompts on accelerators of their own", () => {
  const result = answer({ ...SPLIT, concurrency: 200 });

  it("keeps to both sides, and to Little's law", () => {
    const { split, fleet, demand, latency } = result;
    expect(split!.prefillGpus).toBeLessThanOrEqual(16);
    expect(split!.decodeGpus).toBeLessThanOrEqual(8);
    expect(fleet.gpus).toBe(24);
    expect(demand.concurrency).toBeCloseTo(200, 6);
    expect(demand.requestsPerSecond * latency.e2eSeconds).toBeCloseTo(200, 6);
  });

  it("no prompt delays a token", () => {
    expect(result.step.prefill).toBeCloseTo(0, 12);
    const mixed = answer({
      ...SPLIT,
      prefillGpus: undefined,
      decodeGpus: undefined,
      gpus: 24,
      concurrency: 200,
    } as unknown as InferRequest);
    expect(result.latency.tpotSeconds).toBeLessThan(mixed.latency.tpotSeconds + mixed.step.prefill!);
  });

  it("the prompts' accelerators are the input's cost", () => {
    const { cost, split, fleet } = result;
    const input = (4096 * cost!.usdPerMillionInputTokens) / 1e6;
    expect(input / cost!.usdPerRequest).toBeCloseTo(split!.prefillGpus / fleet.gpus, 9);
  });

  it.each([
    [{ ...SPLIT, decodeGpus: undefined, concurrency: 5 }, "E-UNDER"],
    [{ ...SPLIT, gpus: 24, concurrency: 5 }, "E-OVER"],
    [{ ...SPLIT, saturated: true }, "E-UNUSED"],
    [{ ...SPLIT, precision: "bf16", prefillGpus: 1, concurrency: 5 }, "E-MEMORY"],
    [{ ...SPLIT, rate: 500 }, "E-LOAD"],
    [{ ...SPLIT, concurrency: 200, slo: "tpot<1ms" }, "E-SLO"],
  ])("%j: %s", (request, expected) => {
    expect(code(request as unknown as InferRequest)).toBe(expected);
  });
});

/**
 * DeepSeek's published day [DeepSeek 2025, inference system overview]: 608B input tokens, 342B of them cached, 168B output on 226.75
 * nodes of 8 H800 on average, 4,989 tokens of context on average: with I/O = 608/168 and I + O/2 = 4,989, O = 1,211 and I = 4,383.
 */
describe("DeepSeek's day", () => {
  const NODES = 226.75;
  const day = (nodes: number) => {
    const prefillGpus = Math.round((nodes * 8 * 0.42) / 32) * 32;
    return {
      model: "deepseek-v3",
      gpu: ["h800"],
      precision: "fp8",
      input: 4383,
      cached: 2465,
      output: 1211,
      rate: 168e9 / 86_400 / 1211,
      prefillGpus,
      decodeGpus: Math.round(nodes * 8) - prefillGpus,
      tp: 1,
      pp: 1,
      dp: 32,
      speculate: 1,
      acceptance: 0.85,
      price: 2,
    } as const;
  };

  it("runs on a quarter more nodes, not on a quarter less", () => {
    expect(code(day(NODES * 1.25))).toBe("answered");
    expect(code(day(NODES * 0.75))).toBe("E-LOAD");
  });

  it("costs 87,072 USD at 2 an accelerator-hour: 226.75 x 8 x 24 x 2", () => {
    const { cost } = answer({ ...day(NODES), rate: 1000 });
    expect(cost!.usdPerHour * 24).toBeCloseTo(87_072, 6);
  });
});

describe("prompts on accelerators of their own, as requests arrive", () => {
  const at = (rate: number, prefillGpus = 16, decodeGpus = 8) =>
    answer({ ...SPLIT, prefillGpus, decodeGpus, rate } as unknown as InferRequest);

  it("answer later the more arrive, and no later with more accelerators", () => {
    let before = 0;
    for (const rate of [0.5, 1, 2, 4, 6, 8]) {
      const { latency, split } = at(rate);
      expect(latency.e2eSeconds).toBeGreaterThanOrEqual(before);
      expect(at(rate, 24).latency.e2eSeconds).toBeLessThanOrEqual(latency.e2eSeconds * (1 + 1e-9));
      expect(at(rate, 16, 16).latency.e2eSeconds).toBeLessThanOrEqual(latency.e2eSeconds * (1 + 1e-9));
      expect(split!.prefillBusy).toBeLessThan(1);
      before = latency.e2eSeconds;
    }
  });

  it("wait little while prompts seldom meet: at a busy share of b at most b of them do", () => {
    const { latency, split } = at(1, 16);
    // the 99th percentile is within a few prompts of the mean
    expect(split!.prefillBusy).toBeLessThan(0.1);
    expect(latency.ttftP99Seconds).toBeLessThan(2 * latency.ttftSeconds);
  });

  it("wait longer where arrivals come in bursts", () => {
    const even = at(6).latency.ttftSeconds;
    const bursts = answer({ ...SPLIT, rate: 6, burstiness: 4 } as unknown as InferRequest);
    expect(bursts.latency.ttftSeconds).toBeGreaterThan(even);
  });

  it("obey Little's law", () => {
    const { demand, latency } = at(4);
    expect(demand.concurrency).toBeCloseTo(4 * latency.e2eSeconds, 6);
  });
});
