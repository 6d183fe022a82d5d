import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { pointAt, pointCount, shardOf } from "../../src/study/sweep/grid.ts";
import { resultOf, runCli, words } from "./terminal.ts";

const lines = (text: string): unknown[] =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
const GRID =
  "sweep train --params 7B,70B --mfu 0.4 --goodput 0.9 --gpu a100,h100 --gpus 256..2048..x2 --format ndjson";

describe("sweep", () => {
  it("of one point equals the estimate", async () => {
    const line = "train --params 70B --tokens 15T --gpu h100 --gpus 1024 --mfu 0.4";
    const estimate = await resultOf<{ time: { days: number }; cost: { usd: number } }>(words(line));
    const [row] = lines((await runCli(words(`sweep ${line} --format ndjson`))).out);
    expect(row).toMatchObject({ "time.days": estimate.time.days, "cost.usd": estimate.cost.usd });
  });

  it("reads points from CSV as it reads them from NDJSON, an empty cell saying nothing", async () => {
    const files = {
      "p.csv": "command,params,gpu,gpus,mfu\ntrain,70e9,h100,1024,0.4\ntrain,8e9,h100,64,\n",
      "p.ndjson":
        '{"params":70e9,"gpu":"h100","gpus":1024,"mfu":0.4}\n{"params":8e9,"gpu":"h100","gpus":64}\n',
      "torn.csv": "params,gpu\n70e9,h100,3\n",
    };
    const figures = async (name: string) =>
      lines((await runCli(words(`sweep train --points ${name} --format ndjson`), { files })).out).map(
        (row) => (row as { "time.days": number })["time.days"],
      );
    const read = await figures("p.csv");
    expect(read).toHaveLength(2);
    expect(read).toEqual(await figures("p.ndjson"));
    const echoed = (await runCli(words("sweep train --points p.csv --format ndjson"), { files })).out;
    expect(JSON.parse(echoed.split("\n")[0]!)).toMatchObject({
      params: 70e9,
      gpu: "h100",
      gpus: 1024,
      mfu: 0.4,
    });
    const torn = await runCli(words("sweep train --points torn.csv"), { files });
    expect(torn.code).toBe(2);
    expect(torn.err).toContain("torn.csv is not CSV with the keys in its first line");
  });

  it("answers every point of the grid, the last axis turning fastest", async () => {
    const rows = lines((await runCli(words(GRID))).out) as {
      params: number;
      gpu: string;
      gpus: number;
      "time.days": number;
    }[];
    expect(rows).toHaveLength(2 * 2 * 4);
    expect(rows.slice(0, 5).map((row) => [row.params, row.gpu, row.gpus])).toEqual([
      [7e9, "a100", 256],
      [7e9, "a100", 512],
      [7e9, "a100", 1024],
      [7e9, "a100", 2048],
      [7e9, "h100", 256],
    ]);
    expect(rows[0]!["time.days"] / rows[1]!["time.days"]).toBeCloseTo(2, 9);
  });

  it("gives by kernel what it gives point by point", async () => {
    const wide =
      "sweep train --params 1B..100B..x4 --gpu a100,h100,b200 --gpus 64..4096..x2 --mfu 0.4 --columns time,cost,energy,carbon,mfu --format ndjson";
    const rows = lines((await runCli(words(wide))).out) as Record<string, number | string>[];
    expect(rows.length).toBeGreaterThan(64);
    for (const row of [rows[0]!, rows[37]!, rows.at(-1)!]) {
      const line = `train --params ${row.params} --gpu ${row.gpu} --gpus ${row.gpus} --mfu 0.4`;
      const { time, cost, energy, carbon } = await resultOf<{
        time: { days: number };
        cost: { usd: number };
        energy: { kwh: number };
        carbon: { kgCo2e: number };
      }>(words(line));
      expect(row["time.days"]).toBeCloseTo(time.days, 9);
      expect((row["cost.usd"] as number) / cost.usd).toBeCloseTo(1, 12);
      expect((row["energy.kwh"] as number) / energy.kwh).toBeCloseTo(1, 12);
      expect((row["carbon.kgCo2e"] as number) / carbon.kgCo2e).toBeCloseTo(1, 12);
    }
  });

  const MANY = GRID.replace("256..2048..x2", "100..2000..100");
  it.each([
    ["of few points", GRID],
    ["of a kernel's many points", MANY],
    ["with a value out of bounds", MANY.replace("--mfu 0.4", "--mfu 0.4;1.4")],
    [
      "of samples",
      "sweep train --params 7B..70B --mfu 0.4 --gpu h100 --gpus 64 --samples 100 --format ndjson",
    ],
    [
      "of another command",
      "sweep infer --model llama-3-8b --gpu h100,l40s --concurrency 1..64..x2 --format ndjson",
    ],
  ])("shards concatenate to the whole, byte for byte, and so does what is resumed: %s", async (_, grid) => {
    const { out: whole } = await runCli(words(grid));
    const parts = await Promise.all(
      [1, 2, 3, 4, 5].map(async (part) => (await runCli(words(`${grid} --shard ${part}/5`))).out),
    );
    expect(parts.join("")).toBe(whole);
    const written: Record<string, string> = {};
    const files = { "part.ndjson": whole.slice(0, Math.floor(0.9 * whole.length)) };
    await runCli(words(`${grid.replace(" --format ndjson", "")} --resume part.ndjson`), { files, written });
    expect(written["part.ndjson"]).toBe(whole);
  });

  it("takes a list as an axis where the command itself takes several", async () => {
    const shared = "--model llama-3-8b --concurrency 16..256..x4 --columns tpot --format ndjson";
    const rows = lines((await runCli(words(`sweep infer --gpu h100,h200,b200 ${shared}`))).out) as {
      gpu: string;
    }[];
    expect(rows).toHaveLength(9);
    const b200 = rows.filter(({ gpu }) => gpu === "b200").map(({ gpu: _gpu, ...row }) => row);
    expect(b200).toEqual(lines((await runCli(words(`sweep infer --gpu b200 ${shared}`))).out));
    const plan = "plan train --model llama-3-8b --gpu a100,h100 --format ndjson";
    const counts = lines((await runCli(words(`sweep ${plan} --gpus 64..128..x2`))).out);
    expect(counts).toMatchObject([
      { gpu: "a100", gpus: 64 },
      { gpu: "a100", gpus: 128 },
      { gpu: "h100", gpus: 64 },
      { gpu: "h100", gpus: 128 },
    ]);
  });

  it("knows figures by what people call them, and no others", async () => {
    const line = "sweep infer --model llama-3-8b --gpu h100 --concurrency 8 --format ndjson --columns";
    const { out } = await runCli(
      words(`${line} tpot,TTFT,usdPerHour,latency.e2eSeconds,memory.kvBytesPerToken`),
    );
    expect(Object.keys(lines(out)[0] as object)).toEqual([
      "latency.tpotSeconds",
      "latency.ttftSeconds",
      "cost.usdPerHour",
      "latency.e2eSeconds",
      "memory.kvBytesPerToken",
    ]);
    const slip = await runCli(words(`${line} tpto`));
    expect(slip.code).toBe(2);
    expect(slip.err).toContain("latency.tpotSeconds");
  });

  it("resumes a file: what it has is skipped, a torn last line dropped", async () => {
    const whole = (await runCli(words(GRID))).out;
    const cut = whole.slice(0, Math.floor(whole.length / 2));
    const written: Record<string, string> = {};
    await runCli(words(`${GRID} --resume part.ndjson`), { files: { "part.ndjson": cut }, written });
    expect(written["part.ndjson"]).toBe(whole);
  });

  it("keeps a point without an answer as a row that says why, and exits 1", async () => {
    const { out, code } = await runCli(
      words("sweep train --params 7B --mfu 0.4 --gpu a100,h100 --gpus 8 --precision fp8 --format ndjson"),
    );
    const rows = lines(out) as { error?: { code: string } }[];
    expect(rows.map((row) => row.error?.code)).toEqual(["E-PRECISION", undefined]);
    expect(code).toBe(1);
  });

  it.each([
    ["a line of another grid", GRID.replace("7B,70B", "7B,71B")],
    ["more lines than points", GRID.replace("256..2048..x2", "256")],
  ])("refuses to resume %s, and leaves the file as it was", async (_, begun) => {
    const whole = (await runCli(words(GRID))).out;
    const written: Record<string, string> = {};
    const { code, err } = await runCli(words(`${begun} --resume part.ndjson`), {
      files: { "part.ndjson": whole },
      written,
    });
    expect({ code, written }).toEqual({ code: 2, written: {} });
    expect(err).toContain("part.ndjson is of another sweep");
  });

  it.each([
    ["another chip", "--gpu h100", "--gpu a100"],
    ["another price", "--price 2", "--price 3"],
    ["other columns", "--columns time", "--columns cost"],
    ["a figure more", "--columns cost", "--columns cost,time"],
    ["an answer where there is none", "--precision fp8 --gpu a100", "--precision bf16 --gpu a100"],
  ])("refuses to resume a file of the same points and of %s", async (_, begun, asked) => {
    const line = (flags: string) => {
      const own = flags.includes("--gpu") ? flags : `${flags} --gpu h100`;
      return `sweep train --params 7B --mfu 0.4 --gpus 8..512..x2 ${own}`;
    };
    const { out: whole } = await runCli(words(`${line(begun)} --format ndjson`));
    const files = { "part.ndjson": whole.split("\n").slice(0, 4).join("\n").concat("\n") };
    const written: Record<string, string> = {};
    const { code, err } = await runCli(words(`${line(asked)} --resume part.ndjson`), { files, written });
    expect({ code, written }).toEqual({ code: 2, written: {} });
    expect(err).toContain("part.ndjson is of another sweep: line 1 has other figures");
    expect((await runCli(words(`${line(begun)} --resume part.ndjson`), { files, written })).code).toBe(
      begun.includes("fp8") ? 1 : 0,
    );
    expect(written["part.ndjson"]).toBe(whole);
  });

  it("resumes a file whose figures differ in the last digits, as processors do", async () => {
    const line = "sweep train --params 7B --mfu 0.4 --gpu h100 --gpus 8..64..x2 --columns time";
    const { out } = await runCli(words(`${line} --format ndjson`));
    const [first] = lines(out) as { "time.days": number }[];
    const days = first!["time.days"];
    const other = out.split("\n")[0]!.replace(String(days), String(days * (1 + 1e-13)));
    const written: Record<string, string> = {};
    const files = { "part.ndjson": `${other}\n` };
    expect((await runCli(words(`${line} --resume part.ndjson`), { files, written })).code).toBe(0);
    expect(written["part.ndjson"]?.split("\n").slice(1)).toEqual(out.split("\n").slice(1));
  });

  it.each([
    ["a grid", "--params 7B --mfu 0.4 --gpu a100,h100,b200 --gpus 8,16 --precision fp8", true],
    ["points of different keys", "--points p.ndjson --precision fp8", true],
    ["points that are all answered", "--points p.ndjson", false],
  ])("parts of CSV concatenate to the whole: %s", async (_, flags, failing) => {
    const points = ['{"params":7e9,"gpu":"a100"}', '{"params":8e9,"gpu":"h100","gpus":64,"mfu":0.4}'];
    const setting = { files: { "p.ndjson": points.join("\n") } };
    const line = `sweep train ${flags} --format csv`;
    const parts = await Promise.all(
      [1, 2, 3, 4].map(async (part) => (await runCli(words(`${line} --shard ${part}/4`), setting)).out),
    );
    const { out: whole } = await runCli(words(line), setting);
    const rows = (text: string) => parse(text, { columns: true }) as Record<string, string>[];
    const told = rows(whole).map((row) => ({ ...row, error: row.error ?? "" }));
    expect(rows(parts.join(""))).toEqual(told);
    expect(whole.split("\n")[0]!.endsWith(",error")).toBe(failing);
    if (failing) expect(parts.join("")).toBe(whole);
    if (failing) expect(told[0]!.error).toMatch(/^E-PRECISION: .*fp8/);
  });

  it("points to the help that lists the flag that was wrong", async () => {
    for (const [line, help] of [
      ["sweep train --params 7B..70B --gpu h100 --samples 5", "sweep train --help"],
      ["sweep plan infer --model llama-3-8b --gpu h100 --sensitivity", "sweep plan-infer --help"],
      ["sweep", "sweep --help"],
    ] as const) {
      const { err } = await runCli(words(line));
      expect(err).toContain(`See compute-est ${help}.`);
      expect((await runCli(words(help))).code).toBe(0);
    }
    expect((await runCli(words("sweep train --help"))).out).toContain("--samples");
  });

  it("names no unit over a column without figures", async () => {
    const { out } = await runCli(words("sweep train --params 7B..70B --gpu h100"));
    expect(out).toMatch(/^time {2}cost \(USD k\)/m);
  });

  it("writes NDJSON to the file of -o, and what is left to the file of --resume alone", async () => {
    const whole = (await runCli(words(GRID))).out;
    const written: Record<string, string> = {};
    const { out } = await runCli(words(`${GRID} -o rows.ndjson`), { written });
    expect({ out, written }).toEqual({ out: "", written: { "rows.ndjson": whole } });
    for (const flag of ["--pareto time", "-o x.csv", "--format csv"]) {
      const clash = await runCli(
        words(`${GRID.replace(" --format ndjson", "")} --resume rows.ndjson ${flag}`),
      );
      expect(clash.code).toBe(2);
      expect(clash.err).toContain(`so ${flag.split(" ")[0]} has no place`);
    }
  });

  it("--samples of ranges are its points: the draws of each name, whatever else is a range", async () => {
    const line = "sweep train --params 60B..80B --gpu h100 --gpus 1000..1100 --goodput 0.9 --format ndjson";
    const rowsOf = async (text: string) => lines((await runCli(words(text))).out) as Record<string, number>[];
    const rows = await rowsOf(`${line} --mfu 0.3..0.5 --samples 200`);
    expect(rows).toHaveLength(200);
    const column = (key: string, of = rows) => of.map((row) => row[key]!).toSorted((a, b) => a - b);
    // strata of 200: the 10th of the sorted draws lies in the stratum that ends at the 5 % point
    expect(column("params")[9]).toBeLessThan(60e9);
    expect(column("params")[10]).toBeGreaterThan(60e9);
    expect(column("mfu").every((mfu) => mfu > 0 && mfu < 1)).toBe(true);
    expect(column("gpus").every(Number.isInteger)).toBe(true);
    const { params, gpus, mfu } = rows[17]!;
    const { time } = await resultOf<{ time: { days: number } }>(
      words(`train --params ${params} --gpu h100 --gpus ${gpus} --mfu ${mfu} --goodput 0.9`),
    );
    expect(rows[17]!["time.days"]! / time.days).toBeCloseTo(1, 12);
    const fixed = await rowsOf(`${line} --mfu 0.4 --samples 200`);
    expect(fixed.map((row) => row.params)).toEqual(rows.map((row) => row.params));
    const other = await rowsOf(`${line} --mfu 0.4 --samples 200 --seed 2`);
    expect(other.map((row) => row.params)).not.toEqual(fixed.map((row) => row.params));
  });

  it("the ends of a figure's interval are columns too, those of the estimate", async () => {
    const line = "train --params 60B..80B --gpu h100 --gpus 512 --mfu 0.4";
    const { intervals } = await resultOf<{ intervals: Record<string, { p05: number; p95: number }> }>(
      words(line),
    );
    const { out } = await runCli(words(`sweep ${line} --columns time.p05,time.days.p95 --format ndjson`));
    expect(lines(out)[0]).toEqual({
      "time.days.p05": intervals["time.days"]!.p05,
      "time.days.p95": intervals["time.days"]!.p95,
    });
  });

  it("takes a command of two words", async () => {
    const line = "train --model llama-3-8b --gpu h100 --gpus 64 --seq 4096,8192 --format ndjson";
    const two = await runCli(words(`sweep plan ${line}`));
    const one = await runCli(words(`sweep plan-${line}`));
    expect(two).toEqual(one);
    expect(lines(two.out)).toHaveLength(2);
  });

  it("hears what the environment and a JSON reader ask for", async () => {
    const line = "train --params 7B --gpu h100 --gpus 64 --mfu 0.4 --columns cost.usdPerGpuHour";
    const { out } = await runCli(words(`sweep ${line} --json`), { env: { COMPUTE_EST_PRICE: "9" } });
    expect(JSON.parse(out)).toEqual({
      schema: "compute-est/sweep/1",
      version: expect.any(String),
      input: {
        command: "sweep",
        of: "train",
        columns: ["cost.usdPerGpuHour"],
        price: "9",
        params: "7B",
        gpu: "h100",
        gpus: "64",
        mfu: "0.4",
      },
      result: { rows: [{ "cost.usdPerGpuHour": 9 }] },
      assumptions: [],
      warnings: [],
    });
  });

  it.each([
    "train --params 7B,70B --mfu 0.4;0.5 --gpu a100,h100 --gpus 256..2048..x2",
    "train --params 7B..70B --mfu 0.4 --gpu h100 --gpus 64 --samples 200 --seed 3",
    "train --points p.csv --mfu 0.4 --columns time,time.p95,cost.usdPerGpuHour",
    "train --params 7B --mfu 0.4 --gpu a100,h100 --gpus 8..64..x2 --pareto time,cost --shard 2/3",
    "infer --model llama-3-8b --gpu h100,l40s --concurrency 1..64..x4 --columns tpot",
    "infer --model llama-3-8b --concurrency 8",
    "fleet 8xh100 16xa100 --params 7B",
    "plan train --model llama-3-8b --gpu h100 --gpus 64 --seq 4096,8192",
  ])("has an input that replays, whatever is around: %s", async (line) => {
    const files = { "p.csv": "params,gpu,gpus\n7B,a100,8\n8e9,h100,64\n,h100,3\n" };
    const project = { "/project/compute-est.json": '{"gpu": ["h100", "b200"], "pue": 1.3}' };
    const around = line.startsWith("infer") ? { ...files, ...project } : files;
    const env = { COMPUTE_EST_PRICE: "9" };
    const first = await runCli(words(`sweep ${line} --json`), { files: around, env });
    const { input, result } = JSON.parse(first.out);
    expect(result.rows.length).toBeGreaterThan(0);
    const again = await runCli(words("sweep - --json"), { stdin: JSON.stringify(input) });
    expect({ code: again.code, ...JSON.parse(again.out) }).toEqual({
      code: first.code,
      ...JSON.parse(first.out),
    });
    const kept = { "again.json": JSON.stringify(input) };
    const asCsv = await runCli(words("sweep again.json --format csv"), { files: kept });
    expect(asCsv.out).toBe((await runCli(words(`sweep ${line} --format csv`), { files: around, env })).out);
  });

  it.each([
    ['{"command":"train","params":7e9}', "not of a sweep of a command"],
    ['{"command":"sweep","of":"trian","params":7e9}', "Did you mean train?"],
    ['{"command":"sweep","of":"train","parms":[7e9]}', 'Did you mean "params"?'],
    ['{"command":"sweep","of":"train","points":[7e9]}', '"points" of a sweep'],
    ["[]", "no JSON object"],
  ])("refuses the request %s", async (stdin, why) => {
    const { code, out, err } = await runCli(["sweep", "-"], { stdin });
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(why);
  });

  it("takes nothing of the command beside a request", async () => {
    const stdin = '{"command":"sweep","of":"train","params":[7e9,8e9]}';
    expect((await runCli(words("sweep - --params 9B"), { stdin })).err).toContain('"--params" stands beside');
    const { out, code } = await runCli(words("sweep - --columns compute.flop --format ndjson"), { stdin });
    expect(code).toBe(0);
    expect(lines(out)).toMatchObject([{ params: 7e9 }, { params: 8e9 }]);
  });

  it("keeps what is done when it is interrupted, and says so by 130", async () => {
    // every look at the clock is a turn
    let clock = 0;
    vi.spyOn(performance, "now").mockImplementation(() => {
      clock += 1000;
      return clock;
    });
    const whole = (await runCli(words(GRID))).out;
    const cut = await runCli(words(GRID), { interruptAt: 3 });
    vi.restoreAllMocks();
    expect(cut).toEqual({ code: 130, err: "", out: whole.split("\n").slice(0, 3).join("\n").concat("\n") });
  });

  it("--pareto keeps what no other point beats", async () => {
    const { out } = await runCli(
      words(
        "sweep train --params 70B --mfu 0.4 --goodput 0.9 --gpu a100,h100 --gpus 256..1024..x2 --pareto time,cost --format ndjson",
      ),
    );
    expect(lines(out)).toHaveLength(1);
    expect(lines(out)[0]).toMatchObject({ gpu: "h100", gpus: 1024 });
  });

  it.each(["--gpus 1..1e9..1", "--gpus 8..1..1", "--shard 0/3", "--shard 4/3", "--pareto nonsense"])(
    "refuses %s",
    async (flag) => {
      const { code, out } = await runCli(words(`sweep train --params 7B --gpu h100 --mfu 0.4 ${flag}`));
      expect({ code, out }).toEqual({ code: 2, out: "" });
    },
  );
});

