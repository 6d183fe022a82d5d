import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { resultOf, runCli, words } from "./terminal.ts";

type Intervals = Readonly<Record<string, { p05: number; p50: number; p95: number }>>;

const COMMANDS = [
  [
    'fleet 10000xa100 dojo-exapod --params "1T to 2T" --mfu "0.3 to 0.5"',
    /1\.41T parameters \(median of 1T to 2T\) on 28\.3T tokens \(median of 20T to 40T\)/,
    { seconds: ["fleets.0.days", 86_400], cost_usd: ["fleets.0.cost", 1] },
  ],
  [
    'fleet 10000xa100 --price "1 to 2"',
    /^1 fleet side by side /,
    { rent_usd_per_day: ["fleets.0.rentUsdPerDay", 1] },
  ],
  [
    'plan train --model llama-3-8b --gpu h100 --gpus 64 --tokens "1T to 3T" --top 2',
    /on 1\.73T tokens \(median of 1T to 3T\), best by time/,
    { seconds: ["best.0.days", 86_400], joules: ["best.0.energy", 3.6e6] },
  ],
  [
    'plan infer --model llama-3-8b --gpu h100 --rate "5 to 10" --top 2',
    /to 7\.07 requests a second \(median of 5 to 10\)/,
    { ttft_seconds: ["best.0.ttftSeconds", 1], tpot_seconds: ["best.0.tpotSeconds", 1] },
  ],
  [
    'plan infer --model llama-3-8b --gpu h100 --users "1M to 2M" --input "500 to 2000" --top 2',
    /requests a second \(median of 17\.4 to 34\.\d\), 1,000 tokens in \(median of 500 to (2,000|1,99\d)\), 256 out:/,
    { usd_per_million_output: ["best.0.usdPerMillionOutputTokens", 1] },
  ],
] as const;

describe("an answer to ranges", () => {
  it.each(COMMANDS)(
    "says so in its title, and shows the 90 % intervals: %s",
    async (line, title, columns) => {
      const { intervals } = await resultOf<{ intervals: Intervals }>(words(line));
      const table = (await runCli(words(`${line} --width 120`))).out;
      expect(table.replaceAll("\n", " ")).toMatch(title);
      const shown = table.split("90 % of the draws\n")[1]!.split("\n\n")[0]!;
      expect(shown).toMatch(/\d to \d/);
      const csv = parse((await runCli(words(`${line} --format csv`))).out, { columns: true }) as Record<
        string,
        string
      >[];
      for (const [key, [path, scale]] of Object.entries(columns)) {
        const { p05, p95 } = intervals[path as string]!;
        expect(Number(csv[0]![`${key}_p05`]) / (p05 * (scale as number))).toBeCloseTo(1, 12);
        expect(Number(csv[0]![`${key}_p95`]) / (p95 * (scale as number))).toBeCloseTo(1, 12);
        expect(Number(csv[0]![key])).toBeGreaterThan(p05 * (scale as number));
      }
    },
  );

  it.each([
    "fleet 10000xa100 --params 1T --mfu 0.4",
    "plan train --model llama-3-8b --gpu h100 --gpus 64 --tokens 1T --top 2",
    "plan infer --model llama-3-8b --gpu h100 --rate 5 --top 2",
  ])("has neither where nothing is a range: %s", async (line) => {
    const { out } = await runCli(words(line));
    expect(out).not.toMatch(/median|of the draws/);
    expect((await runCli(words(`${line} --format csv`))).out).not.toContain("_p05");
  });

  it.each([
    ["train --params 7B..70B --gpu h100", /22\.1B parameters \(median of 7\.\d+B to 69\.9B\) on/],
    ["infer --model llama-3-70b --gpu h100 --rate 2..8", /4 requests a second \(median of 2 to (8|7\.9\d)\)/],
    [
      "infer --model llama-3-70b --gpu h100 --concurrency 10..40",
      /20 requests in flight \(median of 10 to 40\)/,
    ],
  ])("says in the title of a single estimate, too, what is a median: %s", async (line, title) => {
    expect((await runCli(words(`${line} --width 120`))).out).toMatch(title);
  });

  it("ranks what a figure hangs on by the share that is printed, the bars with it", async () => {
    const line = 'infer --model llama-3-70b --gpu h100 --users "1M to 5M" --sensitivity tpot';
    const { out } = await runCli(words(line));
    const block = out.slice(out.indexOf("What latency.tpotSeconds hangs on")).split("\n\n")[0]!;
    const shares = [...block.matchAll(/ {2}([\d.]+)% /g)].map((match) => Number(match[1]));
    expect(shares.length).toBeGreaterThan(3);
    expect(shares).toEqual(shares.toSorted((a, b) => b - a));
    const bars = [...block.matchAll(/% {2}(#*)/g)].map((match) => match[1]!.length);
    expect(bars).toEqual(bars.toSorted((a, b) => b - a));
  });
});
