import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { catalogue, estimateServing } from "../../../src/index.ts";
import type { InferRequest } from "../../../src/study/infer/request.ts";
import { ProblemError } from "../../../src/units/problem.ts";

const answer = (request: InferRequest) => estimateServing(request).result;
const refusal = (request: InferRequest) => {
  try {
    estimateServing(request);
  } catch (error) {
    if (error instanceof ProblemError) return error.problem;
    throw error;
  }
  return undefined;
};

const LLAMA = { model: "llama-3-70b", gpu: ["h100"], input: 4096, output: 512 } as const;

describe("water", () => {
  const litres = (grid: string) =>
    answer({ ...LLAMA, concurrency: 200, pue: 1.2, grid }).water!.litresPerRequest;

  it("of a request is that of its own grid: 0.57 on site + 1.2 x 3.1321 in the US, 3.6737 in France", () => {
    expect(litres("FRA") / litres("USA")).toBeCloseTo((0.57 + 1.2 * 3.6737) / (0.57 + 1.2 * 3.1321), 9);
  });

  it("is the world's where only the grid's carbon is given", () => {
    expect(litres("400") / litres("USA")).toBeCloseTo((0.57 + 1.2 * 3.91) / (0.57 + 1.2 * 3.1321), 9);
  });
});

describe("a demand answered", () => {
  const result = answer({ ...LLAMA, concurrency: 200, slo: "tpot<50ms" });

  it("meets its bound with whole replicas", () => {
    expect(result.latency.tpotSeconds).toBeLessThanOrEqual(0.05);
    expect(result.fleet.gpus).toBe(result.fleet.replicas * result.fleet.gpusPerReplica);
    expect(result.slo).toEqual([expect.objectContaining({ metric: "tpot", statistic: "mean", met: true })]);
  });

  it("does not meet it with one replica fewer", () => {
    const { layout, fleet } = result;
    const fewer = {
      ...LLAMA,
      concurrency: 200,
      slo: "tpot<50ms",
      tp: layout.tp,
      pp: layout.pp,
      dp: layout.dp,
    };
    expect(refusal({ ...fewer, gpus: fleet.gpus - fleet.gpusPerReplica })?.code).toBe("E-SLO");
  });

  it("needs 327,680 bytes a token: 2 x 8 heads x 128 x 80 layers x 2 bytes", () => {
    expect(result.memory.kvBytesPerToken).toBe(327_680);
    expect(result.memory.kvBytesPerRequest).toBe(327_680 * 4608);
  });

  it("the causes of a token sum to its time", () => {
    const sum = Object.values(result.step).reduce((total, seconds) => total + seconds, 0);
    expect(sum / result.latency.tpotSeconds).toBeCloseTo(1, 9);
  });

  it("the tokens' prices add up to the request's", () => {
    const { cost } = result;
    const tokens = 4096 * cost!.usdPerMillionInputTokens + 512 * cost!.usdPerMillionOutputTokens;
    expect(tokens / 1e6 / cost!.usdPerRequest).toBeCloseTo(1, 9);
    expect(cost!.usdPerRequest / (cost!.usdPerHour / 3600 / result.demand.requestsPerSecond)).toBeCloseTo(
      1,
      9,
    );
  });
});

describe("demands come to the same", () => {
  it("users x requests a day, at the peak, is a rate: 864,000 x 2 x 1.5 / 86,400 = 30 a second", () => {
    const people = answer({ ...LLAMA, users: 864_000, requests: 2, peak: 1.5 });
    expect(people.demand.requestsPerSecond).toBeCloseTo(30, 9);
    expect(people.fleet).toEqual(answer({ ...LLAMA, rate: 30 }).fleet);
  });

  it("tokens a day over tokens a request: 4608 x 86,400 tokens are one a second", () => {
    expect(answer({ ...LLAMA, tokensPerDay: 4608 * 86_400, peak: 1 }).demand.requestsPerSecond).toBeCloseTo(
      1,
      9,
    );
  });
});