describe("grids", () => {
  const axes = fc
    .array(fc.array(fc.integer(), { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 4 })
    .map((lists) => lists.map((values, index) => ({ key: `k${index}`, values })));

  it("shards cover every point once, in order", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 1, max: 70 }), (count, parts) => {
        let next = 0;
        for (let part = 1; part <= parts; part++) {
          const { from, to } = shardOf(count, part, parts);
          expect(from).toBe(next);
          next = to;
        }
        expect(next).toBe(count);
      }),
    );
  });

  it("every point of a grid is another one", () => {
    fc.assert(
      fc.property(axes, (grid) => {
        const distinct = grid.map((axis) => ({ ...axis, values: [...new Set(axis.values)] }));
        const all = Array.from({ length: pointCount(distinct) }, (_, index) =>
          JSON.stringify(pointAt(distinct, index)),
        );
        expect(new Set(all).size).toBe(all.length);
      }),
    );
  });
});

describe("two axes of numbers", () => {
  const grid = "sweep train --params 70B --gpu h100 --gpus 1k..4k..x2 --tokens 1T..4T..1T --mfu 0.4";

  it("stand as shades, darker where the run takes longer, with the axes named", async () => {
    const { out } = await runCli(words(`${grid} --width 60`));
    const map = out.slice(out.indexOf("gpus (down) by tokens (across)"));
    const rows = map.split("\n").slice(1, 4);
    expect(rows.map((row) => row.trim().split(" ")[0])).toEqual(["4,000", "2,000", "1,000"]);
    const darkness = (row: string) => [...row].map((mark) => ".-+*#".indexOf(mark)).filter((at) => at >= 0);
    const [few, , many] = rows.map(darkness);
    // time goes as tokens over chips: the least work on most chips is lightest, the most on fewest darkest
    expect(few![0]).toBe(0);
    expect(many!.at(-1)).toBe(4);
    for (const row of rows.map(darkness)) expect(row).toEqual(row.toSorted((a, b) => a - b));
  });

  it("are a cross table in Markdown", async () => {
    const { out } = await runCli(words(`${grid} --format markdown`));
    expect(out).toMatch(/gpus by tokens +\| 1T +\| 2T +\| 3T +\| 4T/);
  });
});

