import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  balancedTrainingShare,
  chipHourParityTokens,
  crossover,
  crossoverOfSum,
  parityDays,
  parityTokens,
} from "../../../src/core/demand/crossover.ts";
import {
  type InferenceMarket,
  inferenceAfter,
  inferenceFlopPerYear,
  inferenceParts,
} from "../../../src/core/demand/inference.ts";
import { imageTokens, MEDIA_RULES, mediaTokens } from "../../../src/core/demand/media.ts";
import {
  binding,
  busyChipSeconds,
  chipsForTraffic,
  concurrency,
  dailyTokens,
  normalise,
} from "../../../src/core/demand/serving.ts";
import { shareOfStock, WORLD_H100E } from "../../../src/core/demand/supply.ts";
import {
  type TrainingMarket,
  trainingAfter,
  trainingFlopPerYear,
  trainingGrowth,
} from "../../../src/core/demand/training.ts";
import { triangulate } from "../../../src/core/demand/triangulate.ts";

const market: TrainingMarket = { params: 1e11, tokens: 2e12, firms: 5, runs: 1, rnd: 5 };
const still = { params: 1, tokens: 1, firms: 1, runs: 1, rnd: 1 };
const use: InferenceMarket = {
  active: 1e11,
  users: 1e6,
  requests: 10,
  inputTokens: 700,
  mediaTokens: 0,
  outputTokens: 300,
  reasoningTokens: 0,
  cacheHit: 0,
};
const flat = {
  active: 1,
  users: 1,
  requests: 1,
  inputTokens: 1,
  mediaTokens: 1,
  outputTokens: 1,
  reasoningTokens: 1,
};
const growth = fc.double({ min: 0.5, max: 4, noNaN: true });
const amount = fc.double({ min: 1, max: 1e30, noNaN: true });

describe("training market", () => {
  it("is 6 N D F m r: 6 x 1e11 x 2e12 x 5 x 1 x 5 = 3e25 FLOP a year", () => {
    expect(trainingFlopPerYear(market)).toBeCloseTo(3e25, -15);
  });

  it("doubles with firms, grows as the square of the size where tokens follow it", () => {
    expect(trainingFlopPerYear({ ...market, firms: 10 })).toBe(2 * trainingFlopPerYear(market));
    expect(trainingGrowth({ ...still, params: 3, tokens: 3 })).toBe(9);
  });

  it("grown for t years is its growth to the t", () => {
    fc.assert(
      fc.property(growth, growth, fc.double({ min: 0, max: 10, noNaN: true }), (params, firms, years) => {
        const rates = { ...still, params, firms };
        const grown = trainingFlopPerYear(trainingAfter(market, rates, years));
        expect(grown / (trainingFlopPerYear(market) * trainingGrowth(rates) ** years)).toBeCloseTo(1, 9);
      }),
    );
  });
});

describe("parity", () => {
  it("takes 3 r D served tokens, whatever the size: 3 x 5 x 2e12 = 3e13", () => {
    expect(parityTokens(2e12, 5)).toBe(3e13);
    // 6 N D r = 2 N T for any N
    fc.assert(
      fc.property(amount, (params) => {
        expect((2 * params * parityTokens(2e12, 5)) / (6 * params * 2e12 * 5)).toBeCloseTo(1, 12);
      }),
    );
  });

  it("comes sooner in chip-hours, by the ratio of the utilisations: 3e13 x 0.1/0.4", () => {
    expect(chipHourParityTokens(2e12, 5, 0.1, 0.4)).toBeCloseTo(7.5e12, -2);
  });

  it("has no date without traffic", () => {
    expect(parityDays(3e13, 0)).toBeUndefined();
    expect(balancedTrainingShare(4)).toBe(0.8);
  });
});

