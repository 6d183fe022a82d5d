import fc from "fast-check";
import { describe, expect, it } from "vitest";
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

  it("shards concatenate to the whole, byte for byte", async () => {
    const whole = (await runCli(words(GRID))).out;
    const parts = await Promise.all(
      [1, 2, 3, 4, 5].map(async (part) => (await runCli(words(`${GRID} --shard ${part}/5`))).out),
    );
    expect(parts.join("")).toBe(whole);
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

  it("a line gives what the command gives", async () => {
    const [row] = lines(
      (
        await runCli(["batch"], {
          stdin: '{"command":"train","params":7e9,"gpu":"h100","gpus":64,"mfu":0.4}',
        })
      ).out,
    );
    const { out } = await runCli(words("train --params 7e9 --gpu h100 --gpus 64 --mfu 0.4 --json"));
    expect(row).toEqual(JSON.parse(out));
  });
});
