import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { COMMANDS } from "../../src/commands/index.ts";
import { runCli, words } from "./terminal.ts";

const TOPICS = ["units", "exit-codes", "environment", "formats", "method"];

const FOLDER = "test/cli/golden";

/** Golden texts: `$ compute-est ...` and, under it, what it prints. `UPDATE_GOLDEN=1 npm test` writes them anew, to be read before committing. */
describe("golden output", () => {
  for (const file of readdirSync(FOLDER)) {
    it(file, async () => {
      const path = `${FOLDER}/${file}`;
      const golden = readFileSync(path, "utf8");
      const commands = golden.split("\n").filter((line) => line.startsWith("$ compute-est "));
      expect(commands.length).toBeGreaterThan(0);
      let printed = "";
      for (const command of commands) {
        const { out, err } = await runCli(words(command.replace("$ compute-est ", "")));
        printed += `${command}\n${out}${err}\n`;
      }
      if (process.env.UPDATE_GOLDEN === "1") writeFileSync(path, printed);
      expect(printed).toBe(process.env.UPDATE_GOLDEN === "1" ? printed : golden);
    });
  }

  it("keeps every line within its width", async () => {
    for (const width of [40, 60, 70, 80, 120]) {
      for (const line of [
        "train --params 1.5e12",
        "infer --model llama-3-70b --gpu h100,b200 --concurrency 200",
        "plan infer --model llama-3-70b --gpu h100 --gpus 32",
        "fleet 10000xa100 dojo-exapod --params 1.5e12",
        "catalog list accelerators",
        "catalog show h100",
        "catalog list rules",
        "catalog list figures",
        "scale --flop 1e26 --lifetime-tokens 2T",
        "audit",
        'audit "31271 PFLOP/s-day" --params 1.5e12',
        "demand --preset article-2023 --explain --sensitivity",
        "scale --flop 1e25..1e26 --params 70e9 --explain --sensitivity",
        'audit "54 days" --model llama-3.1-405b --gpu h100 --gpus 16384 --explain',
        "demand --preset guosheng-2023 --triangulate",
        "catalog list prices",
        "demand --preset article-2023",
        "validate runs",
        "train --params 7B..8B --gpu h100 --gpus 64 --sensitivity",
        "infer --model llama-3-8b --gpu h100 --rate 3 --explain",
        "fleet 10000xa100 dojo-exapod --params 1T..2T --mfu 0.3..0.5",
        "plan train --model llama-3-8b --gpu h100 --gpus 64 --tokens 1T..3T",
        "plan infer --model llama-3-8b --gpu h100 --rate 5..10",
      ]) {
        const { out } = await runCli([...words(line), "--width", String(width)]);
        const over = out.split("\n").filter((text) => text.length > width);
        expect(over, `${line} at ${width}`).toEqual([]);
      }
    }
  });

  it.each([
    ...COMMANDS.map(({ name }) => `${name} --help`),
    "--help",
    ...TOPICS.map((topic) => `help ${topic}`),
  ])("keeps %s within 80 columns", async (line) => {
    const { out, code } = await runCli(words(line));
    expect(code).toBe(0);
    expect(out.split("\n").filter((text) => text.length > 80)).toEqual([]);
  });

  it("folds an example where a shell reads on", async () => {
    const { out } = await runCli(words("infer --help"), { env: { COLUMNS: "60" } });
    expect(out).toContain("--gpu h100 \\\n    --input 4096");
    expect(out.split("\n").filter((text) => text.length > 60)).toEqual([]);
  });
});
