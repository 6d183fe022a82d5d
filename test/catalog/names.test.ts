import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findChip, loadChips } from "../../src/catalog/chips.ts";
import { findGrid, loadGrids } from "../../src/catalog/grids.ts";
import { findModel, loadModels } from "../../src/catalog/models.ts";
import { fold } from "../../src/catalog/names.ts";
import { nearest } from "../../src/catalog/nearest.ts";

const chips = await loadChips();
const models = await loadModels();
const chip = (text: string) => findChip(chips, text).found?.id;
const model = (text: string) => findModel(models, text).found?.id;
const grids = await loadGrids();
const missed = (lookup: ReturnType<typeof findChip | typeof findModel | typeof findGrid>) =>
  lookup.found === undefined ? lookup.nearest.map((row) => row.id) : [`found ${lookup.found.id}`];

describe("accelerators by name", () => {
  test.each([
    ["h100", "h100-sxm"],
    ["H100", "h100-sxm"],
    ["a100", "a100-sxm-80gb"],
    ["v100", "v100-sxm2-32gb"],
    ["h200", "h200-sxm"],
    ["h800", "h800-sxm"],
    ["A100 40GB", "a100-sxm-40gb"],
    ["a100-80g", "a100-sxm-80gb"],
    ["A100 80GB PCIe", "a100-pcie-80gb"],
    ["h100-pcie", "h100-pcie"],
    ["H100 NVL", "h100-nvl"],
    ["NVIDIA H100 80GB HBM3", "h100-sxm"],
    ["NVIDIA A100-SXM4-40GB", "a100-sxm-40gb"],
    ["Tesla V100-SXM2-16GB", "v100-sxm2-16gb"],
    ["b200", "b200"],
    ["gh200", "gh200-96gb"],
    ["GB200 NVL72", "gb200"],
    ["mi300", "mi300x"],
    ["Instinct MI355X", "mi355x"],
    ["tpu v4", "tpu-v4"],
    ["TPUv5e", "tpu-v5e"],
    ["Trillium", "tpu-v6e"],
    ["trn2", "trainium2"],
    ["dojo", "dojo-d1"],
    ["4090", "rtx-4090"],
    ["910B", "ascend-910b"],
    ["dgx spark", "gb10"],
  ])("%s is %s", (text, id) => {
    expect(chip(text)).toBe(id);
  });

  test("the rule that matched is said", () => {
    expect(findChip(chips, "a100")).toMatchObject({ how: "the a100 SXM part with the largest memory" });
    expect(findChip(chips, "A100_SXM_80GB")).toMatchObject({ how: "id" });
    expect(findChip(chips, "mi300")).toMatchObject({ how: "alias" });
  });

  test("a miss gives the nearest three: names that contain the text, then edit distance", () => {
    expect(missed(findChip(chips, "h10"))).toEqual(["h100-nvl", "h100-pcie", "h100-sxm"]);
    expect(missed(findChip(chips, "mi30")).slice(0, 2)).toEqual(["mi300a", "mi300x"]);
    expect(missed(findChip(chips, "hh100-sxm"))[0]).toBe("h100-sxm");
    expect(missed(findChip(chips, "tpu"))).toHaveLength(3);
    expect(missed(findChip(chips, "zz"))).toEqual([]);
    expect(missed(findChip(chips, ""))).toEqual([]);
  });
});

describe("what is near a name", () => {
  test.each([
    ["h1000", ["h100-nvl", "h100-pcie", "h100-sxm"]],
    ["hh100", ["h100-nvl", "h100-pcie", "h100-sxm"]],
    ["mi350x2", ["mi350x", "mi250x", "mi300x"]],
    ["rtx4090ti", ["rtx-4090"]],
    ["l44", ["l40"]],
    ["nope", []],
    ["warpdrive", []],
  ])("of accelerators, to %s: %j", (text, ids) => {
    expect(missed(findChip(chips, text))).toEqual(ids);
  });

  test.each([
    ["nope", []],
    ["claude", []],
    ["lama-3-8b", ["llama-3-8b"]],
    ["mixtarl", ["mixtral-8x22b", "mixtral-8x7b"]],
    ["gpt-5", ["gpt-4-rumour", "gpt2", "gpt2-large"]],
    ["deepseek-v5", ["deepseek-v2", "deepseek-v2-lite", "deepseek-v3"]],
  ])("of models, to %s: %j", (text, ids) => {
    expect(missed(findModel(models, text))).toEqual(ids);
  });

  test("a code of three letters is no more near than any other", () => {
    expect(missed(findGrid(grids, "mars"))).toEqual([]);
    expect(missed(findGrid(grids, "swedn"))).toEqual(["SWE"]);
  });

  test("of plain words", () => {
    const formats = ["fp16", "bf16", "fp8", "int8", "int4", "mxfp4"];
    expect(nearest("awq", formats)).toEqual([]);
    expect(nearest("fp9", formats)[0]).toBe("fp8");
    expect(nearest("itn4", formats)[0]).toBe("int4");
    expect(nearest("bf-16", formats)[0]).toBe("bf16");
    expect(nearest("tokensPerParm", ["tokens", "tokensPerParam"])[0]).toBe("tokensPerParam");
  });
});

