import { type Command, Option } from "commander";
import type { Io } from "../io.ts";
import { refuse } from "../units/problem.ts";
import { type AnswerLines, answersOf } from "./batch-answers.ts";
import { fieldsOf } from "./batch-fields.ts";
import { configLayers } from "./configuration.ts";
import type { Context } from "./index.ts";
import type { OutputOptions } from "./options.ts";
import { tellerOf } from "./progress.ts";

const EXAMPLES = `  compute-est batch < requests.ndjson > answers.ndjson
  echo '{"command": "train", "params": 7e9, "gpu": "h100", "gpus": 64}' |
    compute-est batch
`;

const EXIT_INTERRUPTED = 130;
/**
 * Lines are answered in blocks that take about this long: then what is done is written, and an interrupt heard. That is some
 * 64 kB of documents; allocators ask the system for larger pieces, page by page.
 */
const BLOCK_MS = 0.5;
const MOST_LINES = 1024;

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
      const options: BatchOptions = command.opts();
      const lines = linesOf(file, io);
      const fields = options.fields === undefined ? undefined : await fieldsOf(options.fields);
      const setup = { configuration: configLayers(options, io), env: io.env, fields };
      const answers = await answersOf(setup, (path) => io.readFile(path));
      outcome.exit = await answerAll(lines, answers, io);
    });
}

function linesOf(file: string | undefined, io: Io): AsyncIterable<readonly string[]> {
  const stdin = file === undefined || file === "-";
  if (stdin && io.stdinIsTTY) {
    refuse("E-STDIN", "batch reads requests from stdin, and stdin is a terminal.", {
      hint: "Pipe some in, or name a file.",
    });
  }
  return io.lines(stdin ? undefined : file) ?? refuse("E-FILE", `There is no file "${file}".`);
}

async function answerAll(
  chunks: AsyncIterable<readonly string[]>,
  answers: AnswerLines,
  io: Io,
): Promise<number> {
  const state = { interrupted: false, failed: false };
  io.onInterrupt(() => {
    state.interrupted = true;
  });
  // answers on the terminal are progress enough
  const teller = io.out.isTTY ? undefined : tellerOf(io, "lines");
  let done = 0;
  let size = 1;
  for await (const chunk of chunks) {
    for (let from = 0; from < chunk.length && !state.interrupted; ) {
      const block = chunk.slice(from, from + size);
      const start = performance.now();
      const { text, failed } = await answers(block);
      io.out.write(text);
      state.failed ||= failed;
      from += block.length;
      done += block.length;
      teller?.update(done);
      size = nextSize(size, performance.now() - start);
      await io.drained();
      await io.turn();
    }
    if (state.interrupted) break;
  }
  teller?.clear();
  return state.interrupted ? EXIT_INTERRUPTED : state.failed ? 1 : 0;
}

/** As many lines as take about the time of a block, from what the last one took. */
const nextSize = (size: number, spent: number): number =>
  Math.max(1, Math.min(Math.floor((size * BLOCK_MS) / spent), 2 * size, MOST_LINES));
