import { describe, expect, it } from "vitest";
import { catalogue, estimateServing, planServing } from "../../../src/index.ts";
import type { InferRequest } from "../../../src/study/infer/request.ts";
import { ProblemError } from "../../../src/units/problem.ts";

/** What is assumed of the format of the weights: the value, its reason, and under which key. */
const assumed = (request: InferRequest) =>
  estimateServing(request).assumptions.filter(({ key }) => key.startsWith("weight precision"));

describe("a model is served in the format it is published in", () => {
  it.each([
    ["gpt-oss-120b", "h100", 1, "mxfp4"],
    ["gpt-oss-120b", "a100", 1, "mxfp4"],
    ["deepseek-v3", "h200", 8, "fp8"],
    ["deepseek-r1", "mi300x", 8, "fp8"],
    ["kimi-k2-thinking", "a100", 16, "int4"],
  ])("%s on %s x %i: %s", (model, gpu, gpus, format) => {
    const request = { model, gpu: [gpu], gpus };
    expect(estimateServing(request).result.model.precision).toBe(format);
    expect(assumed(request)).toEqual([
      { key: "weight precision", value: format, source: "as the model is published" },
    ]);
  });

  it("unless another is asked for, or none is known", () => {
    expect(assumed({ model: "gpt-oss-20b", gpu: ["h100"], precision: "bf16" })).toEqual([]);
    expect(assumed({ model: "llama-3-70b", gpu: ["h100"] })[0]).toMatchObject({ value: "bf16" });
  });

  it("in 16 bits where the chip has no units for it, which is said of that chip", () => {
    const both = assumed({ model: "deepseek-v3", gpu: ["h200", "a100"] });
    expect(both.map(({ value }) => value)).toEqual(["fp8", "bf16"]);
    expect(both[1]).toEqual({
      key: "weight precision on A100 SXM4 80GB",
      value: "bf16",
      source: "the model is published in fp8, which this chip has no units for",
    });
  });

  it("by llama.cpp only where its files keep it", () => {
    expect(assumed({ model: "gpt-oss-20b", gpu: ["m4-max"] })[0]).toMatchObject({ value: "mxfp4" });
    expect(assumed({ model: "minimax-m2", gpu: ["m3-ultra"] })[0]).toMatchObject({ value: "q4_k_m" });
  });

  it("is the way out where a wider one does not fit", () => {
    const wide = () => estimateServing({ model: "gpt-oss-120b", gpu: ["h100"], gpus: 1, precision: "bf16" });
    expect(wide).toThrow(ProblemError);
    try {
      wide();
    } catch (error) {
      expect((error as ProblemError).problem.hint).toContain("--precision mxfp4");
    }
  });
});

describe("a plan starts from it", () => {
  const formats = (model: string, gpu: string) => {
    const { result, assumptions } = planServing({ model, gpu: [gpu], gpus: 16, top: 1000 });
    return {
      tried: [...new Set(result.best.map(({ precision }) => precision))].toSorted(),
      said: assumptions.find(({ key }) => key.startsWith("weight precision"))?.source,
    };
  };

  it("and tries what the chip multiplies in fewer bytes", () => {
    expect(formats("deepseek-v3", "h200")).toEqual({
      tried: ["fp8"],
      said: "as the model is published; narrower formats of the chip are tried too",
    });
    expect(formats("deepseek-v3", "b200").tried).toEqual(["fp8", "nvfp4"]);
    expect(formats("gpt-oss-120b", "b200").tried).toEqual(["mxfp4"]);
    expect(formats("llama-3-70b", "h200").tried).toEqual(["bf16", "fp8"]);
  });
});

describe("a configuration that was not understood in full", () => {
  it("is answered with a warning that names the fields", () => {
    const row = { ...catalogue.models.find(({ id }) => id === "llama-3-8b")!, unread: ["novel_block_size"] };
    const { warnings } = estimateServing({ model: row, gpu: ["h100"] });
    expect(warnings).toContainEqual({
      code: "W-MODEL",
      message: `Fields of ${row.name} that may change its shape are not understood, and left out: novel_block_size.`,
    });
  });
});
