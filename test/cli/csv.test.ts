import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { resultOf, runCli, words } from "./terminal.ts";

const rowsOf = async (line: string): Promise<readonly Record<string, string>[]> =>
  parse((await runCli([...words(line), "--format", "csv"])).out, { columns: true });

/** The value at a path of a result; a key may itself be a path. */
function at(result: unknown, path: string): unknown {
  const [key, inner] =
    Object.entries(result as object).find(([name]) => `${path}.`.startsWith(`${name}.`)) ?? [];
  if (key === undefined) return undefined;
  return key === path ? inner : at(inner, path.slice(key.length + 1));
}

const RAW = /^(-?\d+(\.\d+)?(e[+-]?\d+)?)?$/;

describe("CSV", () => {
  it.each([
    "train --params 7e9 --gpu h100 --gpus 64",
    "infer --model llama-3-8b --gpu h100 --concurrency 8",
    "audit 31271PFLOP/s-day --params 1.5e12",
  ])("is path and value of the whole result where one thing is answered: %s", async (line) => {
    const result = await resultOf(words(line));
    const rows = await rowsOf(line);
    expect(rows.length).toBeGreaterThan(10);
    for (const { path = "", value } of rows) expect(value, path).toBe(String(at(result, path)));
  });

  it.each([
    ["train --params 7e9", "seconds", "usd", "joules"],
    ["infer --model llama-3-8b --gpu h100,h200 --concurrency 8", "ttft_seconds", "usd_per_million_output"],
    ["fleet 100xh100 100xa100", "peak_flop_per_second", "watts"],
    ["plan infer --model llama-3-8b --gpu h100 --gpus 2", "tpot_seconds", "joules_per_output_token"],
    ["scale --flop 1e24", "params", "tokens"],
    ["demand --preset citic-2023", "inference_flop", "watts"],
    ["catalog list models", "params", "layers"],
    ["validate runs", "published_flop", "ratio"],
  ])("is raw figures by row where several are compared: %s", async (line, ...columns) => {
    const rows = await rowsOf(line);
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) for (const column of columns) expect(row[column], column).toMatch(RAW);
    for (const column of columns) expect(rows.some((row) => row[column] !== "")).toBe(true);
  });

  it("says true and false", async () => {
    const rows = await rowsOf("train --params 7e9 --gpu h100 --gpus 64");
    const value = (wanted: string) => rows.find(({ path }) => path === wanted)?.value;
    expect(value("memory.fits")).toBe("true");
    expect(value("thresholds.0.crossed")).toBe("false");
    expect((await rowsOf("scale --flop 1e24")).map((row) => row.in_band)).toContain("false");
  });
});