describe("batch", () => {
  it("answers in order, one object a line, and never stops at a bad line", async () => {
    const stdin = [
      '{"command":"train","params":7e9,"id":1}',
      "nonsense",
      '{"command":"train","params":"7X","id":3}',
      '{"params":1}',
      '{"command":"fleet","fleets":["8xh100"],"id":5}',
    ].join("\n");
    const { out, code } = await runCli(["batch"], { stdin });
    const rows = lines(out) as { id?: number; schema: string; error?: { code: string } }[];
    expect(rows.map((row) => row.schema)).toEqual([
      "compute-est/train/1",
      "compute-est/error/1",
      "compute-est/error/1",
      "compute-est/error/1",
      "compute-est/fleet/1",
    ]);
    expect(rows.map((row) => row.id)).toEqual([1, undefined, 3, undefined, 5]);
    expect(rows[2]!.error!.code).toBe("E-VALUE");
    expect(code).toBe(1);
  });

  it.each([
    ["train", { params: 7e9, gpu: "h100", gpus: 64, mfu: 0.4 }],
    ["train", { params: "60B..80B", gpu: "a100", gpus: { p05: 2000, p95: 2100 }, mfu: 0.4 }],
    ["infer", { model: "llama-3-8b", gpu: "h100", concurrency: 32 }],
    ["fleet", { fleets: ["8xh100", "10000xa100"] }],
    ["scale", { flop: "1e24" }],
    ["audit", { claim: "31271 PFLOP/s-day", params: 1.5e12 }],
    ["demand", { preset: "deepseek-2025" }],
  ])("a line gives what %s gives, byte for byte, the environment counting", async (command, request) => {
    const env = { COMPUTE_EST_PRICE: "3" };
    const { out } = await runCli(["batch"], { stdin: JSON.stringify({ command, ...request }), env });
    expect(JSON.parse(out).schema).toBe(`compute-est/${command}/1`);
    const alone = await runCli([command, "-", "--json"], { stdin: JSON.stringify(request), env });
    expect(out).toBe(`${JSON.stringify(JSON.parse(alone.out))}\n`);
  });

  it("takes a number where a flag takes a list of them", async () => {
    const plan = (gpus: unknown) =>
      JSON.stringify({ command: "plan-train", model: "llama-3-8b", gpu: "h100", gpus });
    const { out, code } = await runCli(["batch"], { stdin: `${plan(64)}\n${plan("64")}` });
    const [asNumber, asText] = out.split("\n");
    expect(code).toBe(0);
    expect(asNumber).toBe(asText);
  });

  it("says of what it refuses which line it was, blank ones counted", async () => {
    const good = '{"command":"train","params":7e9}';
    const many = Array.from({ length: 40 }, () => good);
    const stdin = [
      "",
      good,
      "nonsense",
      "  ",
      '{"command":"trian"}',
      ...many,
      '{"command":"scale","id":7}',
      "",
    ];
    const { out } = await runCli(["batch"], { stdin: stdin.join("\n") });
    const rows = lines(out) as { line?: number; id?: number; error?: { code: string } }[];
    const told = rows.flatMap(({ line, error, id }) => (error === undefined ? [] : [[line, error.code, id]]));
    expect(told).toEqual([
      [3, "E-JSON", undefined],
      [5, "E-COMMAND", undefined],
      [46, "E-UNDER", 7],
    ]);
    expect(rows.filter(({ error }) => error === undefined).every((row) => !("line" in row))).toBe(true);
  });

  it("prints of each result what --fields names, and knows what no result has", async () => {
    const stdin = [
      '{"command":"train","params":"60B..80B","gpu":"h100","gpus":64,"mfu":0.4}',
      '{"command":"fleet","fleets":["8xh100"]}',
    ].join("\n");
    const paths = "time.days,fleets.0.gpus,intervals.time.days.p95,model";
    const { out } = await runCli(["batch", "--fields", paths], { stdin });
    const [train, fleet] = lines(out) as Record<string, unknown>[];
    expect(Object.keys(train!)).toEqual(["time.days", "intervals.time.days.p95", "model"]);
    expect(train!["intervals.time.days.p95"]).toBeGreaterThan(train!["time.days"] as number);
    expect(fleet).toEqual({ "fleets.0.gpus": 8 });
    for (const [slip, near] of [
      ["nonsense", "schema COMMAND result"],
      ["tpto", "latency.tpotSeconds"],
      ["time.days,time.dys", '--fields "time.dys"'],
      ["fleets.first", "fleet.gpus"],
    ] as const) {
      const refused = await runCli(["batch", "--fields", slip], { stdin });
      expect({ code: refused.code, out: refused.out }).toEqual({ code: 2, out: "" });
      expect(refused.err).toContain(near);
    }
  });

  it("reads a file, too", async () => {
    const line = '{"command":"train","params":7e9}';
    const { out } = await runCli(["batch", "requests.ndjson"], {
      files: { "requests.ndjson": `${line}\n\n${line}` },
    });
    expect(lines(out)).toHaveLength(2);
    expect((await runCli(["batch", "nowhere.ndjson"])).code).toBe(2);
  });

  it("keeps what is done when it is interrupted, and says so by 130", async () => {
    const stdin = '{"command":"train","params":7e9}\n'.repeat(5);
    const whole = (await runCli(["batch"], { stdin })).out;
    const { out, code } = await runCli(["batch"], { stdin, interruptAt: 1 });
    expect(code).toBe(130);
    expect(out).toBe(`${whole.split("\n")[0]}\n`);
  });
});