describe("models by name", () => {
  test.each([
    ["llama-3-70b", "llama-3-70b"],
    ["llama3-70b", "llama-3-70b"],
    ["Llama 3.1 405B", "llama-3.1-405b"],
    ["llama-3-405b", "llama-3.1-405b"],
    ["meta-llama/Meta-Llama-3-70B-Instruct", "llama-3-70b"],
    ["meta-llama/Llama-2-70b-chat-hf", "llama-2-70b"],
    ["meta-llama/Llama-4-Scout-17B-16E-Instruct", "llama-4-scout"],
    ["gpt-3", "gpt3-175b"],
    ["gpt4", "gpt-4-rumour"],
    ["opt-13b", "opt-13b"],
    ["opt 1.3b", "opt-1.3b"],
    ["llama_3_1-8b", "llama-3.1-8b"],
    ["palm", "palm-540b"],
    ["Megatron Turing 530B", "mt-nlg-530b"],
    ["bigscience/bloom", "bloom-176b"],
    ["deepseek-ai/DeepSeek-V3", "deepseek-v3"],
    ["deepseek-ai/DeepSeek-V3-0324", "deepseek-v3"],
    ["mistralai/Mistral-7B-Instruct-v0.2", "mistral-7b"],
    ["mistralai/Mixtral-8x7B-Instruct-v0.1", "mixtral-8x7b"],
    ["mistralai/Mistral-Large-Instruct-2407", "mistral-large-2"],
    ["Qwen/Qwen3-235B-A22B-Instruct-2507", "qwen3-235b-a22b"],
    ["qwen3-235b", "qwen3-235b-a22b"],
    ["google/gemma-3-27b-it", "gemma-3-27b"],
    ["microsoft/Phi-3-mini-4k-instruct", "phi-3-mini"],
    ["openai/gpt-oss-120b", "gpt-oss-120b"],
    ["moonshotai/Kimi-K2.5", "kimi-k2-thinking"],
    ["moonshotai/Kimi-K2-Instruct-0905", "kimi-k2"],
    ["zai-org/GLM-4.5-Air", "glm-4.5-air"],
    ["CohereForAI/c4ai-command-r-plus", "command-r-plus"],
  ])("%s is %s", (text, id) => {
    expect(model(text)).toBe(id);
  });

  test("other models are not taken for near names", () => {
    expect(missed(findModel(models, "gpt-4o"))).toContain("gpt-4-rumour");
    expect(model("deepseek-ai/DeepSeek-R1-Distill-Llama-70B")).toBeUndefined();
    expect(model("llama-3.1")).toBeUndefined();
    expect(missed(findModel(models, "lama-3-70b"))).toContain("llama-3-70b");
  });
});

test("no two rows fold to one name, and every id and name finds its own row", () => {
  for (const rows of [chips, models]) {
    expect(new Set(rows.map((row) => fold(row.id))).size).toBe(rows.length);
  }
  for (const row of chips) expect([chip(row.id), chip(row.name)]).toEqual([row.id, row.id]);
  for (const row of models) expect([model(row.id), model(row.name)]).toEqual([row.id, row.id]);
});

test("whatever is typed, the answer is a row or at most three names", () => {
  const typed = fc.oneof(
    fc.string(),
    fc.string({ unit: "binary" }),
    fc.constantFrom(...models.map((row) => row.name)),
  );
  fc.assert(
    fc.property(typed, fc.string({ maxLength: 3 }), (text, more) => {
      const lookup = findModel(models, text + more);
      return lookup.found === undefined ? lookup.nearest.length <= 3 : models.includes(lookup.found);
    }),
    { numRuns: 50 },
  );
});
