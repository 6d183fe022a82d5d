import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { catalogue, estimateTraining } from "../../src/index.ts";
import { distributionOf } from "../../src/study/sample/distribution.ts";
import { estimateTraining as estimateWithRanges } from "../../src/study/train/estimate.ts";
import type { TrainRequest } from "../../src/study/train/request.ts";
import { shippedFacts } from "./facts.ts";

const facts = await shippedFacts();
const chips = catalogue.chips
  .filter((row) => row.tflops_dense.bf16 != null && row.memory?.capacity_gb != null)
  .map((row) => row.id);
const job = fc.record({
  params: fc.double({ min: 1e8, max: 2e12, noNaN: true }),
  tokens: fc.double({ min: 1e9, max: 5e13, noNaN: true }),
  gpu: fc.constantFrom(...chips),
  gpus: fc.integer({ min: 1, max: 200_000 }),
  mfu: fc.double({ min: 0.01, max: 0.99, noNaN: true }),
  goodput: fc.double({ min: 0.1, max: 1, noNaN: true }),
  price: fc.double({ min: 0.1, max: 20, noNaN: true }),
});
const run = (request: TrainRequest) => estimateTraining(request).result;
const days = (request: TrainRequest) => run(request).time!.days;

describe("a training run", () => {
  it("is linear in parameters, tokens and price, inverse in chips, MFU and goodput", () => {
    fc.assert(
      fc.property(job, fc.double({ min: 1.1, max: 3, noNaN: true }), (request, k) => {
        const base = run(request);
        expect(days({ ...request, params: request.params * k }) / base.time!.days).toBeCloseTo(k, 9);
        expect(days({ ...request, tokens: request.tokens * k }) / base.time!.days).toBeCloseTo(k, 9);
        expect(base.time!.days / days({ ...request, gpus: request.gpus * 2 })).toBeCloseTo(2, 9);
        expect(base.time!.days / days({ ...request, mfu: request.mfu / k })).toBeCloseTo(1 / k, 9);
        expect(base.time!.days / days({ ...request, goodput: request.goodput / k })).toBeCloseTo(1 / k, 9);
        const dearer = run({ ...request, price: request.price * k });
        expect(dearer.cost!.usd / base.cost!.usd).toBeCloseTo(k, 9);
        // energy and money hang on chip-hours, not on how many chips share them
        expect(run({ ...request, gpus: request.gpus * 2 }).cost!.usd / base.cost!.usd).toBeCloseTo(1, 9);
      }),
      { numRuns: 60 },
    );
  });

  it("scales by its dimensions: a chip twice as fast halves days, dollars and joules", () => {
    fc.assert(
      fc.property(job, (request) => {
        const rows = catalogue.chips.filter((row) => row.id === request.gpu);
        const [row] = rows;
        const twice = { ...row!, tflops_dense: { ...row!.tflops_dense, bf16: row!.tflops_dense.bf16! * 2 } };
        const facts = {
          ...catalogue,
          chip: () => ({ found: twice, how: "id" }),
          priced: (known: typeof twice) => ({
            ...catalogue.priced(row!),
            chip: {
              ...catalogue.priced(row!).chip,
              peak: { ...catalogue.priced(row!).chip.peak, bf16: known.tflops_dense.bf16! * 1e12 },
            },
          }),
        };
        const slow = run(request);
        const fast = estimateTraining(request, facts).result;
        expect(slow.time!.days / fast.time!.days).toBeCloseTo(2, 9);
        expect(slow.cost!.usd / fast.cost!.usd).toBeCloseTo(2, 9);
        if (slow.energy !== undefined) expect(slow.energy.kwh / fast.energy!.kwh).toBeCloseTo(2, 9);
        expect(slow.compute.flop).toBe(fast.compute.flop);
      }),
      { numRuns: 40 },
    );
  });

  it("what is solved for, given back, gives what was asked", () => {
    fc.assert(
      fc.property(job, ({ gpus, tokens, ...rest }) => {
        const time = days({ ...rest, tokens, gpus });
        const { params: _params, ...machine } = rest;
        // tokens for the same chips and days
        expect(run({ ...rest, gpus, days: time }).data.tokens / tokens).toBeCloseTo(1, 9);
        // parameters for the same tokens, chips and days
        expect(run({ ...machine, tokens, gpus, days: time }).model.params / rest.params).toBeCloseTo(1, 9);
        // the budget buys the same time
        const budget = run({ ...rest, tokens, gpus }).cost!.usd;
        expect(run({ ...machine, tokens, gpus, budget }).time!.days / time).toBeCloseTo(1, 9);
        // the fewest chips in that time, or the same
        const fewest = run({ ...rest, tokens, days: time * 1.0000001 }).fleet!.gpus!;
        expect(fewest).toBeLessThanOrEqual(gpus);
        expect(days({ ...rest, tokens, gpus: fewest })).toBeLessThanOrEqual(time * 1.000001);
        if (fewest > 1) expect(days({ ...rest, tokens, gpus: fewest - 1 })).toBeGreaterThan(time);
      }),
      { numRuns: 60 },
    );
  });

  it("emits no more where the grid is cleaner, and draws no less where the PUE is higher", () => {
    fc.assert(
      fc.property(job, fc.double({ min: 1, max: 2, noNaN: true }), (request, pue) => {
        const at = (more: Partial<TrainRequest>) => run({ ...request, gpu: "h100-sxm", ...more });
        expect(at({ grid: "FRA" }).carbon!.kgCo2e).toBeLessThan(at({ grid: "POL" }).carbon!.kgCo2e);
        expect(at({ pue: pue + 0.1 }).energy!.kwh).toBeGreaterThan(at({ pue }).energy!.kwh);
      }),
      { numRuns: 20 },
    );
  });

  it("an interval holds the point", () => {
    fc.assert(
      fc.property(job, ({ mfu: _mfu, goodput: _goodput, ...request }) => {
        let result: ReturnType<typeof run>;
        try {
          result = run({
            ...request,
            params: Math.min(request.params, 7e10),
            gpus: Math.max(64, request.gpus % 4096),
            gpu: "h100-sxm",
          });
        } catch {
          return;
        }
        const { time, mfu, intervals, throughput, memory } = result;
        for (const [path, point] of [
          ["time.days", time!.days],
          ["mfu", mfu],
          ["throughput.stepSeconds", throughput!.stepSeconds],
          ["memory.peakBytesPerGpu", memory.peakBytesPerGpu],
        ] as const) {
          expect(intervals![path]!.p05, path).toBeLessThanOrEqual(point!);
          expect(intervals![path]!.p95, path).toBeGreaterThanOrEqual(point!);
        }
        expect(intervals!.mfu!.p95).toBeLessThan(1);
      }),
      { numRuns: 15 },
    );
  });
});

