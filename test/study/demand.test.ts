import { beforeAll, describe, expect, it } from "vitest";
import { loadPreset, PRESET_IDS } from "../../src/study/demand/presets.ts";
import { runScenario } from "../../src/study/demand/run.ts";
import type { Scenario } from "../../src/study/demand/scenario.ts";
import { settle, withValue } from "../../src/study/demand/settle.ts";
import type { Facts } from "../../src/study/facts.ts";
import { Z95 } from "../../src/study/sample/normal.ts";
import { ProblemError } from "../../src/units/problem.ts";
import { shippedFacts } from "./facts.ts";

let facts: Facts;
let article: Scenario;
beforeAll(async () => {
  facts = await shippedFacts();
  article = await loadPreset("article-2023");
});

const answer = (scenario: Scenario) => runScenario(scenario, facts);
const codes = (scenario: Scenario) => answer(scenario).warnings.map(({ code }) => code);
const {
  training: _training,
  inference: _inference,
  ...bare
} = {
  name: "x",
  source: "x",
  date: "2026",
  startYear: 2026,
  years: 3,
  gpu: "h100",
  training: undefined,
  inference: undefined,
};
const used: Scenario = {
  ...bare,
  inference: {
    params: 1e11,
    users: 1e6,
    requests: 10,
    inputTokens: 700,
    outputTokens: 300,
    latencySeconds: 15,
  },
};

/** Every number of a document, however deep. */
function numbersOf(value: unknown): number[] {
  if (typeof value === "number") return [value];
  return value !== null && typeof value === "object" ? Object.values(value).flatMap(numbersOf) : [];
}

describe("the article of April 2023", () => {
  it("tells three factors on each side, and when inference overtakes", () => {
    const { growth, crossover } = answer(article).result;
    expect(Object.keys(growth.training!.by)).toEqual(["params", "tokens", "firms"]);
    expect(Object.keys(growth.inference!.by)).toEqual(["active", "users", "inputTokens", "outputTokens"]);
    expect(crossover.flop.kind).toBe("crosses");
    expect(crossover.flop.sentence).toMatch(/^Inference passes training in FLOP in 20\d\d\.$/);
    expect(crossover.chipHours.years).toBeLessThan(crossover.flop.years!);
  });

  it("names the assumptions that move the crossover, furthest first", () => {
    const { movers } = answer(article).result;
    expect(movers[0]?.input).toBe("inference.growth.users");
    expect(movers.map(({ input }) => input)).toContain("training.rnd");
    expect(movers.map(({ input }) => input)).not.toContain("inference.sizing.utilisation"); // not in FLOP
  });

  it("measures the need by known purchases and by the chips that exist", () => {
    const { yardsticks, years } = answer(article).result;
    expect(yardsticks.map(({ gpus }) => gpus)).toEqual([10_000, 7360]);
    expect(years[0]!.shareOfStock).toBeLessThan(0.01);
  });

  it("says when one run passes each threshold: its own compute, without research or other firms", () => {
    const { thresholds } = answer(article).result;
    const year = (id: string) => thresholds.find((line) => line.id === id)!.year;
    // 6 x 1.732e11 x 2.1213e12 = 2.2046e24, growing 1.51 x 1.4071 = 2.1247 a year: ln(1e25 / 2.2046e24) / ln 2.1247
    expect(year("eu-gpai")).toBe(2023);
    expect(year("eu-systemic")).toBeCloseTo(2023 + 2.006, 2);
    expect(year("ca-sb53")).toBeCloseTo(2023 + 5.061, 2);
    const still = answer(withValue(settle(article).point, "training.growth", { params: 1, tokens: 1 }));
    expect(still.result.thresholds.find(({ id }) => id === "eu-systemic")).not.toHaveProperty("year");
  });

  it("shows the requests in flight as memory beside the rate as chips", () => {
    const { inFlight } = answer(article).result;
    expect(inFlight?.concurrency).toBeCloseTo(inFlight!.requestsPerSecond * 15, 6);
    expect(inFlight?.kvBytes).toBeCloseTo(inFlight!.kvBytesPerToken * 1000 * inFlight!.concurrency, 0);
    expect(inFlight?.binds).toBe("compute");
  });
});

