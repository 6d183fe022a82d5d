import type { Chip } from "../../core/chip.ts";
import { ENGINE_NAMES, type EngineChoice, engineChoice } from "../../core/serving/engines.ts";
import {
  type KvPrecision,
  type RequestTokens,
  type ServingLayout,
  type ServingOptions,
  type ServingSetup,
  type Speculation,
  WEIGHT_FORMATS,
  type WeightPrecision,
} from "../../core/serving/setup.ts";
import type { ModelShape } from "../../core/shape.ts";
import { counted, format } from "../../units/index.ts";
import { noAnswer, refuse } from "../../units/problem.ts";
import type { Notes } from "../document.ts";
import type { Facts } from "../facts.ts";
import type { MachinePart } from "../machine.ts";
import { type Model, modelOf } from "../model.ts";
import type { Media } from "./demand.ts";
import type { InferRequest } from "./request.ts";

/** Everything of a replica but its layout. */
export interface Site {
  readonly model: Model;
  readonly shape: ModelShape;
  readonly part: MachinePart;
  readonly engine: EngineChoice;
  readonly weights: WeightPrecision;
  readonly kv: KvPrecision | undefined;
  readonly options: ServingOptions;
}

/** The model to serve; serving needs its shape, not only its size. */
export function servedModel(
  request: InferRequest,
  facts: Facts,
  notes: Notes,
): { model: Model; shape: ModelShape } {
  const model = modelOf(request, facts, notes);
  if (model === undefined) {
    return refuse("E-UNDER", "Serving needs a model.", {
      flag: "--model",
      hint: "Give --model, or a config.json; `compute-est catalog list models` shows those known.",
    });
  }
  if (model.shape !== undefined) return { model, shape: model.shape };
  return refuse(
    "E-UNDER",
    `The shape of ${model.name} is not known, and the cache and the traffic of serving hang on it.`,
    {
      flag: model.row === undefined ? "--params" : "--model",
      hint: "Give --model with a config.json, or a model of like size.",
    },
  );
}

/** A request longer than the model's positions has no answer; media in it are to blame where they are most of it. */
export function refuseTooLong(
  { input, output }: RequestTokens,
  { model, shape }: { model: Model; shape: ModelShape },
  media: Media,
): void {
  const limit = shape.maxPosition;
  if (limit === undefined || input + output <= limit) return;
  const room = limit - output - media.tokens;
  const blamed = room < 1 || media.tokens > input - media.tokens ? media.flags : [];
  const made = `${blamed.join(", ")} ${blamed.length > 1 ? "make" : "makes"} ${format("integer", media.tokens)} of them.`;
  noAnswer(
    "E-CONTEXT",
    `${counted(input + output, "token", "integer")} of prompt and answer are past the ${format("integer", limit)} that ${model.name} takes.`,
    blamed.length > 0
      ? { flag: blamed[0]!, hint: made }
      : { flag: "--input", hint: `At most --input ${Math.max(0, room)} with this --output.` },
  );
}

/** Local machines run llama.cpp and its formats, data centres vLLM and the format a model is published in. */
export function siteOf(
  request: InferRequest,
  served: { model: Model; shape: ModelShape },
  part: MachinePart,
  notes: Notes,
  formatsSearched = false,
): Site {
  const { chip } = part;
  const engine = engineOf(request, chip, notes);
  const usual = usualFormat(served.model, engine, chip);
  const weights = request.precision ?? usual.weights;
  if (request.precision === undefined && !formatsSearched) {
    notes.defaults.precision ??= weights;
    noteOnce(notes, usual.key, weights, usual.source);
  } else if (request.precision === undefined && served.model.format !== undefined) {
    noteOnce(notes, usual.key, weights, `${usual.source}; narrower formats of the chip are tried too`);
  }
  refuseLacking(chip, weights);
  if (engine.class === "llamacpp" && !GGUF.includes(weights)) {
    noAnswer("E-PRECISION", `llama.cpp keeps no weights in ${weights}.`, {
      flag: "--precision",
      hint: `It has ${GGUF.join(", ")}.`,
    });
  }
  return { ...served, part, engine, weights, kv: request.kvPrecision, options: optionsOf(request) };
}

/** What GGUF files hold, of the formats that are known here. */
const GGUF: readonly WeightPrecision[] = ["fp32", "fp16", "bf16", "q8_0", "q4_0", "q4_k_m", "mxfp4"];

interface UsualFormat {
  readonly key: string;
  readonly weights: WeightPrecision;
  readonly source: string;
}

