import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { modelOfConfig, modelOfJson } from "../../src/catalog/config.ts";
import { loadModels } from "../../src/catalog/models.ts";

const llama = JSON.parse(readFileSync(new URL("./configs/llama-3-8b.json", import.meta.url), "utf8"));
const read = (quantization: unknown) => modelOfConfig({ ...llama, quantization_config: quantization }, "x");

describe("the format of the weights is that of quantization_config", () => {
  const group = (weights: object, more: object = {}) => ({
    group_0: { targets: ["Linear"], weights, ...more },
  });
  test.each([
    [{ quant_method: "fp8", fmt: "e4m3", weight_block_size: [128, 128] }, "fp8"],
    [{ quant_method: "fbgemm_fp8" }, "fp8"],
    [{ quant_method: "mxfp4", modules_to_not_convert: ["lm_head"] }, "mxfp4"],
    [{ quant_method: "awq", bits: 4, group_size: 128, zero_point: true }, "int4"],
    [{ quant_method: "gptq", bits: 4 }, "int4"],
    [{ quant_method: "gptq", bits: 8 }, "int8"],
    [{ quant_method: "bitsandbytes", load_in_4bit: true }, "int4"],
    [{ quant_method: "bitsandbytes", load_in_8bit: true }, "int8"],
    [{ quant_method: "compressed-tensors", config_groups: group({ num_bits: 8, type: "float" }) }, "fp8"],
    [{ quant_method: "compressed-tensors", config_groups: group({ num_bits: 8, type: "int" }) }, "int8"],
    [{ quant_method: "compressed-tensors", config_groups: group({ num_bits: 4, type: "int" }) }, "int4"],
    [
      {
        quant_method: "compressed-tensors",
        format: "nvfp4-pack-quantized",
        config_groups: group({ num_bits: 4, type: "float", group_size: 16 }),
      },
      "nvfp4",
    ],
    [
      {
        quant_method: "compressed-tensors",
        config_groups: group({ num_bits: 4, type: "float" }, { format: "mxfp4-pack-quantized" }),
      },
      "mxfp4",
    ],
    [{ quant_method: "modelopt", quant_algo: "FP8" }, "fp8"],
    [{ quant_method: "modelopt", quantization: { quant_algo: "NVFP4" } }, "nvfp4"],
  ])("%j is %s", (quantization, format) => {
    expect(read(quantization).row?.published_format).toBe(format);
  });

  test("no such setting leaves it open", () => {
    expect(read(undefined).row?.published_format).toBeUndefined();
    expect(read(null).row?.published_format).toBeUndefined();
  });
});

describe("what is not understood is refused with the way out", () => {
  test.each<[Readonly<Record<string, unknown>>]>([
    [{ quant_method: "aqlm" }],
    [{ quant_method: "gptq", bits: 3 }],
    [{ quant_method: "bitsandbytes" }],
    [{ quant_method: "compressed-tensors", config_groups: {} }],
    [{ quant_method: "constructor" }],
    [{}],
  ])("%j", (quantization) => {
    expect(read(quantization).problems).toEqual([
      `quantization_config of quant_method ${JSON.stringify(quantization.quant_method)} is not understood (take it out, and give --precision)`,
    ]);
  });

  test("a row's own format is one of those known", async () => {
    const row = { ...(await loadModels()).find(({ id }) => id === "gpt-oss-120b")! };
    expect(modelOfJson({ ...row }, "x").row?.published_format).toBe("mxfp4");
    expect(modelOfJson({ ...row, published_format: "fp3" }, "x").problems).toEqual([
      "published_format must be one of fp8, int8, int4, mxfp4, nvfp4",
    ]);
  });
});
