import { describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { ESTIMATORS } from "../../src/commands/estimators.ts";
import { documentSchema } from "../../src/input/result-schema.ts";
import { resultOf, runCli, words } from "./terminal.ts";

const refusalOf = async (line: string, stdin?: string) => {
  const { code, out, err } = await runCli(words(line), stdin === undefined ? {} : { stdin });
  expect(out).toBe("");
  return `${code} ${err.replace("compute-est: ", "").trim()}`;
};

describe.each(ESTIMATORS.map((entry) => entry.name))("a request of %s", (name) => {
  const command = name.replace("-", " ");

  it("has an example that answers", async () => {
    const { sample } = await ESTIMATORS.find((entry) => entry.name === name)!.load();
    const { code, err } = await runCli([...command.split(" "), "-"], { stdin: JSON.stringify(sample) });
    expect({ code, err: err.replaceAll(/^W-.*$/gm, "").trim() }).toEqual({ code: 0, err: "" });
  });

  it("has examples in its help that answer, as documents of its schema", { timeout: 60_000 }, async () => {
    const { examples } = await ESTIMATORS.find((entry) => entry.name === name)!.load();
    const lines = examples
      .map((line) => line.replace(/\s+[#|].*$/, ""))
      .filter((line) => !line.includes(".json"));
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) {
      const { code, out } = await runCli([...words(line.replace("compute-est ", "")), "--json", "--explain"]);
      expect(code, line).toBeLessThan(2);
      const read = z.safeParse(documentSchema(name), JSON.parse(out));
      expect(read.success ? [] : read.error.issues, line).toEqual([]);
    }
  });

  it.each(["", "  ", "[]", "null", "7"])("is shown by its example where %j is given", async (stdin) => {
    const { sample } = await ESTIMATORS.find((entry) => entry.name === name)!.load();
    const refusal = await refusalOf(`${command} -`, stdin);
    expect(refusal).toMatch(/^2 stdin (is empty|holds no JSON object)\./);
    expect(refusal).toContain(`A request of ${name} looks like ${JSON.stringify(sample)}.`);
  });
});

const INFER = "infer --model llama-3-8b --gpu h100";

describe("a refusal says what is true and what helps", () => {
  it.each([
    ["--slo tpot<fast", /^2 --slo "fast" is not a duration\. .*tpot<50ms/],
    ["--slo ttft:p90<2000", /^2 --slo "ttft:p90<2000" has no unit\. Say the unit: 2000ms or 2000s\.$/],
    ['--slo ""', /^2 --slo is empty\. Wanted: bounds on the mean/],
    ['--gpu ""', /^2 --gpu is empty\. Wanted: accelerator/],
    ["--engine vllm@abc", /^2 --engine "vllm@abc" names no release of vllm\./],
    ["--audio 1h", /^1 .* --audio makes 115,200 of them\.$/],
    ["--images 20 --audio 1h", /^1 .* --images, --audio make 135,840 of them\.$/],
    ["--input 10k", /^1 .* At most --input 7936 with this --output\.$/],
    ["--rate 1e12", /^1 The demand outruns even [\d,]+ x H100 SXM5 80GB, the most that are tried\./],
    ["--rate 1e4 --gpus 1", /^1 1 x H100 SXM5 80GB cannot keep up with the demand\. Leave --gpus out/],
  ])("infer %s", async (flags, sentence) => {
    expect(await refusalOf(`${INFER} ${flags}`)).toMatch(sentence);
  });

  it("points to the help of the sub-command", async () => {
    expect(await refusalOf("plan infer --unknown")).toMatch(/See compute-est plan infer --help\.$/);
    expect(await refusalOf("catalog h100")).toMatch(/compute-est catalog show "h100"\.$/);
    expect(await refusalOf("catalog lst")).toMatch(/Did you mean list\?$/);
  });
});

describe("plain words", () => {
  it("count one of a thing as one", async () => {
    const { out } = await runCli(words(`${INFER} --concurrency 1 --gpus 1`));
    expect(out).toContain(": 1 request in flight,");
    expect(out).toContain("1 replica of 1");
    expect((await runCli(words("plan infer --model llama-3-8b --gpu h100 --gpus 1"))).out).toContain(
      "on 1 x h100-sxm, ",
    );
  });

  it("`catalog models` lists the models", async () => {
    expect(await runCli(["catalog", "models"])).toEqual(await runCli(["catalog", "list", "models"]));
  });

  it("a newer release than any that was measured is an assumption", async () => {
    const { out } = await runCli(words(`${INFER} --engine vllm@9.9 --json`));
    expect(JSON.parse(out).assumptions).toContainEqual(
      expect.objectContaining({
        key: "engine release",
        value: "vllm@9.9",
        source: expect.stringContaining("vllm 0.15"),
      }),
    );
  });

  it("a draft that is never accepted slows decoding", async () => {
    const tpot = async (flags: string) =>
      (await resultOf<{ latency: { tpotSeconds: number } }>(words(`${INFER} ${flags}`))).latency.tpotSeconds;
    expect(await tpot("--speculate 3 --acceptance 0")).toBeGreaterThan(await tpot(""));
  });

  it("tokens are whole", async () => {
    const { memory } = await resultOf<{ memory: Record<string, number> }>(words(`${INFER} --concurrency 7`));
    expect(memory.kvCapacityTokens).toSatisfy(Number.isInteger);
    expect(memory.kvUsedTokens).toSatisfy(Number.isInteger);
  });
});
