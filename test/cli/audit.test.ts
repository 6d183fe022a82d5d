import { describe, expect, it } from "vitest";
import { audit } from "../../src/commands/audit.ts";
import { demand } from "../../src/commands/demand.ts";
import { scale } from "../../src/commands/scale.ts";
import { runCli, words } from "./terminal.ts";

describe("audit", () => {
  it("of the forecast for GPT-4 says what makes it true, and how low it is without", async () => {
    const { out, code } = await runCli(words('audit "31271 PFLOP/s-day" --params 1.5e12 --width 200'));
    expect(code).toBe(0);
    expect(out).toMatch(
      /True if tokens stay at GPT-3's 300B and its published 3,640 PFLOP\/s-days scale linearly with the parameters; 100 x low for 20 tokens a parameter\./,
    );
  });

  it.each([
    // a claim that holds, one that holds under a hidden assumption, one that none explains, and one without inputs
    ['"2.7e24 FLOP" --params 1.5e12 --tokens 300e9', 0],
    ['"28M GPU-hours" --flop 1e26 --gpu h100', 0],
    ['"5.55e23 FLOP" --params 70e9 --tokens 2e12', 1],
    ['"54 days" --params 70e9', 2],
    ["31271 --params 1.5e12", 2],
  ])("%s leaves with %d", async (line, wanted) => {
    expect((await runCli(words(`audit ${line}`))).code).toBe(wanted);
  });

  it("derives each kind of claim from what is stated", async () => {
    const explained = async (line: string) =>
      (await runCli(words(`audit ${line} --explain --width 120`))).out.replaceAll(/\n {2}/g, " ");
    // 3.7988e25 / (989.4e12 x 0.4 x 0.9 x 3600) = 29.626M chip-hours, / 16,384 / 24 = 75.34 days
    const run = "--model llama-3.1-405b --gpu h100 --mfu 0.4 --goodput 0.9";
    expect(await explained(`"75 days" ${run} --gpus 16384`)).toMatch(
      /work = 6 x parameters x tokens .* = 3\.7988e25 FLOP[\s\S]*chip-hours .* = 29\.62\dM[\s\S]*\/ 16,384 = 75\.3\d+ d/,
    );
    // 29.626M x $2
    expect(await explained(`"59M USD" ${run} --price 2`)).toMatch(
      /chip-hours x an hour x price = 29\.62\dM x 1 h x \$2\/h = \$59\.25/,
    );
    expect(await explained(`"29.6M GPU-hours" ${run}`)).toMatch(
      /claimed \/ recomputed = 29\.6M \/ 29\.62\dM/,
    );
    // 2 x 1e11 x 500 / (989.4e12 x 0.1) = 1.0107 s x 700 W x 1.8214 x 0.75 x 1.2 / 3600 = 0.322 Wh
    expect(await explained('"0.34 Wh" --params 100e9 --output 500 --gpu h100')).toMatch(
      /chip-seconds a query .* = 1\.0107[\s\S]*recomputed Wh .* = 0\.3221/,
    );
    // 2 x 175e9 x 2000 / (312e12 x 0.1) x 195e6 / 86,400 x 1.5
    expect(
      await explained('"76000 GPUs" --params 175e9 --users 13M --requests 15 --output 2000 --gpu a100'),
    ).toMatch(/22\.436 x 195M \/ 1 d x 1\.5 = 75,955/);
  });

  it("runs the published claims as a table, in CSV too", async () => {
    const { out } = await runCli(words("audit --format csv"));
    const [head, ...rows] = out.trim().split("\n");
    expect(head).toBe("what,claimed,verdict,finding,source");
    expect(rows.length).toBeGreaterThanOrEqual(16);
    expect(rows.filter((row) => row.includes("undetermined"))).toEqual([]);
  });
});

describe("the examples of help", () => {
  const lines = [audit, scale, demand]
    .flatMap(({ examples }) => examples)
    .map((example) => example.replace(/^compute-est /, "").replace(/ +#.*/, ""))
    .filter((line) => !line.includes("market.json"));
  it.each(lines)("%s answers", async (line) => {
    const { code, err } = await runCli(words(line));
    expect(code, err).toBe(0);
  });
});