describe("estimates of 2023 to 2025", () => {
  const stated = async (id: (typeof PRESET_IDS)[number]) =>
    Object.fromEntries(
      answer(await loadPreset(id)).result.stated.map(({ what, reproduces }) => [what, reproduces]),
    );

  it("reproduce from their own inputs, CITIC's GPUs apart", async () => {
    expect(await stated("semianalysis-2023")).toEqual({
      chips: true,
      servers: true,
      usdPerDay: true,
      usdPerRequest: true,
      chipsPerBillionDaily: true,
    });
    expect(await stated("deepseek-2025")).toEqual({
      chips: true,
      usdPerDay: true,
      impliedUtilisation: true,
      chipsPerBillionDaily: true,
    });
    expect((await stated("guosheng-2023")).chips).toBe(true);
    expect((await stated("citic-2023")).chips).toBe(false);
    const { warnings } = answer(await loadPreset("citic-2023"));
    expect(warnings.filter(({ code }) => code === "W-STATED").map(({ message }) => message)).toEqual([
      expect.stringMatching(/^The source prints 21,300 chips, its inputs give 2,160\. /),
      expect.stringMatching(/^The source prints 2,669 servers of eight, its inputs give 270\. /),
    ]);
    expect(codes(await loadPreset("semianalysis-2023"))).not.toContain("W-STATED");
  });

  it("spread thirtyfold between time held and work done for Guosheng's traffic", async () => {
    expect(answer(await loadPreset("guosheng-2023")).result.triangulation?.spread).toBeCloseTo(31.2, 1);
  });

  it("hold no number that is not finite", async () => {
    for (const id of PRESET_IDS)
      expect(numbersOf(answer(await loadPreset(id))).filter((x) => !Number.isFinite(x))).toEqual([]);
  });
});

describe("a market of ranges", () => {
  const training = { params: 2e11, firms: 5, rnd: 5, growth: { params: 1.5 } };
  const market: Scenario = { ...bare, years: 2, training };
  const spread = withValue(
    withValue(market, "training.params", { p05: 1e11, p95: 4e11 }),
    "training.growth.firms",
    { p05: 1.1, p95: 1.6 },
  );

  it("spreads training as the product of its lognormals does, growth drawn once for all years", () => {
    const { result } = runScenario(spread, facts, { samples: 100_000 });
    // 6 N x 20 N x 5 firms x 5: N counts twice; the second year grows by the firms' draw
    const sigma = (low: number, high: number) => Math.log(high / low) / (2 * Z95);
    const twice = 2 * sigma(1e11, 4e11);
    for (const [year, deviation] of [twice, Math.hypot(twice, sigma(1.1, 1.6))].entries()) {
      const { p05, p50, p95 } = result.intervals![`years.${year}.training.flop`]!;
      expect(p50 / result.years[year]!.training.flop).toBeCloseTo(1, 2);
      expect(Math.log(p95 / p05) / (2 * Z95 * deviation)).toBeCloseTo(1, 2);
    }
  });

  it("holds the year of the medians within its interval, and counts the draws that never cross", () => {
    const { intervals, answered, crossover } = runScenario(article, facts, { samples: 2000 }).result;
    const { p05, p95 } = intervals!["crossover.flop.years"]!;
    expect(crossover.flop.years).toBeGreaterThan(p05);
    expect(crossover.flop.years).toBeLessThan(p95);
    expect(answered!["crossover.flop.years"]).toBeLessThan(1);
  });

  it("ranks what the crossover hangs on as the table of movers does, by its widest first", () => {
    const { sensitivity, movers } = runScenario(article, facts, { samples: 10_000, sensitivity: "" }).result;
    expect(sensitivity!.output).toBe("crossover.flop.years");
    expect(sensitivity!.inputs[0]!.input).toBe(movers[0]!.input);
    const shares = sensitivity!.inputs.map(({ share }) => share);
    expect(shares[0]).toBe(Math.max(...shares));
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
  });

  it("has no intervals without ranges, unless sampling is asked for: then what is assumed varies", () => {
    const { rnd: _rnd, ...open } = training;
    const assumed: Scenario = { ...market, training: { ...open, tokens: 1e12 } };
    expect(runScenario(assumed, facts).result.intervals).toBeUndefined();
    const { p05, p95 } = runScenario(assumed, facts, { samples: 1000 }).result.intervals![
      "years.0.training.flop"
    ]!;
    expect(p95 / p05 / (10 / 3.3)).toBeCloseTo(1, 1);
  });
});

