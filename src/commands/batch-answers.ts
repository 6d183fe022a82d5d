import { environmentLayer, type Layer, readLayers } from "../input/layers.ts";
import { jsonLineOf } from "../render/json.ts";
import { type Problem, ProblemError, refuse } from "../units/problem.ts";
import { VERSION } from "../version.ts";
import { selected } from "./batch-fields.ts";
import type { Configuration } from "./configuration.ts";
import type { Estimator, Resources } from "./estimator.ts";
import { estimatorNamed } from "./estimators.ts";
import { loadFacts } from "./facts.ts";
import { documentOf } from "./output.ts";

/** What holds for every line. */
export interface BatchSetup {
  readonly configuration: Configuration;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Figures to print of each result, by path; whole documents where absent. */
  readonly fields: readonly string[] | undefined;
}

/** The answers to some lines, one on a line. */
export interface Answered {
  readonly text: string;
  readonly failed: boolean;
}

export type AnswerLines = (lines: readonly string[]) => Promise<Answered>;

/** Answers lines with what is loaded once: the catalogue, and each command when it is first asked for. */
export async function answersOf(setup: BatchSetup, readFile: Resources["readFile"]): Promise<AnswerLines> {
  const facts = await loadFacts(setup.configuration.catalogues);
  const answers = new Answers(setup, { readFile, facts });
  return (lines) => answers.answer(lines);
}

interface Known {
  readonly estimator: Estimator;
  /** What stands behind every request of this command. */
  readonly layers: readonly Layer[];
}

class Answers {
  readonly #known = new Map<string, Known>();
  readonly #setup: BatchSetup;
  readonly #resources: Resources;
  #failed = false;
  /** Lines read so far, blank ones too. */
  #read = 0;

  constructor(setup: BatchSetup, resources: Resources) {
    this.#setup = setup;
    this.#resources = resources;
  }

  async answer(lines: readonly string[]): Promise<Answered> {
    this.#failed = false;
    let text = "";
    for (const line of lines) {
      this.#read += 1;
      if (line.trim() === "") continue;
      const answer = this.#line(line);
      text += typeof answer === "string" ? answer : await answer;
    }
    return { text, failed: this.#failed };
  }

  #line(line: string): string | Promise<string> {
    const number = this.#read;
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
      const known = this.#known.get(name);
      const answer = known === undefined ? this.#load(name, request) : this.#document(known, request);
      return typeof answer === "string"
        ? answer
        : answer.catch((error: unknown) => this.#failure(error, number, id));
    } catch (error) {
      return this.#failure(error, number, id);
    }
  }

  async #load(name: string, request: Record<string, unknown>): Promise<string> {
    const estimator = await estimatorNamed(name);
    const { configuration, env } = this.#setup;
    const known = {
      estimator,
      layers: [environmentLayer(estimator.fields, env), ...configuration.layers],
    };
    this.#known.set(name, known);
    return this.#document(known, request);
  }

  #document({ estimator, layers }: Known, values: Record<string, unknown>): string | Promise<string> {
    const request = readLayers(estimator.fields, [{ origin: "request", values, strict: true }, ...layers]);
    const { id } = values;
    const { fields } = this.#setup;
    const shown = (answer: Awaited<ReturnType<Estimator["answer"]>>): string => {
      const document = documentOf(estimator.name, request, answer);
      const body = fields === undefined ? document : selected(document.result, fields);
      return jsonLineOf(id === undefined ? body : { id, ...body });
    };
    const answer = estimator.answer(request, this.#resources);
    return answer instanceof Promise ? answer.then(shown) : shown(answer);
  }

  #failure(error: unknown, line: number, id: unknown): string {
    this.#failed = true;
    const { code, message, flag, hint } = problemOf(error);
    return jsonLineOf({
      ...(id === undefined ? {} : { id }),
      schema: "compute-est/error/1",
      version: VERSION,
      line,
      error: { code, message, flag, hint },
    });
  }
}

function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  if (error instanceof SyntaxError)
    return { code: "E-JSON", message: `The line is not JSON: ${error.message}.`, exit: 2 };
  throw error;
}