describe("crossover", () => {
  it("is ln(16)/ln(2) = 4 years for 16 times less growing twice as fast", () => {
    expect(crossover(16, 3, 1, 6)).toEqual({ kind: "crosses", years: 4 });
  });

  it("says never, and why, where growth or use is missing", () => {
    expect(crossover(16, 3, 1, 3)).toEqual({ kind: "never", reason: "no growth advantage" });
    expect(crossover(16, 3, 0, 9)).toEqual({ kind: "never", reason: "no inference" });
    expect(crossover(0, 1, 0, 1)).toEqual({ kind: "never", reason: "nothing to compare" });
    expect(crossoverOfSum({ amount: 5, growth: 2 }, [])).toEqual({ kind: "never", reason: "no inference" });
  });

  it("tells that inference is ahead, and when it falls behind again", () => {
    expect(crossover(1, 2, 4, 1)).toEqual({ kind: "already", years: 2 });
    expect(crossover(1, 1, 4, 2)).toEqual({ kind: "already" });
    expect(crossover(0, 1, 4, 2)).toEqual({ kind: "already" });
  });

  it("moves later with training's growth", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 2, noNaN: true }),
        fc.double({ min: 1.01, max: 1.5, noNaN: true }),
        (slow, more) => {
          const [a, b] = [crossover(100, slow, 1, 4), crossover(100, slow * more, 1, 4)];
          expect(a.kind === "crosses" && b.kind === "crosses" && b.years > a.years).toBe(true);
        },
      ),
    );
  });

  it("of a sum whose parts grow alike is that of the total; grown apart, the two sides meet there", () => {
    const alike = [1, 2, 5].map((part) => ({ amount: part, growth: 4 }));
    expect(crossoverOfSum({ amount: 80, growth: 2 }, alike)).toEqual(crossover(80, 2, 8, 4));
    fc.assert(
      fc.property(growth, growth, growth, amount, (g, h, k, training) => {
        const parts = [
          { amount: 1, growth: g },
          { amount: 10, growth: h },
        ];
        const result = crossoverOfSum({ amount: training, growth: k }, parts);
        expect(Number.isFinite(result.kind === "never" ? 0 : (result.years ?? 0))).toBe(true);
        fc.pre(result.kind === "crosses" && result.years <= 100);
        const inference = parts.reduce((sum, part) => sum + part.amount * part.growth ** result.years, 0);
        expect(inference / (training * k ** result.years)).toBeCloseTo(1, 6);
      }),
    );
  });
});

describe("inference market", () => {
  it("is 2 N a token: 2 x 1e11 x 1e6 x 10 x 1000 x 365.25 = 7.305e23 FLOP a year", () => {
    expect(inferenceFlopPerYear(use) / 7.305e23).toBeCloseTo(1, 12);
  });

  it("is the sum of its parts, and grows as they do", () => {
    const rates = { ...flat, users: 2, inputTokens: 3, outputTokens: 1.5 };
    const sum = (years: number) =>
      inferenceParts(use, rates).reduce((total, part) => total + part.amount * part.growth ** years, 0);
    for (const years of [0, 1, 4.5])
      expect(inferenceFlopPerYear(inferenceAfter(use, rates, years)) / sum(years)).toBeCloseTo(1, 12);
  });

  it("pays nothing for cached input, and for hidden reasoning as for any output", () => {
    const tokens = dailyTokens({ ...use, cacheHit: 0.5, reasoningTokens: 1000, mediaTokens: 50 });
    // 1e7 requests: 350 cached, 350 + 50 read, 1,300 written
    expect(tokens).toEqual({ prefill: 4e9, cached: 3.5e9, decode: 13e9, all: 20.5e9 });
  });

  it("needs more chips the worse they are used and the higher the peak, and is even where both phases are", () => {
    const tokens = dailyTokens(use);
    const busy = (prefill: number, decode: number) =>
      busyChipSeconds(1e11, tokens, { peak: 312e12, prefillUtilisation: prefill, decodeUtilisation: decode });
    // 2 x 1e11 x 1e10 / (312e12 x 0.1) / 86,400 = 742 chips
    expect(chipsForTraffic(busy(0.1, 0.1), 1)).toBeCloseTo(741.9, 1);
    expect(busy(0.4, 0.05)).toBeGreaterThan(busy(0.4, 0.1));
    expect(chipsForTraffic(busy(0.1, 0.1), 2)).toBe(2 * chipsForTraffic(busy(0.1, 0.1), 1));
  });

  it("holds its requests by Little's law, and says whether memory or compute asks for more chips", () => {
    expect(concurrency(80, 2.5)).toBe(200);
    expect(binding(100, 800e9, 400e9, 80e9, 8)).toEqual({
      byCompute: 100,
      byMemory: 800e9 / 30e9, // 80 GB less an eighth of 400 GB of weights
      binds: "compute",
    });
    expect(binding(10, 800e9, 400e9, 80e9, 8)?.binds).toBe("memory");
    expect(binding(10, 800e9, 800e9, 80e9, 8)).toBeUndefined();
  });
});

