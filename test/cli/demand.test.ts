import { describe, expect, it } from "vitest";
import { demandFields } from "../../src/input/demand.ts";
import { PRESET_IDS } from "../../src/study/demand/presets.ts";
import type { DemandResult } from "../../src/study/demand/run.ts";
import { resultOf, runCli, words } from "./terminal.ts";

const demand = (line: string) => resultOf<DemandResult>(words(`demand ${line}`));

describe("demand", () => {
  it("offers every preset that ships", () => {
    const { type } = demandFields.find(({ key }) => key === "preset")!;
    expect(type.type === "choice" && type.choices).toEqual(PRESET_IDS);
  });

  it("tells the article's story: three factors on each side, the crossover, what moves it", async () => {
    const { code, out } = await runCli(words("demand --preset article-2023 --width 200"));
    expect(code).toBe(0);
    expect(out).toMatch(/training grows .*parameters .*data .*firms/);
    expect(out).toMatch(/inference grows .*parameters .*users .*tokens in .*tokens out/);
    expect(out).toMatch(/Inference passes training in FLOP in 2028\./);
    expect(out).toMatch(/Huawei, Baidu, Alibaba, Tencent, ByteDance/);
    expect(out).toMatch(/What moves the crossover most/);
  });

  it("twice the firms train twice as much and serve the same", async () => {
    const [one] = (await demand("--preset article-2023 --firms 5")).years;
    const [two] = (await demand("--preset article-2023 --firms 10")).years;
    expect(two!.training.flop / one!.training.flop).toBeCloseTo(2, 12);
    expect(two!.inference.flop).toBe(one!.inference.flop);
  });

  it("faster growth of training puts the crossover off, and in the end rules it out", async () => {
    const year = async (x: number) =>
      (await demand(`--preset article-2023 --params-growth ${x}`)).crossover.flop;
    expect((await year(1.5)).year!).toBeLessThan((await year(2)).year!);
    const never = await year(9);
    expect(never.kind).toBe("never");
    expect(never.sentence).toMatch(/^Inference never passes training in FLOP: .+\.$/);
  });

  it("an override that is a range moves the crossover and is listed among the movers", async () => {
    const { movers } = await demand("--preset article-2023 --firms 2..20");
    expect(movers.map(({ input }) => input)).toContain("training.firms");
  });

  it("a sweep over firms puts the crossover off, in years from the start", async () => {
    const { out, code } = await runCli(
      words("sweep demand --preset article-2023 --firms 1..16..x4 --format csv"),
    );
    expect(code).toBe(0);
    const rows = out
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => line.split(",").map(Number));
    expect(rows.map(([firms]) => firms)).toEqual([1, 4, 16]);
    expect(rows[0]![1]!).toBeLessThan(rows[1]![1]!);
    expect(rows[1]![1]!).toBeLessThan(rows[2]![1]!);
    expect(rows[2]![1]!).toBeLessThan(20);
  });

  it("a market of nothing says so, without a number that is not one", async () => {
    const { out, code } = await runCli(words("demand --preset article-2023 --firms 0 --users 0 --width 200"));
    expect(code).toBe(0);
    expect(out).toMatch(/there is neither training nor inference/);
    expect(out).not.toMatch(/NaN|Infinity|undefined/);
  });

  it("the methods stand side by side where they are asked for, and only there", async () => {
    const { triangulation } = await demand("--preset semianalysis-2023 --triangulate");
    expect(triangulation!.results.map(({ method }) => method)).toEqual(["compute", "throughput"]);
    expect((await demand("--preset semianalysis-2023")).triangulation).toBeUndefined();
  });

  it("the market of an answer is a scenario file that gives the same answer", async () => {
    const first = await demand("--preset article-2023");
    const { out } = await runCli(words("demand --scenario market.json --json"), {
      files: { "market.json": JSON.stringify(first.market) },
    });
    expect(JSON.parse(out).result.years).toEqual(JSON.parse(JSON.stringify(first.years)));
  });

  it.each([
    ["", /No market is named\. .*--preset article-2023/],
    ["--preset artcle-2023", /Did you mean article-2023\?/],
    ["--preset article-2023 --mfu 1.2", /--mfu "1\.2" is above 1/],
    ["--preset guosheng-2023 --firms 3", /has no training, so training\.firms has nothing to change/],
    ["--preset citic-2023 --scenario x.json", /both name the market/],
    ["--scenario nope.json", /There is no file "nope\.json"/],
  ])("demand %s is refused in one sentence", async (line, sentence) => {
    const { code, out, err } = await runCli(words(`demand ${line}`.trim()));
    expect([code, out]).toEqual([2, ""]);
    expect(err).toMatch(sentence);
  });

  it("a scenario with an unknown key or a share in words is refused with its place", async () => {
    const file = (more: object) => ({
      files: {
        "m.json": JSON.stringify({
          name: "x",
          source: "x",
          date: "x",
          startYear: 2026,
          years: 3,
          gpu: "h100",
          ...more,
        }),
      },
    });
    const unknown = await runCli(words("demand --scenario m.json"), file({ trainings: {} }));
    expect([unknown.code, unknown.out]).toEqual([2, ""]);
    expect(unknown.err).toMatch(/scenario in m\.json is not usable/);
    const wrong = await runCli(
      words("demand --scenario m.json"),
      file({ training: { params: "many", firms: 1 } }),
    );
    expect(wrong.code).toBe(2);
    expect(wrong.err).toMatch(/training\.params/);
  });
});