describe("markets", () => {
  it("with twice the firms train twice as much and serve the same", () => {
    const { point } = settle(article);
    const [one, two] = [answer(point), answer(withValue(point, "training.firms", 10))].map(
      ({ result }) => result.years[0]!,
    );
    expect(two!.training.flop).toBe(2 * one!.training.flop);
    expect(two!.training.acceleratorYears).toBe(2 * one!.training.acceleratorYears);
    expect(two!.inference).toEqual(one!.inference);
  });

  it("cross later where training grows faster, in FLOP and in chip-hours", () => {
    const { point } = settle(article);
    const faster = answer(withValue(point, "training.growth.params", 1.8)).result.crossover;
    const slower = answer(withValue(point, "training.growth.params", 1.2)).result.crossover;
    expect(faster.flop.years).toBeGreaterThan(slower.flop.years!);
    expect(faster.chipHours.years).toBeGreaterThan(slower.chipHours.years!);
  });

  it("without growth of use say never, and why", () => {
    const { point } = settle(article);
    const still = { ...point, inference: { ...point.inference!, growth: {} } };
    expect(answer(still).result.crossover.flop.sentence).toBe(
      "Inference never passes training in FLOP: inference starts below training and grows no faster.",
    );
  });

  it("without firms have nothing to pass, no parity and no run to hold against a threshold", () => {
    const { crossover, parity, thresholds } = answer(
      withValue(settle(article).point, "training.firms", 0),
    ).result;
    expect(crossover.flop.sentence).toBe("There is no training for inference to pass.");
    expect(crossover.chipHours.sentence).toBe(crossover.flop.sentence);
    expect(parity).toBeUndefined();
    expect(thresholds).toEqual([]);
  });

  it("of nothing answer with zeros and a warning", () => {
    const { result, warnings } = answer(bare);
    expect(result.years.map(({ total }) => total.flop)).toEqual([0, 0, 0]);
    expect(result.crossover.flop.sentence).toContain("neither training nor inference");
    expect(warnings.map(({ code }) => code)).toEqual(["W-NO-MARKET"]);
    expect(result.years[0]?.inferenceShare).toBeUndefined();
  });

  it("with a share above 1 are refused in a sentence", () => {
    const over = { ...used, inference: { ...used.inference!, cacheHit: 1.2 } };
    expect(() => answer(over)).toThrow(ProblemError);
    expect(() => answer(over)).toThrow("inference.cacheHit is 1.2, and a share can be no more than 1.");
    const rule = {
      images: 1,
      imageWidth: 1,
      imageHeight: 1,
      videoSeconds: 5,
      audioSeconds: 0,
      rule: "gpt-4o",
    };
    expect(() => answer({ ...used, inference: { ...used.inference!, media: rule } })).toThrow(
      "no tokens for video",
    );
  });

  it("warn of full utilisation, frozen tokens, prices of another time and chips that do not exist", () => {
    const busy = { ...used, inference: { ...used.inference!, sizing: { utilisation: 1 } } };
    expect(codes(busy)).toContain("W-FULL-UTILISATION");
    const frozen = { params: 1e12, tokens: 3e11, firms: 5, growth: { params: 3 } };
    expect(codes({ ...used, startYear: 2022, training: frozen })).toEqual(
      expect.arrayContaining(["W-TOKENS-FROZEN", "W-DATED"]),
    );
    expect(codes({ ...used, inference: { ...used.inference!, users: 1e13 } })).toContain("W-STOCK");
    expect(codes(used)).toEqual([]);
  });

  it("with tokens that follow the size grow as its square", () => {
    const training = { params: 1e11, tokensPerParam: 20, firms: 1, growth: { params: 2 } };
    expect(answer({ ...bare, training }).result.growth.training).toEqual({
      perYear: 4,
      by: { params: 2, tokens: 2 },
    });
  });
});