/** The format served where none is asked for, and why. A format that the chip has no units for gives way to 16 bits. */
function usualFormat({ format: published }: Model, engine: EngineChoice, chip: Chip): UsualFormat {
  const key = "weight precision";
  const asPublished = { key, source: "as the model is published" };
  const byPlace = "16 bits in data centres, 4-bit blocks on local machines, where none is given";
  if (engine.class === "llamacpp") {
    // GGUF keeps MXFP4 blocks as they are; other formats are requantized
    if (published === "mxfp4") return { ...asPublished, weights: published };
    return { key, weights: "q4_k_m", source: byPlace };
  }
  if (published === undefined) return { key, weights: sixteenBit(chip), source: byPlace };
  if (!lacks(chip, published)) return { ...asPublished, weights: published };
  const source = `the model is published in ${published}, which this chip has no units for`;
  return { key: `${key} on ${chip.name}`, weights: sixteenBit(chip), source };
}

function noteOnce(notes: Notes, key: string, value: string, source: string): void {
  if (!notes.assumptions.some((known) => known.key === key)) notes.assumptions.push({ key, value, source });
}

const sixteenBit = (chip: Chip): WeightPrecision =>
  chip.peak.bf16 === undefined && chip.peak.fp16 !== undefined ? "fp16" : "bf16";

function engineOf(request: InferRequest, chip: Chip, notes: Notes): EngineChoice {
  const text = request.engine ?? (chip.kind === "local" ? "llamacpp" : "vllm");
  const engine = engineChoice(text, chip);
  if (!(ENGINE_NAMES as readonly string[]).includes(engine.name)) {
    refuse("E-NAME", `--engine "${text}" is not an engine that is known.`, {
      flag: "--engine",
      hint: `Those are ${ENGINE_NAMES.join(", ")}; a version may follow, as in vllm@0.15.`,
    });
  }
  noteRelease(engine, text, notes);
  if (request.engine === undefined) {
    notes.defaults.engine ??= text;
    noteOnce(notes, "engine", text, "a current release, where none is given");
  }
  if (!engine.measured && !notes.warnings.some((warning) => warning.code === "W-ENGINE")) {
    notes.warnings.push({
      code: "W-ENGINE",
      message: `No measurements of ${engine.name} on ${chip.vendor} chips are behind this; it is timed as its nearest relative, ${engine.class}.`,
    });
  }
  return engine;
}

/** What follows an engine's name is a release; one newer than any that was measured is timed as the newest that was. */
function noteRelease({ name, release, version, newest }: EngineChoice, text: string, notes: Notes): void {
  if (release !== undefined && version === undefined) {
    refuse("E-VALUE", `--engine "${text}" names no release of ${name}.`, {
      flag: "--engine",
      hint: "A release is a number, as in vllm@0.15.",
    });
  }
  if (newest === undefined) return;
  const source = `newer than any release that was measured: timed as ${name} ${newest}, the newest of those`;
  noteOnce(notes, "engine release", text, source);
}

/** Formats whose matmuls need units of their own; weight-only formats run anywhere. */
export function lacks(chip: Chip, weights: WeightPrecision): boolean {
  const { matmul } = WEIGHT_FORMATS[weights];
  return (weights === "fp8" && chip.peak.fp8 === undefined) || (matmul === 4 && chip.peak.fp4 === undefined);
}

function refuseLacking(chip: Chip, weights: WeightPrecision): void {
  if (!lacks(chip, weights)) return;
  const has = (["bf16", "fp16", "fp8", "nvfp4"] as const).filter(
    (name) => chip.peak[name === "nvfp4" ? "fp4" : name] !== undefined,
  );
  noAnswer("E-PRECISION", `${chip.name} has no matrix units for ${weights}.`, {
    flag: "--precision",
    hint: `It has ${has.join(", ")}; int8 and int4 store weights narrower and multiply in 16 bits.`,
  });
}

function optionsOf(request: InferRequest): ServingOptions {
  const { maxBatch, memoryShare, streamInterval } = request;
  return {
    ...(maxBatch === undefined ? {} : { maxBatch }),
    ...(memoryShare === undefined ? {} : { memoryUtilization: memoryShare }),
    ...(streamInterval === undefined ? {} : { streamInterval }),
    ...speculationOf(request),
  };
}

/** Chance that a draft token is accepted where nothing is said: multi-token prediction reports 0.8 to 0.9. [DeepSeek-V3, section 5.4.3] */
const ACCEPTANCE = 0.8;

function speculationOf({ speculate, acceptance }: InferRequest): { speculation?: Speculation } {
  if (speculate === undefined) {
    if (acceptance !== undefined)
      refuse("E-UNUSED", "--acceptance goes with --speculate.", { flag: "--acceptance" });
    return {};
  }
  return { speculation: { draft: speculate, acceptance: acceptance ?? ACCEPTANCE } };
}

/** A layout at a site, as the core takes it. */
export function setupOf(site: Site, layout: ServingLayout): ServingSetup {
  return {
    shape: site.shape,
    chip: site.part.chip,
    weights: site.weights,
    ...(site.kv === undefined ? {} : { kv: site.kv }),
    engine: site.engine.class,
    layout,
    options: site.options,
  };
}
