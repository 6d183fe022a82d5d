import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { documentSchema } from "../../src/input/result-schema.ts";
import { runCli, words } from "./terminal.ts";

const sorted = (value: unknown): unknown =>
  value !== null && typeof value === "object" && !Array.isArray(value)
    ? Object.fromEntries(
        Object.entries(value)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, inner]) => [key, sorted(inner)]),
      )
    : Array.isArray(value)
      ? value.map(sorted)
      : value;

/** A command line that has an answer. */
const answerable = fc.oneof(
  fc
    .record({
      params: fc.integer({ min: 1, max: 4000 }),
      gpu: fc.constantFrom("a100", "h100", "b200", "tpu-v5p", "mi300x"),
      gpus: fc.integer({ min: 8, max: 100_000 }),
      mfu: fc.integer({ min: 5, max: 95 }),
    })
    .map(
      ({ params, gpu, gpus, mfu }) => `train --params ${params}B --gpu ${gpu} --gpus ${gpus} --mfu ${mfu}%`,
    ),
  fc
    .record({ params: fc.integer({ min: 1, max: 400 }), days: fc.integer({ min: 60, max: 700 }) })
    .map(
      ({ params, days }) =>
        `train --params ${params}B --gpu h100 --days ${days} --mfu 0.4 --price 2/h --pue 1.3 --grid FRA`,
    ),
  fc
    .record({ budget: fc.integer({ min: 1, max: 900 }), tokens: fc.integer({ min: 1, max: 30 }) })
    .map(({ budget, tokens }) => `train --budget ${budget}M --gpu a100 --tokens ${tokens}T --mfu 0.35`),
  fc
    .record({
      model: fc.constantFrom("llama-3.1-8b", "mixtral-8x7b", "gpt-oss-120b"),
      gpu: fc.constantFrom("h100", "h100,a100,b200", "mi300x"),
      load: fc.constantFrom("--concurrency 50", "--rate 3.5", "--users 1M --requests 3", "--saturated", ""),
      output: fc.integer({ min: 1, max: 900 }),
    })
    .map(({ model, gpu, load, output }) => `infer --model ${model} --gpu ${gpu} --output ${output} ${load}`),
  fc.constantFrom(
    "train --params 1.5e12",
    "scale --flop 1e25",
    "audit 31271 PFLOP/s-day --params 1.5e12",
    "demand --preset article-2023 --firms 3..9",
    "demand --preset semianalysis-2023 --triangulate",
    "demand --preset deepseek-2025",
    "train --model deepseek-v3",
    "fleet 10000xa100 frontier --params 70B --life 5y",
    "train --params 7B --days 36h --gpu h100 --mfu 0.5",
  ),
);

describe("the input of a document", () => {
  it("replays to the same document, byte for byte after sorting keys, and conforms to its schema", async () => {
    await fc.assert(
      fc.asyncProperty(answerable, async (line) => {
        const first = await runCli([...words(line), "--json"]);
        expect(first.code, first.out + first.err).toBe(0);
        const document = JSON.parse(first.out);
        const again = await runCli([document.input.command, "-", "--json"], {
          stdin: JSON.stringify(document.input),
        });
        expect(sorted(JSON.parse(again.out))).toEqual(sorted(document));
        const checked = documentSchema(document.input.command).safeParse(document);
        expect(checked.error?.issues ?? []).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it("never holds solved values", async () => {
    const { out } = await runCli(
      words("train --params 70B --tokens 15T --gpu h100 --days 30 --mfu 0.4 --json"),
    );
    const { input } = JSON.parse(out);
    expect(Object.keys(input)).not.toContain("gpus");
    expect(input.days).toBe(30);
    expect(input.defaults).toHaveProperty("pue");
  });

  it("a flag is stronger than stdin, stdin than the environment, the environment than the project file", async () => {
    const files = { "/project/compute-est.json": '{"price": 4, "pue": 1.5, "electricity": 0.2}' };
    const env = { COMPUTE_EST_PRICE: "3", COMPUTE_EST_PUE: "1.4" };
    const { out } = await runCli(words("train - --price 1 --json"), {
      stdin: '{"params": 1e9, "gpu": "h100", "gpus": 8, "price": 2, "mfu": 0.4}',
      files,
      env,
    });
    const { input } = JSON.parse(out);
    expect([input.price, input.pue, input.electricity]).toEqual([1, 1.4, 0.2]);
    const bare = await runCli(words("train --params 1B --gpu h100 --gpus 8 --no-config --json"), { files });
    expect(JSON.parse(bare.out).input.electricity).toBeUndefined();
  });

  it("an unknown key is refused with the nearest one", async () => {
    const { code, err } = await runCli(["train", "-"], { stdin: '{"parms": 1e9}' });
    expect(code).toBe(2);
    expect(err).toMatch(/"parms" is not a key.*"params"/);
  });
});
