import { Argument, type Command } from "commander";
import { type Field, flagOf } from "../input/field.ts";
import { environmentLayer, type Layer, readLayers, refuseCommand } from "../input/layers.ts";
import type { Io } from "../io.ts";
import { refuse } from "../units/problem.ts";
import { type Configuration, configLayers } from "./configuration.ts";
import type { Estimator } from "./estimator.ts";
import { loadFacts } from "./facts.ts";
import type { Context } from "./index.ts";
import { addFieldOptions, addOutputOptions, folded, type OutputOptions } from "./options.ts";
import { type Format, outputFormat, writeAnswer } from "./output.ts";
import { tellingDraws } from "./progress.ts";

/** Gives a command the options of its fields and of every estimate, and the action that answers. */
export function defineEstimator(command: Command, context: Context, estimator: Estimator): void {
  command.addHelpText("before", ({ command: shown }) => {
    const width = shown.configureOutput().getOutHelpWidth?.() ?? 80;
    return `${estimator.examples.map((line) => folded(`  ${line}`, width)).join("\n")}\n`;
  });
  const { operands } = estimator;
  command.addArgument(
    operands === undefined
      ? new Argument("[request]", "a JSON request: a file, or - for stdin")
      : new Argument(
          `[${operands.placeholder}...]`,
          `${operands.placeholder}s; or a JSON request: a file.json, or - for stdin`,
        ),
  );
  addFieldOptions(
    command,
    estimator.fields.filter((field) => field.key !== operands?.key),
  );
  addOutputOptions(command, estimator.fields);
  command.action(async (positional: string | readonly string[] | undefined) => {
    const words = positional === undefined ? [] : typeof positional === "string" ? [positional] : positional;
    await answerOnce(estimator, words, command.opts(), context);
  });
}

async function answerOnce(
  estimator: Estimator,
  words: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: Context,
): Promise<void> {
  const { io } = context;
  const output = options as OutputOptions;
  const format = outputFormat(output, io.env);
  const configuration = configLayers(output, io);
  const layers = requestLayers(estimator, words, options, configuration, io);
  const request = readLayers(estimator.fields, layers);
  const resources = {
    readFile: (path: string) => io.readFile(path),
    facts: await loadFacts(configuration.catalogues),
  };
  const answer = await tellingDraws(io, () => estimator.answer(request, resources));
  await writeAnswer({ estimator, request, answer, format, options: output, io });
  context.outcome.exit = estimator.exitCode?.(answer) ?? 0;
}

/** Every source of values, strongest first. */
function requestLayers(
  estimator: Estimator,
  words: readonly string[],
  options: Readonly<Record<string, unknown>>,
  configuration: Configuration,
  io: Io,
): readonly Layer[] {
  const { fields, operands } = estimator;
  const flags = withPiped(fields, flagValues(fields, options), io);
  const file = requestWord(words, operands !== undefined);
  if (operands !== undefined && words.length > 0 && file === undefined) flags[operands.key] = words;
  const layers: Layer[] = [{ origin: "flag", values: flags, strict: false }];
  if (file !== undefined) layers.push(requestFile(file, estimator, io));
  else if (words.length > 0 && operands === undefined) refuseWord(words[0] ?? "");
  layers.push(environmentLayer(fields, io.env), ...configuration.layers);
  return layers;
}

/** Values of the flags that were given, by request key. */
export function flagValues(
  fields: readonly Field[],
  options: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const flags: Record<string, unknown> = {};
  for (const field of fields) {
    const value = options[field.key];
    // commander sets --no-x options to true by itself; only a given flag counts
    const unset =
      value === undefined || (field.type.type === "boolean" && field.type.negated && value === true);
    if (!unset) flags[field.key] = value;
  }
  return flags;
}

/** A model or a market called - is what is piped in, so that the document's input holds it. */
export function withPiped(
  fields: readonly Field[],
  flags: Record<string, unknown>,
  io: Io,
): Record<string, unknown> {
  const piped = fields.find(({ key, type }) => type.type === "model" && flags[key] === "-");
  if (piped === undefined) return flags;
  return { ...flags, [piped.key]: parseJsonObject(stdinText(`the file of ${flagOf(piped)}`, io), "stdin") };
}

/** The word that names a request: "-" or a .json file. */
function requestWord(words: readonly string[], hasOperands: boolean): string | undefined {
  const [word] = words;
  if (word === undefined || (hasOperands && words.length > 1)) return undefined;
  return isRequestWord(word) ? word : undefined;
}

export const isRequestWord = (word: string): boolean => word === "-" || word.endsWith(".json");

function refuseWord(word: string): never {
  return refuse("E-USAGE", `"${word}" is not a request.`, {
    hint: "A request is a .json file, or - for stdin; everything else is a flag.",
  });
}

/** The text of a request that a word names, and what to call it. */
export function requestText(word: string, io: Io): { readonly text: string; readonly name: string } {
  const text = word === "-" ? stdinText("a JSON request", io) : io.readFile(word);
  const name = word === "-" ? "stdin" : word;
  if (text === undefined) return refuse("E-FILE", `There is no file "${word}".`);
  return { text, name };
}

/** What is piped in, wherever a file may be called -. */
function stdinText(what: string, io: Io): string {
  if (io.stdinIsTTY) {
    refuse("E-STDIN", `- reads ${what} from stdin, and stdin is a terminal.`, {
      hint: "Pipe one in, or name a file.",
    });
  }
  return io.readStdin();
}

function requestFile(word: string, { name: command, sample }: Estimator, io: Io): Layer {
  const { text, name } = requestText(word, io);
  const values = parseJsonObject(text, name, `A request of ${command} looks like ${JSON.stringify(sample)}.`);
  const { command: meant } = values;
  if (meant !== undefined && meant !== command) refuseCommand(meant, command, ` in ${name}`);
  return { origin: "request", values, strict: true, ...(word === "-" ? {} : { name }) };
}

/** Text -> JSON object, or a refusal that says where it broke, or what is wanted. */
export function parseJsonObject(text: string, name: string, wanted?: string): Record<string, unknown> {
  const hint = wanted === undefined ? {} : { hint: wanted };
  if (text.trim() === "") return refuse("E-JSON", `${name} is empty.`, hint);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refuse("E-JSON", `${name} is not JSON.`, { hint: `${(error as Error).message}.` });
  }
  if (value === null || typeof value !== "object" || Array.isArray(value))
    return refuse("E-JSON", `${name} holds no JSON object.`, hint);
  return value as Record<string, unknown>;
}

export type { Format };
