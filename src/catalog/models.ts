import { find, type Lookup } from "./names.ts";
import type { ModelRow } from "./rows.ts";

/** The models that ship with the package; loaded on first use. */
export async function loadModels(): Promise<readonly ModelRow[]> {
  const file = await import("../../data/catalogue/models.json", { with: { type: "json" } });
  return file.default.models as readonly ModelRow[];
}

/** Words of published names that leave the shape alone: tuning, file format, context length. */
const VARIANT =
  /^(meta|c4ai|instruct|chat|base|it|hf|pt|text|fp8|bf16|fp16|nvfp4|awq|gptq|int[48]|gguf|\d+k)$/;
const RELEASE = /^(\d{4}|v0\.\d)$/;

/** `llama-3-70b`, `Llama 3.1 405B`, `meta-llama/Meta-Llama-3-70B-Instruct`: one model, or the nearest names. */
export function findModel(rows: readonly ModelRow[], text: string): Lookup<ModelRow> {
  return find(rows, text, { words: (row) => row.org ?? "", noise: [VARIANT, RELEASE] });
}
