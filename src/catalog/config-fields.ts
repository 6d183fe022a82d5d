import { classDefaults } from "./config-families.ts";
import type { ModelRow } from "./rows.ts";

export type Json = Readonly<Record<string, unknown>>;

/** Reads sizes from a configuration under the names different families give them, and collects what is wrong. */
export interface Fields {
  readonly json: Json;
  /** `model_type` of the text model. */
  readonly type: string;
  readonly problems: string[];
  /** Names asked for so far: what a configuration has beyond them was not read. */
  readonly asked: ReadonlySet<string>;
  /** The first of the fields that is set; undefined where none is. A value that is no positive integer is a problem. */
  size(...fields: string[]): number | undefined;
  /** The same, a problem where none is set; 1 then stands in until the problems are reported. */
  required(what: string, ...fields: string[]): number;
  text(field: string): string | undefined;
  list(field: string): readonly unknown[] | undefined;
  /** A nested object, its problems among these. */
  part(field: string): Fields | undefined;
  flag(...fields: string[]): boolean;
}

/** Sizes beyond this are typing errors or attacks, not models. */
const LARGEST = 1e9;

/** Parts of a multimodal configuration that hold the language model, and parts of a text model that hold its layers. */
const TEXT_PARTS = ["text_config", "llm_config", "language_config"];
const LAYER_PARTS = ["attn_config", "ffn_config"];

/** The text model's fields, its nested layer settings beside them, over those of the whole and what its class has by default. */
export function fieldsOf(whole: Json): Fields {
  const text = TEXT_PARTS.map((part) => whole[part]).find(isRecord);
  const merged = { ...whole, ...text };
  const json = Object.assign({}, ...LAYER_PARTS.map((part) => merged[part]).filter(isRecord), merged) as Json;
  return readerOf({ ...classDefaults(json)?.fields, ...json }, [], new Set());
}

/** What a configuration leaves to its class, each with its value: `vocab_size 262208`. */
export function defaultedFields(whole: Json): ModelRow["defaulted"] {
  const text = TEXT_PARTS.map((part) => whole[part]).find(isRecord);
  const found = classDefaults({ ...whole, ...text });
  if (found === undefined) return undefined;
  const fields = Object.entries(found.fields).map(([field, value]) => `${field} ${value}`);
  return { of: found.name, fields };
}

function readerOf(json: Json, problems: string[], asked: Set<string>): Fields {
  const note = (fields: readonly string[]) => {
    for (const field of fields) asked.add(field);
  };
  const size = (...fields: string[]) => {
    note(fields);
    const field = fields.find((name) => json[name] !== undefined && json[name] !== null);
    if (field === undefined) return undefined;
    const value = alike(json[field]);
    // switched off (`num_experts: 0`, `sliding_window: false`)
    if (value === 0 || value === false) return undefined;
    if (typeof value === "number" && Number.isInteger(value) && value > 0 && value <= LARGEST) return value;
    problems.push(`${field} must be a positive integer, not ${JSON.stringify(value)?.slice(0, 40)}`);
    return undefined;
  };
  return {
    json,
    type: typeof json.model_type === "string" ? json.model_type : "",
    problems,
    asked,
    size,
    required: (what, ...fields) => {
      const before = problems.length;
      const value = size(...fields);
      if (value === undefined && problems.length === before) {
        problems.push(`${what} missing (${fields.join(", ")})`);
      }
      return value ?? 1;
    },
    text: (field) => {
      note([field]);
      return typeof json[field] === "string" ? json[field] : undefined;
    },
    list: (field) => {
      note([field]);
      return Array.isArray(json[field]) ? json[field] : undefined;
    },
    part: (field) => {
      note([field]);
      return isRecord(json[field]) ? readerOf(json[field], problems, new Set()) : undefined;
    },
    flag: (...fields) => {
      note(fields);
      return fields.some((field) => json[field] === true);
    },
  };
}

/** The one value of a list that has it for every layer (Hunyuan's); anything else as it is. */
function alike(value: unknown): unknown {
  return Array.isArray(value) && value.length > 0 && new Set(value).size === 1 ? value[0] : value;
}

/** Whether a JSON value is an object, and no array. */
export function isRecord(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
