import type { Request } from "../input/layers.ts";
import type { Io } from "../io.ts";
import { jsonLineOf, jsonOf } from "../render/json.ts";
import type { Page } from "../render/theme.ts";
import type { Block, View } from "../render/view.ts";
import type { Answer } from "../study/document.ts";
import { refuse } from "../units/problem.ts";
import { VERSION } from "../version.ts";
import type { Estimator } from "./estimator.ts";
import type { OutputOptions } from "./options.ts";

export const FORMATS = ["table", "json", "csv", "markdown", "ndjson"] as const;
export type Format = (typeof FORMATS)[number];

const ENDINGS: Readonly<Record<string, Format>> = {
  json: "json",
  csv: "csv",
  md: "markdown",
  ndjson: "ndjson",
  jsonl: "ndjson",
  txt: "table",
};

const DEFAULT_WIDTH = 80;
const WIDEST = 120;
const NARROWEST = 40;
const DEFAULT_DIGITS = 3;

/** --json, then --format, then the ending of --output, then COMPUTE_EST_FORMAT, else a table. */
export function outputFormat(options: OutputOptions, env: Io["env"]): Format {
  if (options.json === true) return "json";
  const ending = options.file?.split(".").pop()?.toLowerCase() ?? "";
  const named = options.format ?? ENDINGS[ending] ?? (env.COMPUTE_EST_FORMAT || "table");
  if ((FORMATS as readonly string[]).includes(named)) return named as Format;
  const where = options.format === undefined ? "COMPUTE_EST_FORMAT" : "--format";
  return refuse("E-CHOICE", `${where} "${named}" is not one of ${FORMATS.join(", ")}.`, {
    flag: "--format",
    hint: "See compute-est help formats.",
  });
}

/** The JSON document of an answer; the order of keys is part of the contract. */
export function documentOf(name: string, request: Request, answer: Answer<unknown>): Record<string, unknown> {
  const input: Record<string, unknown> = { command: name };
  for (const [key, given] of Object.entries(request)) {
    if (given !== undefined) input[key] = jsonValue(given.value);
  }
  input.defaults = answer.defaults;
  const { result, assumptions, warnings } = answer;
  return { schema: `compute-est/${name}/1`, version: VERSION, input, result, assumptions, warnings };
}

/** Ranges travel as {p05, p95}, samples as a list. */
function jsonValue(value: unknown): unknown {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  if ("low" in value && "high" in value) return { p05: value.low, p95: value.high };
  if ("samples" in value) return value.samples;
  return value;
}

interface Writing {
  readonly estimator: Estimator;
  readonly request: Request;
  readonly answer: Answer<unknown>;
  readonly format: Format;
  readonly options: OutputOptions;
  readonly io: Io;
}

/** Renders an answer in the wanted format and writes it; warnings go to stderr where the result is for a person. */
export async function writeAnswer(writing: Writing): Promise<void> {
  const { estimator, request, answer, format, options, io } = writing;
  const text = await renderAnswer(writing, () => {
    const document = documentOf(estimator.name, request, answer);
    return options.explain === true ? { ...document, derivation: estimator.explain(answer) } : document;
  });
  writeText(text, options, io);
  if (format === "json" || format === "ndjson") return;
  for (const warning of answer.warnings)
    io.err.write(`${io.err.chalk.yellow(`${warning.code}:`)} ${warning.message}\n`);
}

/** Writes an answer to the file that was named, or to stdout. Throws a ProblemError where a format was named in place of a file. */
export function writeText(text: string, options: OutputOptions, io: Io): void {
  if (options.file === undefined || options.file === "-") {
    io.out.write(text);
    return;
  }
  if (["json", "table", "csv", "markdown", "ndjson", "yaml", "wide"].includes(options.file)) {
    refuse("E-USAGE", `-o names a file, not a format.`, {
      flag: "-o",
      hint: `Use --format ${options.file}; for a file of that name, ./${options.file}.`,
    });
  }
  io.writeFile(options.file, text);
}

async function renderAnswer(writing: Writing, document: () => unknown): Promise<string> {
  const { estimator, answer, format, options, io } = writing;
  if (format === "json") return jsonOf(document());
  if (format === "ndjson") return jsonLineOf(document());
  const full = options.explain === true;
  const view = estimator.view(answer, full);
  const explained = full ? [...view, originBlock(writing)] : view;
  return renderView(explained, format, options, io, answer.result, () =>
    options.explain === true ? estimator.explain(answer) : undefined,
  );
}

/** Where each value of the request came from. */
function originBlock({ request, answer }: Writing): Block {
  const given = Object.entries(request).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, shownValue(value.value), value.origin]],
  );
  const defaults = Object.entries(answer.defaults)
    .filter(([key]) => request[key] === undefined)
    .map(([key, value]) => [key, shownValue(value), "default"]);
  return {
    block: "table",
    heading: "Where each input came from",
    table: {
      columns: [
        { key: "input", title: "input" },
        { key: "value", title: "value" },
        { key: "origin", title: "from" },
      ],
      rows: [...given, ...defaults],
    },
  };
}

function shownValue(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  if ("low" in value && "high" in value) return `${value.low} to ${value.high}`;
  return Array.isArray(value) ? value.join(", ") : `${Object.keys(value).length} fields`;
}

/** A view in one of the human formats, with the derivation under it where asked for. */
export async function renderView(
  view: View,
  format: Format,
  options: OutputOptions,
  io: Io,
  result: unknown,
  explain: () => ReturnType<Estimator["explain"]> | undefined,
): Promise<string> {
  if (format === "csv") return (await import("../render/csv.ts")).csvOf(view, result);
  const page = await pageOf(options, io);
  const lines = explain();
  if (format === "markdown")
    return (await import("../render/markdown.ts")).markdownOf(view, page.digits, lines);
  const { textOf } = await import("../render/person.ts");
  if (lines === undefined) return textOf(view, page);
  const { explainText } = await import("../render/person.ts");
  return `${textOf(view, page)}\n${page.theme.heading("How each figure is derived")}\n${explainText(lines, page)}\n`;
}

/** --width, then COLUMNS, then the terminal's columns where it knows them, else 80; never above 120. */
async function pageOf(options: OutputOptions, io: Io): Promise<Page> {
  const { PLAIN_THEME, themeOf } = await import("../render/person.ts");
  const toFile = options.file !== undefined && options.file !== "-";
  const wished =
    options.width === undefined ? undefined : wholeNumber(options.width, "--width", NARROWEST, 400);
  const terminal = Math.min(Number(io.env.COLUMNS) || io.out.columns || DEFAULT_WIDTH, WIDEST);
  return {
    theme: toFile ? PLAIN_THEME : themeOf(io.out.chalk),
    width: wished ?? Math.max(NARROWEST, terminal),
    unicode: io.unicode && options.ascii !== true && !toFile,
    digits: options.digits === undefined ? DEFAULT_DIGITS : wholeNumber(options.digits, "--digits", 1, 12),
  };
}

function wholeNumber(text: string, flag: string, low: number, high: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= low && value <= high) return value;
  return refuse("E-VALUE", `${flag} "${text}" is not a whole number from ${low} to ${high}.`, { flag });
}