it("says how many measurements the errors of time and memory rest on", () => {
  const { assumptions } = estimateTraining({ model: "llama-3-8b", gpu: "h100", gpus: 64 });
  const source = (key: string) => assumptions.find((one) => one.key === key)!.source;
  expect(source("MFU")).toMatch(/391 configurations of 12 sources left out/);
  expect(source("peak memory each")).toMatch(/49 measured peaks of 3 sources/);
});

it("warns of an MFU that no fleet reaches, and of no ordinary one", () => {
  const codes = (mfu: number) =>
    estimateTraining({ params: 7e9, gpu: "h100", gpus: 64, mfu }).warnings.map(({ code }) => code);
  expect(codes(0.95)).toContain("W-FULL-UTILISATION");
  expect(codes(0.5)).not.toContain("W-FULL-UTILISATION");
});

describe("a legal threshold of a modification", () => {
  const tuned = (request: TrainRequest) =>
    Object.fromEntries(run({ method: "sft", ...request }).thresholds.map((line) => [line.id, line]));

  it("is a third of the original's compute in the EU: 6 x 405.9e9 x 15.6e12 / 3 = 1.27e25 FLOP", () => {
    const line = tuned({ model: "llama-3.1-405b", tokens: 1e12 })["eu-modifier"]!;
    expect(line.flop / 1.266e25).toBeCloseTo(1, 3);
    expect(line.crossed).toBe(false);
    expect(tuned({ model: "llama-3.1-405b", tokens: 6e12 })["eu-modifier"]!.crossed).toBe(true);
  });

  it("is a third of the threshold where the original is not known, by what it may have been", () => {
    const lines = tuned({ params: 70e9, tokens: 1e11 }); // 4.2e22 FLOP
    expect(lines["eu-modifier"]!.flop / 3.3333e22).toBeCloseTo(1, 4);
    expect(lines["eu-modifier"]!.crossed).toBe(true);
    expect(lines["eu-modifier-systemic"]!.flop / 3.3333e24).toBeCloseTo(1, 4);
    expect(lines["eu-modifier-systemic"]!.crossed).toBe(false);
  });

  it("counts the original too in California, where its compute is known, and nowhere else", () => {
    const lines = tuned({ model: "llama-3.1-405b", tokens: 30e12 }); // 7.3e25 on top of 3.8e25
    expect(lines["ca-sb53"]!.counted! / (6 * 405.85e9 * 45.6e12)).toBeCloseTo(1, 3);
    expect(lines["ca-sb53"]!.crossed).toBe(true);
    expect(lines["us-eo-14110"]!.crossed).toBe(false);
    expect(tuned({ params: 70e9, tokens: 1e11 })["ca-sb53"]!.counted).toBeUndefined();
  });

  it("says what each rule counts, its status and its date, and is no line of a run from nothing", () => {
    const { thresholds } = run({ params: 1e12, tokens: 1e12 });
    expect(thresholds.map(({ id }) => id)).not.toContain("eu-modifier");
    for (const { counts, status, date } of thresholds) {
      expect(counts.length).toBeGreaterThan(10);
      expect(status).toMatch(/^(in force|adopted|revoked|vetoed)$/);
      expect(date).toMatch(/^20\d\d-\d\d/);
    }
    expect(thresholds.find(({ id }) => id === "us-eo-14110")!.status).toBe("revoked");
  });
});