describe("laws", () => {
  const rows = fc.record({
    model: fc.constantFrom(
      "llama-3.1-8b",
      "llama-3.1-70b",
      "mixtral-8x7b",
      "deepseek-v3",
      "gpt-oss-120b",
      "gemma-3-12b",
    ),
    gpu: fc.constantFrom("h100", "a100", "b200", "mi300x", "l40s", "h200").map((chip) => [chip]),
    input: fc.integer({ min: 1, max: 4000 }),
    output: fc.integer({ min: 1, max: 2000 }),
    demand: fc.oneof(
      fc.integer({ min: 1, max: 5000 }).map((concurrency) => ({ concurrency })),
      fc.double({ min: 0.01, max: 500, noNaN: true }).map((rate) => ({ rate })),
      fc.constant({ saturated: true }),
      fc.integer({ min: 1, max: 300 }).map((staticBatch) => ({ staticBatch })),
    ),
  });
  const requests = rows.map(({ demand, ...rest }) => ({ ...rest, ...demand }));

  it("Little's law, ordered percentiles, finite figures, and no more than memory holds", () => {
    fc.assert(
      fc.property(requests, (request) => {
        const { latency: l, demand, throughput, memory, intervals, batch } = answer(request);
        for (const [a, b, c] of [
          [l.ttftP50Seconds, l.ttftP90Seconds, l.ttftP99Seconds],
          [l.tpotP50Seconds, l.tpotP90Seconds, l.tpotP99Seconds],
          [l.e2eP50Seconds, l.e2eP90Seconds, l.e2eP99Seconds],
        ] as const) {
          expect(a).toBeLessThanOrEqual(b);
          expect(b).toBeLessThanOrEqual(c);
        }
        expect(Object.values({ ...l, ...throughput }).every((x) => Number.isFinite(x) && x > 0)).toBe(true);
        expect(demand.concurrency / (demand.requestsPerSecond * l.e2eSeconds)).toBeCloseTo(1, 9);
        expect(memory.weightBytesPerGpu + memory.kvPoolBytesPerGpu).toBeLessThan(memory.capacityBytesPerGpu!);
        expect(batch.perReplica).toBeLessThanOrEqual(Math.max(1, batch.fitsPerReplica) * 1.0001);
        for (const { p05, p50, p95 } of Object.values(intervals!)) expect(p05 < p50 && p50 < p95).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it("closed loop: users in flight are those asked for", () => {
    const { demand } = answer({ ...LLAMA, concurrency: 64 });
    expect(demand.concurrency).toBeCloseTo(64, 6);
  });

  it("a cached prefix never slows, narrower bounds never take fewer accelerators", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4000 }), fc.integer({ min: 1, max: 2000 }), (cached, users) => {
        const fixed = { ...LLAMA, tp: 4, pp: 1, dp: 1, concurrency: users };
        const plain = answer({ ...fixed, slo: "tpot<40ms" });
        expect(answer({ ...fixed, slo: "tpot<40ms", cached }).fleet.gpus).toBeLessThanOrEqual(
          plain.fleet.gpus,
        );
        expect(answer({ ...fixed, slo: "tpot<60ms" }).fleet.gpus).toBeLessThanOrEqual(plain.fleet.gpus);
      }),
      { numRuns: 40 },
    );
  });
});

describe("refusals", () => {
  it.each([
    [{ ...LLAMA, gpus: 1 }, "E-MEMORY", 1, /fits 2 accelerators, or with --precision int4/],
    [{ ...LLAMA, slo: "tpot<1ms" }, "E-SLO", 1, /best reaches tpot mean/],
    [{ ...LLAMA, gpu: ["a100"], precision: "fp8" }, "E-PRECISION", 1, /int8 and int4/],
    [{ ...LLAMA, input: 8000 }, "E-CONTEXT", 1, /--input 7680/],
    [{ ...LLAMA, rate: 1000, gpus: 8 }, "E-LOAD", 1, /solved for/],
    [{ ...LLAMA, rate: 1, concurrency: 2 }, "E-OVER", 2, /Drop one/],
    [{ ...LLAMA, cached: 4096 }, "E-BOUNDS", 2, /last token/],
    [{ ...LLAMA, engine: "vroom" }, "E-NAME", 2, /vllm/],
    [{ ...LLAMA, tp: 3 }, "E-LAYOUT", 1, undefined],
    [{ gpu: ["h100"] }, "E-UNDER", 2, /--model/],
  ] as const)("%j: %s", (request, code, exit, hint) => {
    const problem = refusal(request as unknown as InferRequest);
    expect(problem).toMatchObject({ code, exit });
    if (hint !== undefined) expect(problem?.hint).toMatch(hint);
  });
});

