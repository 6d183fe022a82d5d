import { describe, expect, it } from "vitest";
import type { FleetResult } from "../../src/study/fleet/result.ts";
import type { TrainResult } from "../../src/study/train/result.ts";
import { resultOf, runCli, words } from "./terminal.ts";

const train = (line: string) => resultOf<TrainResult>(words(`train ${line}`));

describe("train answers", () => {
  it("31,250 PFLOP/s-days for 1.5T parameters on GPT-3's 300B tokens: 6 x 1.5e12 x 3e11 / 8.64e19", async () => {
    const { compute } = await train("--params 1.5e12 --tokens 300e9");
    expect(compute.flop).toBe(2.7e24);
    expect(compute.petaflopDays).toBeCloseTo(31_250, 6);
  });

  it("puts the published 31,271 down to GPT-3's 3,640 scaled by 1500/174.6, with its tokens given or not", async () => {
    for (const tokens of ["", " --tokens 300e9"]) {
      const { out } = await runCli(words(`train --params 1.5e12${tokens} --width 200`));
      expect(out).toMatch(/31,250 PFLOP\/s-days/);
      expect(out).toMatch(/31,271 .*3,640 by 1500\/174\.6/);
    }
    expect((3640 * 1500) / 174.6).toBeCloseTo(31_271, 0);
  });

  it("scales GPT-3 to the size that was asked: 3,640 x 70/174.6 = 1,459", async () => {
    const { out } = await runCli(words("train --params 70B --width 200"));
    expect(out).toMatch(/print 1,459 scaled .*3,640 by 70\/174\.6/);
    expect((3640 * 70) / 174.6).toBeCloseTo(1459.3, 1);
    expect((await runCli(words("train --params 70B --tokens 15T"))).out).not.toMatch(/GPT-3/);
  });

  it("LoRA on Llama 3 8B: 4 FLOP a frozen parameter and token, optimizer states of the adapters alone", async () => {
    const full = await train("--model llama-3-8b --tokens 1B");
    const lora = await train("--model llama-3-8b --tokens 1B --method lora");
    const qlora = await train("--model llama-3-8b --tokens 1B --method qlora");
    expect(lora.compute.flop / full.compute.flop).toBeCloseTo(4 / 6, 12);
    // rank 16: 32 layers x 16 x (q 4096+4096, k and v 4096+1024 each, o 4096+4096, three of 4096+14336) = 41,943,040
    expect(lora.memory.optimizerBytes).toBe(12 * 41_943_040);
    expect(lora.memory.weightBytes).toBe(2 * lora.model.params + 2 * 41_943_040);
    expect(qlora.memory.weightBytes / lora.memory.weightBytes).toBeLessThan(0.27);
  });

  it("GPT-3's own run: 3.14e23 FLOP, 3,640 PFLOP/s-days within 1 %, the exact count a few per cent above", async () => {
    const { compute } = await train("--model gpt3-175b");
    expect(compute.flop / 3.14e23).toBeCloseTo(1, 2);
    expect(Math.abs(compute.petaflopDays / 3640 - 1)).toBeLessThan(0.01);
    expect(compute.exactFlop! / compute.flop).toBeGreaterThan(1.005);
    expect(compute.exactFlop! / compute.flop).toBeLessThan(1.05);
  });

  it("Llama 3.1 405B at its makers' MFU: 75.3 days, within 10 % of the model card's 78.4", async () => {
    const { time } = await train(
      "--model llama-3.1-405b --tokens 15.6T --gpu h100 --gpus 16384 --mfu 0.40 --goodput 0.9",
    );
    expect(time!.days).toBeCloseTo(75.3, 1);
    expect(Math.abs(time!.days / (30.84e6 / 16384 / 24) - 1)).toBeLessThan(0.1);
  });

  it("the fewest GPUs for a deadline: fed back, in time; one fewer, late", async () => {
    const work = "--params 70B --tokens 15T --gpu h100 --mfu 0.4";
    const { fleet } = await train(`${work} --days 30`);
    const days = async (gpus: number) => (await train(`${work} --gpus ${gpus}`)).time!.days;
    expect(await days(fleet!.gpus!)).toBeLessThanOrEqual(30);
    expect(await days(fleet!.gpus! - 1)).toBeGreaterThan(30);
  });

  it("the largest model for a fleet and a deadline, at the tokens per parameter given", async () => {
    const { model, data, solved } = await train(
      "--fleet tesla-a100-7360 --days 90 --mfu 0.4 --goodput 0.9 --tokens-per-param 20",
    );
    // 7360 x 312e12 x 0.4 x 0.9 x 90 x 86400 = 6.4283e24 = 6 N 20 N  ->  N = 231.45e9
    expect(model.params / 231.45e9).toBeCloseTo(1, 3);
    expect(data.tokens / model.params).toBeCloseTo(20, 9);
    expect(solved).toEqual(["params", "tokens"]);
  });

  it("time stands only in fleets[] where no machine is named", async () => {
    const result = await train("--params 1.5e12");
    expect(result.time).toBeUndefined();
    expect(result.cost).toBeUndefined();
    expect(result.energy).toBeUndefined();
    expect(result.fleets.length).toBeGreaterThan(5);
  });

  it("the Dojo design cannot hold the states of 1.5T parameters, and says so", async () => {
    const dojo = (await train("--params 1.5e12")).fleets.find((row) => row.fleet === "dojo-exapod")!;
    expect(dojo.days).toBeUndefined();
    expect(dojo.why).toMatch(/holds .* need/);
  });
});

