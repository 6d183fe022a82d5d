import { describe, expect, it } from "vitest";
import { runCli, words } from "./terminal.ts";

describe("the catalogue for programs", () => {
  it.each(["catalog show h100", "catalog show models llama-3-70b", "catalog list", "catalog list fleets"])(
    "%s is one JSON value a line as NDJSON",
    async (line) => {
      const { out, code } = await runCli(words(`${line} --format ndjson`));
      expect(code).toBe(0);
      expect(out.endsWith("\n")).toBe(true);
      const values = out
        .trimEnd()
        .split("\n")
        .map((text) => JSON.parse(text));
      const document = JSON.parse((await runCli(words(`${line} --json`))).out);
      expect(values).toEqual(document.result.rows ?? document.result.kinds ?? [document]);
    },
  );

  it("and every name that schema prints is in its help, and has a schema", async () => {
    const names = (await runCli(["schema"])).out.trim().split("\n");
    const help = (await runCli(words("schema --help"))).out;
    expect(names).toEqual(expect.arrayContaining(["train", "catalog", "scenario"]));
    for (const name of names) {
      expect(help).toMatch(new RegExp(`\\b${name}\\b`));
      expect(JSON.parse((await runCli(["schema", name])).out)).toHaveProperty("$schema");
    }
  });
});

describe("a model's file on stdin", () => {
  const stdin = JSON.stringify({
    architectures: ["LlamaForCausalLM"],
    model_type: "llama",
    hidden_size: 4096,
    intermediate_size: 14_336,
    num_attention_heads: 32,
    num_hidden_layers: 32,
    num_key_value_heads: 8,
    vocab_size: 128_256,
  });

  it.each(["train --gpu h100 --gpus 64", "infer --gpu h100", "sweep train --gpu a100,h100 --gpus 64"])(
    "is read where the model is -, and replays: %s",
    async (line) => {
      const piped = await runCli(words(`${line} --model - --json`), { stdin });
      const named = await runCli(words(`${line} --model m.json --json`), { files: { "m.json": stdin } });
      const strip = (text: string) =>
        JSON.stringify(JSON.parse(text).result).replace(/"name":"(m|the model given)"/, "");
      expect(piped.code).toBe(0);
      expect(strip(piped.out)).toBe(strip(named.out));
      const input = JSON.stringify(JSON.parse(piped.out).input);
      const [command] = words(line);
      const again = await runCli([command!, "-", "--json"], { stdin: input });
      expect(again.out).toBe(piped.out);
    },
  );
});
