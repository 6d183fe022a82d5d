import { Command, CommanderError } from "commander";
import { ESTIMATORS, targetOf } from "./commands/estimators.ts";
import { COMMANDS, type CommandEntry } from "./commands/index.ts";
import { finish, type Io, processIo, type WriteState } from "./io.ts";
import { ProblemError } from "./units/problem.ts";
import { VERSION } from "./version.ts";

const EXIT_BUG = 70;

/** The program on the real process. */
export async function main(): Promise<void> {
  const state: WriteState = { exitCode: undefined };
  finish(await run(process.argv.slice(2), processIo(state)), state);
}

/** Runs one command line. Returns the exit code: 0 answered, 1 no answer, 2 bad request, 70 our bug, 130 interrupted. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const outcome = { exit: 0 };
  let program: Command | undefined;
  try {
    program = await buildProgram(argv, io, outcome);
    if (argv.length === 0) {
      io.out.write(shortHelp());
      return 2;
    }
    await program.parseAsync([...helpLast(argv)], { from: "user" });
    return outcome.exit;
  } catch (error) {
    return reportFailure(error, { argv, io, help: helpOf(program, argv) });
  }
}

/** Registers every command by name, and loads only the one that is asked for. */
async function buildProgram(argv: readonly string[], io: Io, outcome: { exit: number }): Promise<Command> {
  const program = new Command("compute-est")
    .description(
      "How much compute large language models need, to train and to serve, and what a fleet makes of it.",
    )
    .version(VERSION, "-V, --version", "print the version")
    .helpCommand("help [topic]", "help on a command, or on: units, exit-codes, environment, formats, method")
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.out.write(text),
      writeErr: () => undefined,
      getOutHelpWidth: () => helpWidth(io),
      getErrHelpWidth: () => helpWidth(io),
      getOutHasColors: () => io.out.chalk.level > 0,
    })
    .configureHelp({ minWidthToWrap: LEAST_HELP })
    .addHelpText("after", EXAMPLES);
  const wanted = wantedCommand(argv);
  for (const entry of COMMANDS) {
    const command = program
      .command(entry.name, { hidden: entry.hidden === true })
      .description(entry.summary)
      .helpGroup(entry.group);
    if (entry.name === wanted) await (await entry.load()).define(command, { io, outcome, argv });
  }
  if (argv[0] === "help") await helpTopic(program, argv[1]);
  return program;
}

/** `help plan infer` is `plan infer --help`; `help plan` and help on topics have a command of their own. */
function helpLast(argv: readonly string[]): readonly string[] {
  const [first, ...words] = argv;
  const nested = first === "help" && words.length > 1 && COMMANDS.some((entry) => entry.name === words[0]);
  return nested ? [...words, "--help"] : argv;
}

/** The command that the line names: its first word, or the word after `help`. */
function wantedCommand(argv: readonly string[]): string | undefined {
  const words = argv.filter((word) => !word.startsWith("-"));
  return words[0] === "help" ? words[1] : words[0];
}

async function helpTopic(program: Command, topic: string | undefined): Promise<void> {
  if (topic === undefined || COMMANDS.some((entry: CommandEntry) => entry.name === topic)) return;
  const { topicText } = await import("./commands/topics.ts");
  const text = topicText(topic);
  program.helpCommand(false);
  program.command("help [topic]").action(() => program.configureOutput().writeOut?.(text));
}

function helpWidth(io: Io): number {
  return Math.min(Number(io.env.COLUMNS) || io.out.columns || 80, 120);
}

/** Where the failed line has its help: `plan infer --help`. */
function helpOf(program: Command | undefined, argv: readonly string[]): string {
  const path: string[] = [];
  let command = program;
  for (const word of argv.filter((candidate) => !candidate.startsWith("-"))) {
    command = command?.commands.find((candidate) => candidate.name() === word);
    if (command === undefined) break;
    path.push(word);
    if (word === "sweep") path.push(...sweptName(argv));
  }
  return ["compute-est", ...path, "--help"].join(" ");
}

/** The command that a sweep is of, whose options its help lists. */
function sweptName(argv: readonly string[]): readonly string[] {
  const words = argv.slice(argv.indexOf("sweep") + 1).filter((word) => !word.startsWith("-"));
  const { name } = targetOf(words);
  return ESTIMATORS.some((estimator) => estimator.name === name) ? [name] : [];
}

/** The line that failed. */
interface Failed {
  readonly argv: readonly string[];
  readonly io: Io;
  readonly help: string;
}

/** One line on stderr (or an error document under --json), and the exit code. */
function reportFailure(error: unknown, failed: Failed): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    const message =
      error.code === "commander.help"
        ? "A word is missing: the command does nothing by itself."
        : error.message.replace(/^error: /, "").replaceAll("\n", " ");
    return writeProblem({ code: "E-USAGE", message: sentence(message), exit: 2 }, failed);
  }
  if (error instanceof ProblemError) return writeProblem(error.problem, failed);
  const { message } = error as Error;
  failed.io.err.write(
    `compute-est: a bug of ours: ${message}. Please report the command line that led here.\n`,
  );
  return EXIT_BUG;
}

function sentence(text: string): string {
  const first = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.?!)]$/.test(first) ? first : `${first}.`;
}

function writeProblem(problem: ProblemError["problem"], { argv, io, help }: Failed): number {
  const { message, hint, code, flag } = problem;
  if (wantsJson(argv)) {
    const document = {
      schema: "compute-est/error/1",
      version: VERSION,
      error: { code, message, flag, hint },
    };
    io.out.write(`${JSON.stringify(document, undefined, 2)}\n`);
  } else {
    const wayOut = hint ?? (problem.exit === 2 ? `See ${help}.` : "");
    io.err.write(`compute-est: ${`${message} ${wayOut}`.trim()}\n`);
  }
  return problem.exit;
}

function wantsJson(argv: readonly string[]): boolean {
  const format = argv.lastIndexOf("--format");
  return (
    argv.includes("--json") || argv.includes("--format=json") || (format >= 0 && argv[format + 1] === "json")
  );
}

/** Columns that the texts of options keep beside their flags before they are left unwrapped. */
const LEAST_HELP = 20;

const EXAMPLES = `
Examples:
  compute-est train --params 1.5e12            # compute, fleets, thresholds
  compute-est train --model llama-3.1-405b --gpu h100 --gpus 16384
  compute-est train --params 70B --tokens 15T --gpu h100 --days 30 --json |
    jq .result.fleet.gpus
  compute-est fleet 10000xa100 tesla-a100-7360 dojo-exapod
`;

function shortHelp(): string {
  const shown = COMMANDS.filter((entry) => entry.hidden !== true);
  const width = Math.max(...shown.map((entry) => entry.name.length));
  const lines = shown.map((entry) => `  ${entry.name.padEnd(width)}  ${entry.summary}`);
  return [
    "compute-est: how much compute large language models need, to train and to serve.",
    "",
    "Usage: compute-est <command> [options]",
    "",
    ...lines,
    "",
    "Start with: compute-est train --params 1.5e12        More: compute-est --help",
    "",
  ].join("\n");
}