describe("a legal threshold under ranges", () => {
  const ranged = (low: number, factor: number) =>
    estimateWithRanges({ params: 2e12, tokens: 1e12 }, facts, [
      { name: "params", distribution: distributionOf({ low, high: low * factor }, false) },
    ]).result.thresholds;

  it("is passed with the chance that a lognormal compute has: 6e24 to 2.4e25 FLOP about 1e25, 67 %", () => {
    // median 1.2e25, sigma ln 4 / (2 x 1.645) = 0.4214: Phi(ln 1.2 / 0.4214) = Phi(0.4327) = 0.6674
    const systemic = ranged(1e12, 4).find((line) => line.id === "eu-systemic");
    expect(systemic?.probability).toBeCloseTo(0.6674, 2);
  });

  it("is no likelier for a larger line, and has no chance where the compute is one number", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e10, max: 1e14, noNaN: true }),
        fc.double({ min: 1.1, max: 50, noNaN: true }),
        (low, factor) => {
          const lines = ranged(low, factor).toSorted((a, b) => a.flop - b.flop);
          lines.forEach((line, index) => {
            expect(line.probability).toBeGreaterThanOrEqual(lines[index + 1]?.probability ?? 0);
          });
        },
      ),
      { numRuns: 20 },
    );
    expect(run({ params: 1e12, tokens: 1e12 }).thresholds.some((line) => "probability" in line)).toBe(false);
  });
});
