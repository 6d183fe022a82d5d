import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runCli } from "./terminal.ts";

const values = [
  "1",
  "0",
  "-1",
  "1e12",
  "70B",
  "1e999",
  "NaN",
  "",
  "..",
  "0.3..0.5",
  "x",
  "h100",
  "a100",
  "10000x?",
  "10xh100",
  "llama-3-8b",
  "30d",
  "tpot<50ms",
  "vllm@0.15",
  "$5",
  "/h",
  "0.4",
  "40%",
  "💥",
  "null",
  "__proto__",
  "a".repeat(300),
];
const flags = [
  "--params",
  "--active",
  "--model",
  "--tokens",
  "--tokens-per-param",
  "--gpu",
  "--gpus",
  "--fleet",
  "--days",
  "--budget",
  "--mfu",
  "--goodput",
  "--precision",
  "--price",
  "--capex",
  "--life",
  "--pue",
  "--grid",
  "--region",
  "--tp",
  "--zero",
  "--input",
  "--output",
  "--cached",
  "--concurrency",
  "--rate",
  "--users",
  "--saturated",
  "--slo",
  "--engine",
  "--kv-precision",
  "--speculate",
  "--prefill-gpus",
  "--decode-gpus",
  "--recompute",
  "--method",
  "--global-batch",
  "--seq",
  "--format",
  "--width",
  "--digits",
  "--explain",
  "--json",
  "--no-overlap",
  "--nonsense",
];
const commands = ["train", "infer", "plan infer", "fleet", "catalog", "schema", "help", "", "trane"];

const argv = fc
  .tuple(
    fc.constantFrom(...commands),
    fc.array(fc.tuple(fc.constantFrom(...flags), fc.option(fc.constantFrom(...values))), { maxLength: 6 }),
  )
  .map(([command, pairs]) =>
    [
      ...command.split(" "),
      ...pairs.flatMap(([flag, value]) => (value === null ? [flag] : [flag, value])),
    ].filter((word) => word !== "" || command !== ""),
  );

const request = fc.dictionary(
  fc.constantFrom(
    "params",
    "model",
    "gpu",
    "gpus",
    "tokens",
    "mfu",
    "days",
    "budget",
    "fleet",
    "tp",
    "zero",
    "price",
    "input",
    "output",
    "rate",
    "concurrency",
    "slo",
    "defaults",
    "command",
    "id",
    "surprise",
  ),
  fc.oneof(
    fc.constantFrom(...values),
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.constant({ p05: 1, p95: 2 }),
    fc.constant({ low: 1 }),
    fc.array(fc.double(), { maxLength: 3 }),
    fc.object({ maxDepth: 1 }),
  ),
);

/** Quoted text may say anything. */
const withoutText = (text: string): string => text.replaceAll(/"(?:[^"\\]|\\.)*"/g, "");

/** Exit 70 is our bug; NaN, Infinity, undefined and stack traces are never output. */
async function behaves(words: readonly string[], stdin?: string): Promise<void> {
  const { code, out, err } = await runCli(words, stdin === undefined ? {} : { stdin });
  const context = `${JSON.stringify(words)} ${stdin ?? ""}\n${err.slice(0, 500)}`;
  expect([0, 1, 2], context).toContain(code);
  const shown = withoutText(out);
  expect(
    /\bNaN\b|\bInfinity\b|undefined|\bat .*\.ts:\d+/.test(shown + withoutText(err)),
    context + out.slice(0, 2000),
  ).toBe(false);
  if (code !== 0 && !words.includes("--json") && !words.includes("json"))
    expect(out === "" || words.length === 0, context).toBe(true);
}

describe("whatever it is given", () => {
  it("answers or refuses random command lines", async () => {
    await fc.assert(
      fc.asyncProperty(argv, (words) => behaves(words)),
      { numRuns: 6000 },
    );
  });

  it("answers or refuses random requests", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom("train", "infer", "fleet"), request, (command, body) =>
        behaves([command, "-", "--json"], JSON.stringify(body)),
      ),
      { numRuns: 4000 },
    );
  });

  it.each(["", "{", "[]", "null", "1", '{"params": 1e9', "\u0000"])(
    "refuses %j on stdin with one sentence",
    async (stdin) => {
      const { code, err, out } = await runCli(["train", "-"], { stdin });
      expect({ code, out, lines: err.trim().split("\n").length }).toEqual({ code: 2, out: "", lines: 1 });
    },
  );
});
