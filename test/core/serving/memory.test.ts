import { describe, expect, it } from "vitest";
import { chipOf } from "../../../src/catalog/chip.ts";
import { loadChips } from "../../../src/catalog/chips.ts";
import { loadModels } from "../../../src/catalog/models.ts";
import { shapeOf } from "../../../src/catalog/shape.ts";
import type { Chip } from "../../../src/core/chip.ts";
import { cachePerRequest, cachePool } from "../../../src/core/serving/capacity.ts";
import { engineOverhead, visibleMemory } from "../../../src/core/serving/memory.ts";
import { type Prepared, prepare } from "../../../src/core/serving/prepare.ts";

const GIB = 2 ** 30;
const chips = await loadChips();
const models = await loadModels();
const chip = (id: string) => chipOf(chips.find((row) => row.id === id)!);
const shape = (id: string) => shapeOf(models.find((row) => row.id === id)!)!;

const capacity = (p: Prepared, tokens = 4096) => (cachePool(p) * tokens) / cachePerRequest(p, tokens);

describe("memory that programs see", () => {
  it.each([
    // torch.cuda.mem_get_info, nvidia-smi
    ["h100-sxm", 79.2],
    ["a100-sxm-80gb", 79.2],
    ["t4", 14.85],
    ["l40s", 44.55],
  ])("%s: %d GiB", (id, gib) => {
    expect(visibleMemory(chip(id)) / GIB).toBeCloseTo(gib, 2);
  });
});

/** Tokens of the pool in start-up logs of vLLM 0.15.1 on H100, 128 requests at most, memory share 0.9. */
const POOLS = [
  ["llama-2-7b", 1, 2048, 119_408],
  ["llama-3.1-70b", 4, 8192, 484_016],
  ["llama-3.1-70b", 4, 2048, 486_800],
  ["mistral-nemo-12b", 2, 1024, 768_144],
  ["mistral-nemo-12b", 1, 2048, 308_016],
  ["qwen2.5-7b", 1, 2048, 1_045_632],
  ["qwen2.5-7b", 1, 1024, 1_045_888],
  ["yi-34b", 2, 2048, 332_688],
] as const;

describe("the pool in engine logs", () => {
  it.each(POOLS)("%s on %d: steps of %d tokens leave %d, within 1 %%", (model, tp, stepTokens, logged) => {
    const p = prepare({
      shape: shape(model),
      chip: chip("h100-sxm"),
      weights: "bf16",
      engine: "vllm-async",
      layout: { tp, pp: 1, dp: 1 },
      options: { maxBatch: 128, stepTokens },
    });
    expect(Math.abs(capacity(p) / logged - 1)).toBeLessThan(0.01);
  });

  it("profiled with 256 requests: 256 x 128,256 entries x 40 bytes = 1.22 GiB, 1.26 in the log", () => {
    const p = prepare({
      shape: shape("llama-3-8b"),
      chip: chip("a100-sxm-80gb"),
      weights: "bf16",
      engine: "vllm-async",
      layout: { tp: 1, pp: 1, dp: 1 },
      options: { stepTokens: 2048 },
    });
    expect((engineOverhead(p) / GIB - 0.55) / 1.26).toBeGreaterThan(0.95);
  });
});

/** Llama 3 on so many cards of so many GiB, which of 8B Q4, 8B F16, 70B Q4, 70B F16 ran at 1024 tokens. [XiongjieDai 2024] */
const MACHINES = [
  [1, 8, "1000"],
  [1, 10, "1000"],
  [1, 12, "1000"],
  [1, 16, "1100"],
  [1, 20, "1100"],
  [1, 24, "1100"],
  [1, 32, "1100"],
  [2, 24, "1110"],
  [1, 48, "1110"],
  [4, 20, "1110"],
  [1, 80, "1110"],
  [4, 24, "1110"],
  [4, 32, "1110"],
  [6, 24, "1111"],
  [8, 24, "1111"],
  [4, 48, "1111"],
  [4, 80, "1111"],
] as const;
const FORMATS = [
  ["llama-3-8b", "q4_k_m"],
  ["llama-3-8b", "fp16"],
  ["llama-3-70b", "q4_k_m"],
  ["llama-3-70b", "fp16"],
] as const;

describe("what llama.cpp can load", () => {
  const card = chip("rtx-4090");
  const runs = (
    machine: Partial<Chip>,
    count: number,
    [model, weights]: (typeof FORMATS)[number],
    tokens: number,
  ) => {
    const p = prepare({
      shape: shape(model),
      chip: { ...card, ...machine },
      weights,
      kv: "fp16",
      engine: "llamacpp",
      layout: { tp: 1, pp: count, dp: 1 },
    });
    return cachePool(p) >= cachePerRequest(p, tokens);
  };

  it.each(MACHINES)("%d x %d GiB", (count, gib, ran) => {
    const fits = FORMATS.map((format) => (runs({ memory: gib * GIB }, count, format, 1024) ? "1" : "0")).join(
      "",
    );
    expect(fits).toBe(ran);
  });

  it.each([
    [{ memory: 16 * GIB }, 1, true, false],
    [{ memory: 8 * GIB, kind: "local" }, 0, true, false],
  ] as const)("%j holds 4096 tokens, not 8192", (machine, format, short, long) => {
    expect(runs(machine, 1, FORMATS[format]!, 4096)).toBe(short);
    expect(runs(machine, 1, FORMATS[format]!, 8192)).toBe(long);
  });
});

describe("laws of memory", () => {
  it("more ranks never raise what one chip holds", () => {
    for (const model of ["llama-3.1-70b", "deepseek-v3", "gpt-oss-120b", "gemma-3-12b"]) {
      const free = [2, 4, 8].map((tp) => {
        const p = prepare({
          shape: shape(model),
          chip: chip("b200"),
          weights: "bf16",
          engine: "vllm-async",
          layout: { tp, pp: 1, dp: 1 },
        });
        return cachePool(p);
      });
      expect(free[0]!).toBeLessThan(free[1]!);
      expect(free[1]!).toBeLessThan(free[2]!);
    }
  });
});
