import { describe, expect, it } from "vitest";
import { chipOf } from "../../../src/catalog/chip.ts";
import { loadChips } from "../../../src/catalog/chips.ts";
import { engineChoice, releaseNumber } from "../../../src/core/serving/engines.ts";

const rows = await loadChips();
const chip = (id: string) => chipOf(rows.find((row) => row.id === id)!);

describe("engineChoice", () => {
  it.each([
    ["vllm", "h100-sxm", "vllm-async", true],
    ["vllm@0.9", "h100-sxm", "vllm-sync", true],
    ["vllm@0.14", "h100-sxm", "vllm-async", true],
    ["vLLM 0.15.1", "h100-sxm", "vllm-async", true],
    ["vllm@0.10", "mi300x", "vllm-rocm", true],
    ["TensorRT-LLM 0.17", "h100-sxm", "trtllm-engine", true],
    ["trtllm@1.0.0rc3", "h100-sxm", "trtllm-torch", true],
    ["trtllm", "b200", "trtllm", true],
    ["llama.cpp", "rtx-4090", "llamacpp", true],
    ["ollama", "apple-m2-ultra", "llamacpp", true],
    ["sglang", "h200-sxm", "vllm-async", false],
    ["sglang@0.5", "mi300x", "vllm-rocm", false],
    ["something", "tpu-v6e", "vllm-async", false],
  ])("%s on %s is %s", (text, id, engine, measured) => {
    expect(engineChoice(text, chip(id))).toMatchObject({ class: engine, measured });
  });

  it("orders releases, so that 0.9 comes before 0.14", () => {
    expect(releaseNumber("0.9")!).toBeLessThan(releaseNumber("0.14.1")!);
    expect(releaseNumber("0.20")!).toBeLessThan(releaseNumber("1.0.0rc3")!);
  });

  it.each(["main", "abc", "abc1", "1x", "0.15 or so", "", "-1", "0,15"])("reads no release in %j", (text) => {
    expect(releaseNumber(text)).toBeUndefined();
  });

  it("knows which release is newer than any that was measured", () => {
    expect(engineChoice("vllm@0.15.1", chip("h100-sxm")).newest).toBeUndefined();
    expect(engineChoice("vllm@9.9", chip("h100-sxm"))).toMatchObject({ newest: "0.15", class: "vllm-async" });
    expect(engineChoice("trtllm@1.3.0rc1", chip("b200"))).toMatchObject({ newest: "1.2", class: "trtllm" });
    expect(engineChoice("llamacpp@b4567", chip("rtx-4090")).newest).toBeUndefined();
  });
});