describe("normalised figures", () => {
  it("spread 140-fold over four counts of 2023 whose headlines agree", () => {
    const rows: [chips: number, daily: number][] = [
      [30_382, 7.5e9],
      [21_300, 50e9],
      [28_936, 390e9],
      [13_464, 466.667e9],
    ];
    const each = rows.map(
      ([chips, daily]) => normalise({ chips, tokensPerDay: daily })!.chipsPerBillionDaily,
    );
    expect(Math.max(...each) / Math.min(...each)).toBeCloseTo(140, -1);
  });

  it("leave out cached tokens from utilisation: DeepSeek's 20.7 % of the BF16 peak", () => {
    const figures = normalise({
      chips: 1814,
      tokensPerDay: 776e9,
      computedPerDay: 434e9,
      active: 37e9,
      peak: 989.5e12,
      sitePower: 1814 * 1000,
      usdPerSecond: (1814 * 2) / 3600,
    })!;
    expect(figures.impliedUtilisation).toBeCloseTo(0.207, 3);
    expect(figures.usdPerMillionTokens).toBeCloseTo(87_072 / 776_000, 5);
    expect(figures.joulesPerToken).toBeCloseTo((1_814_000 * 86_400) / 776e9, 9);
  });

  it("are absent without traffic", () => {
    expect(normalise({ chips: 10, tokensPerDay: 0 })).toBeUndefined();
    expect(triangulate({ tokensPerDay: 0, peakToAverage: 1 })).toBeUndefined();
  });
});

describe("triangulation", () => {
  it("counts one traffic by time held, by work and by a measured rate", () => {
    const found = triangulate({
      tokensPerDay: 7.5e9,
      peakToAverage: 1,
      latency: { secondsPerToken: 0.35, chipsPerStream: 1 },
      compute: { active: 175e9, peak: 312e12, utilisation: 0.1 },
      throughput: { tokensPerSecondPerChip: 156 },
      perChip: { watts: 700, usdPerSecond: 1 / 3600 },
    })!;
    const [latency, compute, throughput] = found.results.map((result) => result.chips);
    expect(latency).toBeCloseTo(30_382, 0); // 7.5e9 x 0.35 / 86,400
    expect(compute).toBeCloseTo(973.8, 1); // 7.5e9 x 350e9 / 31.2e12 / 86,400
    expect(throughput).toBeCloseTo(556.4, 1); // 7.5e9 / 156 / 86,400
    expect(found.spread).toBeCloseTo(30_382 / 556.4, 1);
    expect(found.results[1]?.normalised?.impliedUtilisation).toBeCloseTo(0.1, 12);
    // a token holds a chip for 0.35 s of 700 W, or 350e9 / 31.2e12 s
    expect(found.results[0]?.normalised?.joulesPerToken).toBeCloseTo(245, 9);
    expect(found.results[1]?.normalised?.joulesPerToken).toBeCloseTo((350e9 / 31.2e12) * 700, 9);
    expect(found.results[0]?.normalised?.usdPerMillionTokens).toBeCloseTo(350_000 / 3600, 6);
  });
});

describe("media tokens", () => {
  const rule = (id: string) => MEDIA_RULES[id]!;
  it("low detail is the base price; a thin image still takes a tile", () => {
    expect(imageTokens(rule("gpt-4o").image, 1024, 1024, true)).toBe(85);
    expect(imageTokens(rule("gpt-4o").image, 100, 20)).toBe(255);
    expect(imageTokens(rule("gpt-4.1-mini").image, 1024, 1024)).toBe(Math.ceil(1024 * 1.62));
  });

  it("never falls as an image grows under a tile rule, and keeps to the bounds of the others", () => {
    const side = fc.integer({ min: 16, max: 8000 });
    fc.assert(
      fc.property(side, side, (width, height) => {
        const { image } = rule("gemini-2.0");
        expect(imageTokens(image, width + 100, height)).toBeGreaterThanOrEqual(
          imageTokens(image, width, height),
        );
        expect(imageTokens(rule("gpt-4.1").image, width, height)).toBeLessThanOrEqual(1536);
        const qwen = imageTokens(rule("qwen2-vl").image, width, height);
        expect(qwen >= 4 && qwen <= 16_384).toBe(true);
      }),
    );
  });

  it("adds the media of a request, and has no answer for a medium without a rule", () => {
    const mix = { images: 2, imageWidth: 384, imageHeight: 384, videoSeconds: 10, audioSeconds: 30 };
    expect(mediaTokens(rule("gemini-2.0"), mix)).toBe(2 * 258 + 2630 + 960);
    expect(mediaTokens(rule("gpt-4o"), mix)).toBeUndefined();
  });
});

describe("supply", () => {
  it("flags what the world has not made", () => {
    expect(shareOfStock(2 * WORLD_H100E)).toBe(2);
  });
});