describe("fleet answers", () => {
  it("3.12, 2.30 and 1.09 EFLOP/s; the first is 1.36 of the second", async () => {
    const { fleets } = await resultOf<FleetResult>(
      words("fleet 10000xa100-sxm-80gb tesla-a100-7360 dojo-exapod"),
    );
    expect(fleets.map((row) => Number((row.peakFlopPerSecond! / 1e18).toFixed(2)))).toEqual([
      3.12, 2.3, 1.09,
    ]);
    expect(fleets[1]!.referenceRatio).toBeCloseTo(1.36, 2);
  });

  it("an unstated chip becomes a row for each chip of its time", async () => {
    const { fleets } = await resultOf<FleetResult>(words('fleet "10000x?" twitter-10k'));
    expect(new Set(fleets.map((row) => row.candidateOf))).toEqual(new Set(["10000xunknown", "twitter-10k"]));
    expect(fleets.map((row) => row.gpu)).toContain("a100-sxm-80gb");
    expect(fleets.map((row) => row.gpu)).toContain("h100-sxm");
  });

  it("never uses a sparse peak: 10,000 H100 are 9.89 EFLOP/s in 16 bits, not 19.8", async () => {
    const { fleets } = await resultOf<FleetResult>(words("fleet 10000xh100"));
    expect(fleets[0]!.peakFlopPerSecond).toBeCloseTo(9.894e18, -16);
  });
});

describe("what cannot be answered", () => {
  const refused: readonly (readonly [line: string, says: RegExp])[] = [
    ["train --params 1.5X", /--params "1\.5X" is not a count/],
    ["train --params 1B --gpu h10", /"h10".*Nearest: .*h100-sxm/],
    ["train --params 1B --mfu 1.4", /--mfu "1\.4" is above 1/],
    ["train --params 1B --gpu h100 --gpus 0", /--gpus "0" is zero/],
    ["train --params -3", /--params "-3" is negative/],
    ["train --params 1B --tokens ''", /--tokens is empty/],
    ["train --params 90d", /is a duration, and a count is wanted/],
    ["train --params 1B --gpu h100 --mfu 0.5..0.3", /runs backwards/],
    [
      'train --params 1B --gpu h100 --gpus 64 --grid "100 to 400"',
      /--grid takes one value, and "100 to 400" is a range/,
    ],
    ["train --params 1B --gpu h100 --gpus 64 --region 250±50", /--region takes one value/],
    ["train --params 1B --gpu h100 --gpus 64 --grid ontario2", /"ontario2" is not a grid of the catalogue/],
    ["train --params 1B --model gpt2", /--model and --params/],
    ["train --params 1B --tokens 1T --gpu h100 --gpus 8 --days 3", /nothing is open/],
    ["train --gpu h100", /The run is not fixed/],
    ["train --params 1B --days 3", /needs to know the accelerator/],
    ["train --params 1B --fleet h100", /How many\? Write 1000xh100/],
    ["train --params 1B --gpuss 3", /--gpuss.*--gpus/],
    ["train --params 1B --format yaml", /not one of table, json/],
    ["trian", /trian.*train/],
    ["fleet", /No fleet is named/],
    ["catalog show h10x", /no "h10x"/],
    ["help unitz", /Did you mean "units"/],
    ["train --params 1B -o json", /-o names a file/],
    ["train nonsense", /is not a request/],
    ["train -", /stdin is a terminal/],
  ];

  it.each(refused)("%s: one sentence on stderr, nothing on stdout, exit 2", async (line, says) => {
    const { code, out, err } = await runCli(words(line));
    expect(err).toMatch(says);
    expect(err.trim().split("\n")).toHaveLength(1);
    expect({ code, out }).toEqual({ code: 2, out: "" });
  });

  it("a well-put question without an answer exits 1", async () => {
    expect((await runCli(words("train --params 70B --gpu mi350x --budget 1M"))).code).toBe(1);
    expect((await runCli(words("train --params 70B --gpu a100 --precision fp8"))).code).toBe(1);
  });

  it("under --json the refusal is a document with code, message, flag and hint", async () => {
    const { code, out } = await runCli(words("train --params 1B --gpu h10 --json"));
    const { schema, error } = JSON.parse(out);
    expect({ code, schema, flag: error.flag, id: error.code }).toEqual({
      code: 2,
      schema: "compute-est/error/1",
      flag: "--gpu",
      id: "E-NAME",
    });
  });
});
