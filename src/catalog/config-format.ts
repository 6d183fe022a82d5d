import { type Fields, isRecord, type Json } from "./config-fields.ts";
import type { PublishedFormat } from "./rows.ts";

/** What the names of a quantization say of width and kind; methods that may be had in several widths state their bits. */
const BY_NAME: Readonly<Record<string, PublishedFormat>> = {
  fbgemm_fp8: "fp8",
  fp8: "fp8",
  mxfp4: "mxfp4",
  nvfp4: "nvfp4",
  w4a16_awq: "int4",
};
const BY_BITS: ReadonlySet<string> = new Set(["awq", "gptq"]);

/**
 * The format of the weights that a `quantization_config` describes; undefined where there is none, and a problem where it is not
 * understood: what a model takes in memory hangs on it.
 */
export function formatOf(c: Fields): PublishedFormat | undefined {
  const settings = c.json.quantization_config;
  if (!isRecord(settings)) return undefined;
  const format = readFormat(settings);
  if (format === undefined) {
    c.problems.push(
      `quantization_config of quant_method ${JSON.stringify(settings.quant_method)?.slice(0, 40)} is not understood (take it out, and give --precision)`,
    );
  }
  return format;
}

function readFormat(settings: Json): PublishedFormat | undefined {
  const method = String(settings.quant_method).toLowerCase();
  if (BY_BITS.has(method)) return wholeNumbers(settings.bits ?? settings.w_bit);
  if (method === "bitsandbytes") {
    if (settings.load_in_4bit === true) return "int4";
    return settings.load_in_8bit === true ? "int8" : undefined;
  }
  if (method === "modelopt" || method === "compressed-tensors") {
    const inner = isRecord(settings.quantization) ? settings.quantization : settings;
    return namedFormat(inner.quant_algo) ?? groupFormat(settings);
  }
  return namedFormat(method);
}

function namedFormat(name: unknown): PublishedFormat | undefined {
  const key = String(name).toLowerCase();
  return Object.hasOwn(BY_NAME, key) ? BY_NAME[key] : undefined;
}

/** The weights of the first of the groups of layers: width and type, and for four-bit floats the format of the file. */
function groupFormat(settings: Json): PublishedFormat | undefined {
  const groups = isRecord(settings.config_groups)
    ? Object.values(settings.config_groups).filter(isRecord)
    : [];
  const [group] = groups;
  const weights = group?.weights;
  if (!isRecord(weights)) return undefined;
  if (weights.type !== "float") return wholeNumbers(weights.num_bits);
  if (weights.num_bits === 8) return "fp8";
  const file = String(group?.format ?? settings.format);
  if (weights.num_bits !== 4) return undefined;
  return /mxfp4/.test(file) ? "mxfp4" : /nvfp4/.test(file) || weights.group_size === 16 ? "nvfp4" : undefined;
}

function wholeNumbers(bits: unknown): PublishedFormat | undefined {
  return bits === 4 ? "int4" : bits === 8 ? "int8" : undefined;
}
