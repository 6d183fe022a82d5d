import type { Chip } from "../chip.ts";
import type { EngineClassId } from "./constants.ts";

/** The engine a name and version stand for, as far as its timing is known. */
export interface EngineChoice {
  readonly name: string;
  /** What was written after the name; no release where `version` is absent. */
  readonly release?: string;
  readonly version?: number;
  /** The newest release that measurements are behind, where the one asked for is newer. */
  readonly newest?: string;
  readonly class: EngineClassId;
  /** Whether measurements of this engine are behind its class, or of its nearest relative only. */
  readonly measured: boolean;
}

/** First vLLM release with asynchronous scheduling on by default. */
const VLLM_ASYNC = 0.14;

/** Newest release of each engine whose published figures the timings were fitted to. */
const NEWEST: Readonly<Record<string, string>> = { vllm: "0.15", trtllm: "1.2", triton: "0.14" };

/** First release whose published tables run on PyTorch instead of compiled engines; and the last of its first year. */
const TRTLLM_TORCH = 0.2;
const TRTLLM_FIRST_TORCH = 1.0;

const ALIASES: readonly (readonly [RegExp, string])[] = [
  [/^(trt-?llm|tensorrt(-?llm)?|nim)$/, "trtllm"],
  [/^vllm$/, "vllm"],
  [/^(sglang|sgl)$/, "sglang"],
  [/^(llama-?\.?cpp|llamacpp|ggml|gguf|ollama|lm-?studio|koboldcpp|mlx(-?lm)?)$/, "llamacpp"],
  [/^(triton)$/, "triton"],
];

/** Names users write; others are taken as an unknown engine. */
export const ENGINE_NAMES = ["vllm", "sglang", "trtllm", "triton", "llamacpp"] as const;

/** 0.15, v0.15.1, 1.0.0rc3, 0.8.5.post1, and builds of llama.cpp: b4567. */
const RELEASE = /^[vb]?(\d+)(?:\.(\d+))?(?:\.\d+)*(?:[-.+]?(?:a|b|alpha|beta|rc|post|dev|nightly)[\w.+-]*)?$/;

/** Releases count in hundredths: 0.5.0 is 0.05 and 0.15.1 is 0.15, so that 0.9 comes before 0.14; 1.0 stays above all. */
export function releaseNumber(version: string): number | undefined {
  const match = RELEASE.exec(version);
  if (match === null) return undefined;
  return Number(match[1]) + Number(match[2] ?? 0) / 100;
}

function trtllmClass(version: number | undefined): EngineClassId {
  if (version === undefined || version > TRTLLM_FIRST_TORCH) return "trtllm";
  return version >= TRTLLM_TORCH ? "trtllm-torch" : "trtllm-engine";
}

/** `vllm`, `vllm@0.15`, `trtllm 1.0.0rc3`, `SGLang`: the class whose timing is nearest. No version means a current one. */
export function engineChoice(text: string, chip: Chip): EngineChoice {
  const [, head = "", tail] = /^([^@\s]*)(?:[@\s]+(.*))?$/.exec(text.trim().toLowerCase()) ?? [];
  const name = ALIASES.find(([pattern]) => pattern.test(head))?.[1] ?? head;
  const version = tail === undefined ? undefined : releaseNumber(tail);
  const newest = NEWEST[name];
  const newer = newest !== undefined && version !== undefined && version > (releaseNumber(newest) ?? version);
  const stated = {
    ...(tail === undefined ? {} : { release: tail }),
    ...(version === undefined ? {} : { version }),
    ...(newer ? { newest } : {}),
  };
  const choice = (id: EngineClassId, measured: boolean): EngineChoice => ({
    name,
    ...stated,
    class: id,
    measured,
  });
  const nvidia = chip.vendor === "NVIDIA";
  switch (name) {
    case "trtllm":
      return choice(trtllmClass(version), nvidia);
    case "triton":
      return choice("trtllm-triton", nvidia);
    case "llamacpp":
      return choice("llamacpp", nvidia || chip.vendor === "Apple");
    case "vllm":
      if (chip.vendor === "AMD") return choice("vllm-rocm", true);
      return choice(version !== undefined && version < VLLM_ASYNC ? "vllm-sync" : "vllm-async", nvidia);
    default:
      return choice(chip.vendor === "AMD" ? "vllm-rocm" : "vllm-async", false);
  }
}
