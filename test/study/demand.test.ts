import { beforeAll, describe, expect, it } from "vitest";
import { loadPreset, PRESET_IDS } from "../../src/study/demand/presets.ts";
import { runScenario } from "../../src/study/demand/run.ts";
import type { Scenario } from "../../src/study/demand/scenario.ts";
import { settle, withValue } from "../../src/study/demand/settle.ts";
import type { Facts } from "../../src/study/facts.ts";
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
  });

  it("spread thirtyfold between time held and work done for Guosheng's traffic", async () => {
    expect(answer(await loadPreset("guosheng-2023")).result.triangulation?.spread).toBeCloseTo(31.2, 1);
  });

  it("hold no number that is not finite", async () => {
    for (const id of PRESET_IDS)
      expect(numbersOf(answer(await loadPreset(id))).filter((x) => !Number.isFinite(x))).toEqual([]);
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
