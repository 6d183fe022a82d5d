import { describe, expect, it } from "vitest";
import { demandFields } from "../../src/input/demand.ts";
import { readScenario } from "../../src/input/scenario.ts";
import { loadPreset, PRESET_IDS } from "../../src/study/demand/presets.ts";
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
    expect(out).toMatch(/inference grows .*parameters .*users .*sequence /);
    expect(out).toMatch(/Inference passes training in FLOP in 2028 \(.*\) and in chip-hours in 2026\./);
    expect(out).toMatch(/Huawei, Baidu, Alibaba, Tencent, ByteDance/);
    expect(out).toMatch(/most moved by +growth of users +1\.8 to 3\.5: 2035\.1 to 2026\.5/);
  });

  it("tells it on one screen, of which no line is too wide; the rest is behind --explain", async () => {
    for (const width of [80, 120]) {
      const { out } = await runCli(words(`demand --preset article-2023 --width ${width}`));
      const lines = out.trimEnd().split("\n");
      expect(lines.length).toBeLessThanOrEqual(44);
      expect(lines.filter((line) => line.length > width)).toEqual([]);
      expect(out).not.toMatch(/90 % of the draws/);
    }
    const { out } = await runCli(words("demand --preset article-2023 --explain --width 120"));
    expect(out).toMatch(/90 % of the draws\nyear +training \(FLOP\)/);
    expect(out).toMatch(/training\.rnd +3\.3 +10/);
    expect(out).toMatch(/images, video/);
  });

  it("derives what it tells: the closed form of the crossover gives the year", async () => {
    const { out } = await runCli(words("demand --preset article-2023 --explain --width 120"));
    // ln(6.3321e25 / 2.31e24) / ln(4.605 / 2.514) = 3.3109 / 0.6053
    expect(out).toMatch(/ln\(training \/ inference\) .* = 5\.470/s);
    // 3 x 5.7446 x 2.1213e12
    expect(out).toMatch(/3 x research x tokens = 3 x 5\.7446\s+x 2\.1213T = 36\.558T/);
  });

  it("writes the years as CSV, one row a year, in base units", async () => {
    const { out } = await runCli(words("demand --preset article-2023 --format csv"));
    const [head, ...rows] = out.trim().split("\n");
    expect(head).toMatch(/^year,training_flop,inference_flop,.*watts,kwh,capex_usd,/);
    expect(rows.map((row) => Number(row.split(",")[0]))).toEqual([2023, 2024, 2025, 2026, 2027, 2028]);
    expect(Number(rows[0]!.split(",")[1]) / 6.332e25).toBeCloseTo(1, 3);
  });

  it("matches a model's training by 3 r D served tokens, whatever its size", async () => {
    const parity = async (params: string) =>
      (await demand(`--preset article-2023 --params ${params} --tokens 2T --rnd 5`)).parity!;
    const [small, large] = [await parity("100B"), await parity("1T")];
    expect(small.tokensPerModel).toBe(3e13);
    expect(large.tokensPerModel).toBe(3e13);
    expect(large.days / small.days).toBeCloseTo(10, 9);
    // the first year's 5 firms x 5 x 6 x 1e11 x 2e12 over 2 x 1e11 x 3.16e10 tokens a day
    expect(small.days).toBeCloseTo((5 * 3e13) / (Math.sqrt(1e13) * 1e4), 6);
  });

  it("derives in Markdown too", async () => {
    const { out } = await runCli(words("demand --preset article-2023 --explain --format markdown"));
    expect(out).toMatch(/## How each figure is derived\n\n\* `training in 2023 = 6 x active x tokens/);
  });

  it("names the firms, and says when there are more of them than names", async () => {
    const { out } = await runCli(words("demand --preset article-2023 --firms 10 --width 120"));
    expect(out).toMatch(/firms +10; the scenario names Huawei/);
  });

  it("lengthens requests by images and video, as the article has it, by a named rule", async () => {
    const base = await demand("--preset article-2023");
    const longer = await demand("--preset article-2023 --images 1 --video 10s --media-rule gemini-2.0");
    // four tiles of 258 for 1,024 x 1,024 and 263 a second, beside 700 + 300
    expect(longer.years[0]!.inference.flop / base.years[0]!.inference.flop).toBeCloseTo(
      1 + (1032 + 2630) / 1000,
      9,
    );
    const small = await demand(
      "--preset article-2023 --images 1 --image-size 300x300 --media-rule gemini-2.0",
    );
    expect(small.years[0]!.inference.flop / base.years[0]!.inference.flop).toBeCloseTo(1.258, 9);
    const { out } = await runCli(words("demand --preset article-2023 --video 10s --explain --width 120"));
    expect(out).toMatch(/media tokens 2630 tokens a request: the rule of gemini-2\.0/);
  });

  it("takes what a service is made of as flags: a cache, reasoning, peaks, latency", async () => {
    const base = await demand("--preset article-2023");
    const other = await demand(
      "--preset article-2023 --cache-hit 0.5 --reasoning 1000 --peak-to-average 3 --latency 30s",
    );
    // 700 x 0.5 + 300 + 1,000 of 1,000 tokens
    expect(other.years[0]!.inference.flop / base.years[0]!.inference.flop).toBeCloseTo(1.65, 9);
    expect(other.years[0]!.inference.chips / base.years[0]!.inference.chips).toBeCloseTo(1.65 * 1.5, 9);
    expect(other.inFlight!.concurrency / base.inFlight!.concurrency).toBeCloseTo(1.5 * 2, 9);
  });

  it("assumes nothing that a market does not use: no electricity price, no carbon", async () => {
    const { out } = await runCli(words("demand --preset guosheng-2023 --json"));
    const { assumptions } = JSON.parse(out);
    expect(assumptions.map(({ key }: { key: string }) => key)).toEqual([
      "pue",
      "rent of a100-sxm-80gb",
      "price of a100-sxm-80gb",
      "inference.sizing.utilisation",
    ]);
  });

  it("without training begins with serving, and leaves no gap", async () => {
    const { out } = await runCli(words("demand --preset deepseek-2025"));
    expect(out).not.toMatch(/\n\n\n/);
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
    ["--preset article-2023 --media-rule gpt-4o", /--media-rule goes with --images, --video or --audio\./],
    ["--preset article-2023 --images 1 --image-size 10", /--image-size "10" is no size in pixels/],
  ])("demand %s is refused in one sentence", async (line, sentence) => {
    const { code, out, err } = await runCli(words(`demand ${line}`.trim()));
    expect([code, out]).toEqual([2, ""]);
    expect(err).toMatch(sentence);
  });

  const EMPTY = { name: "A market", date: "2026-01", startYear: 2026, years: 3, source: "me", gpu: "h100" };

  it("a market is read from stdin where its file is -, and stands in the input of the document", async () => {
    const stdin = JSON.stringify({ ...EMPTY, years: 2 });
    const { out, code } = await runCli(words("demand --scenario - --json"), { stdin });
    const named = await runCli(words("demand --scenario m.json --json"), { files: { "m.json": stdin } });
    expect(code).toBe(0);
    expect(JSON.parse(out).result).toEqual(JSON.parse(named.out).result);
    const again = await runCli(words("demand - --json"), { stdin: JSON.stringify(JSON.parse(out).input) });
    expect(again.out).toBe(out);
    const alone = await runCli(words("demand --scenario -"));
    expect(alone).toMatchObject({ code: 2, err: expect.stringContaining("stdin is a terminal") });
    const nothing = await runCli(words("demand --scenario -"), { stdin: "" });
    expect(nothing).toMatchObject({ code: 2, err: expect.stringContaining("stdin is empty") });
  });

  it("a market of nothing leaves no blank room", async () => {
    const { out } = await runCli(words("demand --scenario -"), { stdin: JSON.stringify(EMPTY) });
    expect(out).toMatch(/^A market \(2026-01\)\n\nBy year/);
    expect(out).not.toContain("\n\n\n");
  });

  it("traffic counted by one method has none to be compared with", async () => {
    const line = (preset: string) => words(`demand --preset ${preset} --triangulate --width 120`);
    const { out: one } = await runCli(line("article-2023"));
    expect(one).toContain("The traffic by one method: the market has no figures for another\n");
    expect(one).not.toContain("between the most and the fewest");
    const { out: two } = await runCli(line("semianalysis-2023"));
    expect(two).toMatch(/The traffic by each method: [\d.]+x between the most and the fewest chips\n/);
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
    expect(unknown.err).toMatch(/scenario in m\.json is not usable: it has no "trainings"\./);
    const wrong = await runCli(
      words("demand --scenario m.json"),
      file({ training: { params: "many", firms: 1 } }),
    );
    expect(wrong.code).toBe(2);
    expect(wrong.err).toMatch(/training\.params/);
  });

  it.each([
    ['"cacheHit": 1.5', /inference\.cacheHit: it takes a share from 0 to 1\./],
    ['"cacheHit": {"p05": 0.5, "p95": 1.5}', /inference\.cacheHit\.p95: it takes a share from 0 to 1\./],
    ['"users": {"p05": 10, "p95": 5}', /inference\.users: its p05 is to be below its p95\./],
    ['"users": -3', /inference\.users: it takes a number of 0 or more\./],
    ['"peakToAverage": 0', /inference\.peakToAverage: it takes a number of 1 or more\./],
    ['"sizing": {"utilisation": 0}', /sizing\.utilisation: it takes a share above 0 and up to 1\./],
    ['"sizing": {"headline": "guess"}', /sizing\.headline: it takes latency or compute or throughput\./],
    ['"sizing": {"headline": "latency"}', /Counting by latency takes inference\.sizing\.secondsPerToken\./],
    ['"growth": {"users": 0}', /inference\.growth\.users: it takes a number above 0\./],
    ['"media": {"rule": "gpt-4o", "images": "x"}', /media\.images: it takes a number of 0 or more\./],
  ])("a scenario with %s is refused in a plain sentence", async (part, sentence) => {
    const head = '"name": "x", "source": "x", "date": "x", "startYear": 2026, "years": 2, "gpu": "h100"';
    const text = `{${head}, "inference": {"params": 1e11, "inputTokens": 100, "outputTokens": 300, ${part}}}`;
    const { code, out, err } = await runCli(words("demand --scenario m.json"), { files: { "m.json": text } });
    expect([code, out]).toEqual([2, ""]);
    expect(err).toMatch(sentence);
  });

  it("a medium that is left out adds nothing; images, video and sound add what the rule says", async () => {
    const head = '"name": "x", "source": "x", "date": "x", "startYear": 2026, "years": 1, "gpu": "h100"';
    const flop = async (media: string) => {
      const text = `{${head}, "inference": {"params": 1e11, "users": 1000, "inputTokens": 100, "outputTokens": 300, "media": ${media}}}`;
      const { out } = await runCli(words("demand --scenario m.json --json"), { files: { "m.json": text } });
      return (JSON.parse(out) as { result: DemandResult }).result.years[0]!.inference.flop;
    };
    // 2 x 1e11 x 1,000 x 365.25 a token: 258 for an image of one tile, 263 a second of video, 32 of sound
    const perToken = 2e11 * 1000 * 365.25;
    expect((await flop('{"rule": "gemini-2.0"}')) / perToken).toBeCloseTo(400, 6);
    const mix = '"images": 1, "imageWidth": 384, "imageHeight": 384, "videoSeconds": 10, "audioSeconds": 10';
    expect((await flop(`{"rule": "gemini-2.0", ${mix}}`)) / perToken).toBeCloseTo(400 + 258 + 2630 + 320, 6);
  });
});

describe("presets", () => {
  it("are scenario files that the reader accepts as they stand", async () => {
    for (const id of PRESET_IDS) expect(readScenario(await loadPreset(id), id)).toEqual(await loadPreset(id));
  });
});
