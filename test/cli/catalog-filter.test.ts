import { describe, expect, it } from "vitest";
import { runCli, words } from "./terminal.ts";

const ids = async (line: string): Promise<string[]> => {
  const { out, err, code } = await runCli(words(`catalog list ${line} --format csv`));
  expect(code, err).toBe(0);
  return out
    .trim()
    .split("\n")
    .slice(1)
    .map((row) => row.split(",")[0]!);
};

describe("catalog list --filter", () => {
  it.each([
    // printed title, key of CSV, key of the row
    ['accelerators --filter "memory>=200GB"', "mi325x", "h100-sxm"],
    ['accelerators --filter "memory_bytes>=2e11"', "mi325x", "h100-sxm"],
    ['accelerators --filter "memory.capacity_gb>=200"', "mi325x", "h100-sxm"],
    ['accelerators --filter "bandwidth>3TB/s"', "h100-sxm", "a100-sxm-80gb"],
    ['accelerators --filter "tdp>600W"', "h100-sxm", "a100-sxm-80gb"],
    ['accelerators --filter "tdp>600"', "h100-sxm", "a100-sxm-80gb"],
    ['accelerators --filter "dense 16-bit<400TFLOP/s"', "a100-sxm-80gb", "h100-sxm"],
    ['accelerators --filter "year>=2023"', "mi325x", "a100-sxm-80gb"],
    ['accelerators --filter "rent<1.5"', "a100-sxm-80gb", "h100-sxm"],
    ['models --filter "params>=100B"', "llama-3.1-405b", "llama-3-70b"],
    ['models --filter "parameters>=100B"', "llama-3.1-405b", "llama-3-70b"],
    ['models --filter "trained on>=15T"', "llama-3.1-405b", "llama-2-70b"],
    ['models --filter "released>=2024"', "llama-3.1-405b", "llama-2-70b"],
    ['models --filter "name~llama"', "llama-2-70b", "gpt2"],
  ])("%s keeps %s and drops %s", async (line, kept, dropped) => {
    const found = await ids(line);
    expect(found).toContain(kept);
    expect(found).not.toContain(dropped);
  });

  it("is equal where the two print alike", async () => {
    expect(await ids('accelerators --filter "tdp=700W" --filter "vendor=nvidia"')).toContain("h100-sxm");
    expect(await ids('accelerators --filter "tdp=0.7kW"')).toContain("h100-sxm");
  });

  it.each([
    ['accelerators --filter "foo=1"', 'accelerators have no field "foo".'],
    ['accelerators --filter "memry>=80GB"', "Did you mean memory?"],
    ['accelerators --filter "year>abc"', "year takes a year or a date"],
    ['accelerators --filter "memory>=abc"', "abc"],
    ['accelerators --filter "memory>=200"', "memory takes a unit, e.g. 80GB"],
    ['accelerators --filter "tdp<300GB"', "300GB"],
    ['accelerators --filter "vendor>3"', "vendor holds texts, which have no order"],
    ['accelerators --filter "year"', "is not a condition"],
  ])("%s is refused", async (line, said) => {
    const { out, err, code } = await runCli(words(`catalog list ${line}`));
    expect(code).toBe(2);
    expect(out).toBe("");
    expect(err.replaceAll(/\s+/g, " ")).toContain(said);
  });

  it("has its fields in help", async () => {
    const { out } = await runCli(words("catalog --help"));
    expect(out).toMatch(/accelerators: id, vendor, year, dense 16-bit/);
    expect(out).toMatch(/models: .*parameters/);
  });
});
