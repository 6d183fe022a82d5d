import { type Command, Option } from "commander";
import { readLayers } from "../input/layers.ts";
import type { Io } from "../io.ts";
import { jsonLineOf } from "../render/json.ts";
import { type Problem, ProblemError, refuse } from "../units/problem.ts";
import { VERSION } from "../version.ts";
import { configLayers } from "./configuration.ts";
import type { Estimator, Resources } from "./estimator.ts";
import { estimatorNamed } from "./estimators.ts";
import { loadFacts } from "./facts.ts";
import type { Context } from "./index.ts";
import type { OutputOptions } from "./options.ts";
import { documentOf } from "./output.ts";

const EXAMPLES = `  compute-est batch < requests.ndjson > answers.ndjson
  echo '{"command": "train", "params": 7e9, "gpu": "h100", "gpus": 64}' |
    compute-est batch
`;

/** Lines are written in chunks of about this many characters. */
const CHUNK = 65_536;
const EXIT_INTERRUPTED = 130;

interface BatchOptions extends OutputOptions {
  readonly fields?: string;
}

/** `batch`: NDJSON requests on stdin, one document or one error object a line on stdout, in order; a bad line never stops it. */
export function define(command: Command, { io, outcome }: Context): void {
  command
    .addHelpText("before", EXAMPLES)
    .argument("[file]", "a file of requests, one JSON object a line; - or nothing is stdin")
    .addOption(
      new Option("--fields <paths>", "print only these figures of each result, e.g. time.days,cost.usd"),
    )
    .addOption(new Option("--catalog <file>", "add chips, models, fleets and prices of your own"))
    .addOption(new Option("--config <file>", "read defaults and a catalogue from this file"))
    .addOption(new Option("--no-config", "read no configuration file"))
    .action(async (file: string | undefined) => {
      if ((file === undefined || file === "-") && io.stdinIsTTY) {
        refuse("E-STDIN", "batch reads requests from stdin, and stdin is a terminal.", {
          hint: "Pipe some in, or name a file.",
        });
      }
      const options: BatchOptions = command.opts();
      const configuration = configLayers(options, io);
      const resources = {
        readFile: (path: string) => io.readFile(path),
        facts: await loadFacts(configuration.catalogues),
      };
      const answers = new Batch(
        resources,
        configuration.layers,
        options.fields?.split(",").map((path) => path.trim()),
      );
      outcome.exit = await answers.run(linesOf(file, io), io);
    });
}

function linesOf(file: string | undefined, io: Io): AsyncIterable<string> | Iterable<string> {
  if (file === undefined || file === "-") return io.stdinLines();
  const text = io.readFile(file);
  if (text === undefined) return refuse("E-FILE", `There is no file "${file}".`);
  return text.split("\n");
}

/** Answers lines one by one with what was loaded once: the catalogue, and each command when it is first asked for. */
class Batch {
  readonly #estimators = new Map<string, Estimator>();
  readonly #resources: Resources;
  readonly #layers: Parameters<typeof readLayers>[1];
  readonly #fields: readonly string[] | undefined;
  #failed = false;

  constructor(
    resources: Resources,
    layers: Parameters<typeof readLayers>[1],
    fields: readonly string[] | undefined,
  ) {
    this.#resources = resources;
    this.#layers = layers;
    this.#fields = fields;
  }

  async run(lines: AsyncIterable<string> | Iterable<string>, io: Io): Promise<number> {
    let interrupted = false;
    io.onInterrupt(() => {
      interrupted = true;
    });
    let chunk = "";
    for await (const line of lines) {
      if (line.trim() === "") continue;
      const answer = this.#answerLine(line);
      chunk += typeof answer === "string" ? answer : await answer;
      if (chunk.length > CHUNK) {
        io.out.write(chunk);
        chunk = "";
        await io.drained();
      }
      if (interrupted) break;
    }
    io.out.write(chunk);
    return interrupted ? EXIT_INTERRUPTED : this.#failed ? 1 : 0;
  }

  #answerLine(line: string): string | Promise<string> {
    let id: unknown;
    try {
      const request = JSON.parse(line) as Record<string, unknown>;
      if (request === null || typeof request !== "object" || Array.isArray(request))
        refuse("E-JSON", "The line holds no JSON object.");
      id = request.id;
      const name = request.command;
      if (typeof name !== "string") {
        refuse("E-KEY", "The request names no command.", {
          flag: "command",
          hint: 'Add one: {"command": "train", ...}.',
        });
      }
      const known = this.#estimators.get(name);
      if (known === undefined) return this.#load(name, request, id);
      const answer = this.#answer(known, request, id);
      return typeof answer === "string" ? answer : answer.catch((error: unknown) => this.#failure(error, id));
    } catch (error) {
      return this.#failure(error, id);
    }
  }

  async #load(name: string, request: Record<string, unknown>, id: unknown): Promise<string> {
    try {
      const estimator = await estimatorNamed(name);
      this.#estimators.set(name, estimator);
      return await this.#answer(estimator, request, id);
    } catch (error) {
      return this.#failure(error, id);
    }
  }

  #answer(estimator: Estimator, values: Record<string, unknown>, id: unknown): string | Promise<string> {
    const request = readLayers(estimator.fields, [
      { origin: "request", values, strict: true },
      ...this.#layers,
    ]);
    const shown = (answer: Awaited<ReturnType<Estimator["answer"]>>): string => {
      const document = documentOf(estimator.name, request, answer);
      const body = this.#fields === undefined ? document : selected(document, this.#fields);
      return jsonLineOf(id === undefined ? body : { id, ...body });
    };
    const answer = estimator.answer(request, this.#resources);
    return answer instanceof Promise ? answer.then(shown) : shown(answer);
  }

  #failure(error: unknown, id: unknown): string {
    this.#failed = true;
    const { code, message, flag, hint } = problemOf(error);
    const problem = { code, message, flag, hint };
    return jsonLineOf({
      ...(id === undefined ? {} : { id }),
      schema: "compute-est/error/1",
      version: VERSION,
      error: problem,
    });
  }
}

function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  if (error instanceof SyntaxError)
    return { code: "E-JSON", message: `The line is not JSON: ${error.message}.`, exit: 2 };
  throw error;
}

/** Figures of a document's result by path; absent ones stay absent. */
function selected(document: Record<string, unknown>, paths: readonly string[]): Record<string, unknown> {
  const figures: Record<string, unknown> = {};
  for (const path of paths) {
    let value: unknown = document.result;
    for (const key of path.split("."))
      value = value === null || value === undefined ? undefined : (value as Record<string, unknown>)[key];
    if (value !== undefined) figures[path] = value;
  }
  return figures;
}