describe("a comparison", () => {
  const { chips } = answer({ ...LLAMA, gpu: ["h100", "a100", "b200"], precision: "fp8" });

  it("has a row a chip, with a ratio to the first or why not", () => {
    expect(chips?.map(({ gpu }) => gpu)).toEqual([
      catalogue.chip("h100").found?.id,
      catalogue.chip("a100").found?.id,
      catalogue.chip("b200").found?.id,
    ]);
    expect(chips?.[0]?.ratio).toBe(1);
    expect(chips?.[1]?.why).toMatch(/fp8/);
    expect(chips?.[2]?.ratio).toBeCloseTo(chips![2]!.usdPerRequest! / chips![0]!.usdPerRequest!, 9);
  });
});

describe("images, video and sound in a prompt", () => {
  const asked = { model: "llama-3.1-8b", gpu: ["h100"], input: 100, output: 100, concurrency: 4 };
  const tokensOf = (more: Partial<InferRequest>) => answer({ ...asked, ...more }).request;

  it("are tokens of the prompt by the rule named: GPT-4o's 85 + 4 x 170 for 1024 x 1024", () => {
    expect(tokensOf({ images: 2 })).toMatchObject({ inputTokens: 100 + 2 * 765, mediaTokens: 1530 });
    expect(tokensOf({ images: 1, mediaRule: "llava-1.5" }).mediaTokens).toBe(576);
  });

  it("of video and sound take the rule that counts them: Gemini's 263 and 32 a second", () => {
    expect(tokensOf({ video: 10, audio: 10 }).mediaTokens).toBe(2950);
    expect(() => tokensOf({ video: 10, mediaRule: "gpt-4o" })).toThrow(/counts no tokens for video/);
  });

  it("are refused where nothing is there to count, or the size is none", () => {
    expect(() => tokensOf({ mediaRule: "gpt-4o" })).toThrow(/goes with --images/);
    expect(() => tokensOf({ images: 1, imageSize: "big" })).toThrow(/no size in pixels/);
    expect(() => tokensOf({ images: 1, mediaRule: "gpt-9" })).toThrow(/not a token rule/);
  });
});

describe("an answer slower than people read", () => {
  const codes = (more: object) =>
    estimateServing({ model: "deepseek-v3", gpu: ["h200"], users: 10e6, ...more }).warnings.map(
      ({ code }) => code,
    );

  it("is warned of, unless a bound says how quick it must be or nobody reads", () => {
    expect(codes({ input: 4000 })).toContain("W-SLOW");
    expect(codes({ input: 4000, slo: "tpot<100ms" })).not.toContain("W-SLOW");
    expect(codes({ users: undefined, saturated: true })).not.toContain("W-SLOW");
  });
});

describe("formats that llama.cpp has not", () => {
  it("are refused", () => {
    const local = { model: "llama-3.1-8b", gpu: ["rtx-4090"], engine: "llamacpp" };
    expect(() => estimateServing({ ...local, precision: "fp8" })).toThrow(
      /llama\.cpp keeps no weights in fp8/,
    );
    expect(estimateServing({ ...local, precision: "q8_0" }).result.model.precision).toBe("q8_0");
  });
});

describe("more in flight than there is room for", () => {
  const asked = { model: "llama-3-70b", gpu: ["h100"], input: 4096, output: 512, gpus: 8 } as const;

  it("is warned of, with the most that is carried, which is no more", () => {
    const { warnings, result } = estimateServing({ ...asked, concurrency: 2000 });
    expect(warnings.map(({ code }) => code)).toContain("W-QUEUE");
    const most = Math.floor(result.capacity!.concurrency);
    expect(most).toBeLessThan(2000);
    const { tp, pp, dp } = result.layout;
    const carried = estimateServing({ ...asked, concurrency: most, tp, pp, dp });
    expect(carried.warnings.map(({ code }) => code)).not.toContain("W-QUEUE");
  });
});
