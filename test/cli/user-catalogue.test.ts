import { describe, expect, it } from "vitest";
import { runCli, words } from "./terminal.ts";

describe("a user's catalogue with a bad row", () => {
  it.each([
    ['{"accelerators": [{"id": "x", "year": "2020"}]}', 'accelerators[0].year of "x": it takes a number.'],
    ['{"accelerators": [{"name": "x"}]}', "accelerators[0].id: it takes a text."],
    ['{"accelerators": [5]}', "accelerators[0]: it takes an object."],
    ['{"accelerators": {"x": 1}}', "accelerators: it takes a list."],
    ['{"grids": [{"id": "here"}]}', 'grids[0].kgCo2ePerKwh of "here": it takes a number.'],
    [
      '{"accelerators": [{"id": "a", "year": 2020, "tflops_dense": {"bf16": 1}}, {"id": "b", "tflops_dense": {"bf16": -1}}]}',
      'accelerators[1].tflops_dense.bf16 of "b": it takes a number above 0.',
    ],
    [
      '{"rent": [{"accelerator": "h100", "usd": -2, "date": "2024"}]}',
      'rent[0].usd of "h100": it takes a number above 0.',
    ],
    [
      '{"rent": [{"accelerator": "h100", "usd": 2, "date": "May"}]}',
      'rent[0].date of "h100": it takes a date',
    ],
    ['{"chips": []}', 'it has no "chips". It may hold accelerators, models, fleets'],
  ])("%s", async (text, said) => {
    const { err, code } = await runCli(words("catalog list grids --catalog cat.json"), {
      files: { "cat.json": text },
    });
    expect(code).toBe(2);
    expect(err.replaceAll(/\s+/g, " ")).toContain(`The catalogue in cat.json is not usable: ${said}`);
  });
});
