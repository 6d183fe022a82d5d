import tab from "@bomb.sh/tab";
import { Argument, Command } from "commander";
import { refuse } from "../units/problem.ts";
import { ESTIMATORS, estimatorNamed } from "./estimators.ts";
import { loadFacts } from "./facts.ts";
import { COMMANDS, type Context } from "./index.ts";
import { FORMATS } from "./output.ts";
import { TOPIC_NAMES } from "./topics.ts";

const SHELLS = ["bash", "zsh", "fish", "powershell"];

/** `completion SHELL` prints the script that the shell sources; the script calls `complete`. */
export function define(command: Command, context: Context): void {
  if (command.name() === "complete") {
    command
      .argument("[words...]")
      .allowUnknownOption()
      .action(async (words: readonly string[]) => {
        await describe(words, context);
        tab.parse([...words]);
      });
    return;
  }
  command
    .addHelpText(
      "before",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the shell
      '  source <(compute-est completion bash)\n  compute-est completion zsh > "${fpath[1]}/_compute-est"\n',
    )
    .addArgument(new Argument("<shell>", SHELLS.join(", ")))
    .action((shell: string) => {
      if (!SHELLS.includes(shell)) {
        refuse("E-CHOICE", `"${shell}" is not one of ${SHELLS.join(", ")}.`, {
          hint: "See compute-est completion --help.",
        });
      }
      context.outcome.exit = 0;
      tab.setup("compute-est", "compute-est", shell);
    });
}

/** Tells the completion library the commands, and of the one on the line its words, flags and the values they take. */
async function describe(words: readonly string[], context: Context): Promise<void> {
  for (const entry of COMMANDS) if (entry.hidden !== true) tab.command(entry.name, entry.summary);
  const topics = [...COMMANDS.map(({ name }) => name), ...TOPIC_NAMES];
  tab.command("help", "help on a command or a topic").argument("topic", offer(topics));
  const entry = COMMANDS.find((candidate) => candidate.name === words.find((word) => !word.startsWith("-")));
  if (entry === undefined || entry.hidden === true) return;
  const command = new Command(entry.name).description(entry.summary);
  await (await entry.load()).define(command, { ...context, argv: words });
  const values = await valuesOf();
  await describeOne(entry.name, command, values);
  for (const inner of command.commands)
    await describeOne(`${entry.name} ${inner.name()}`, inner as Command, values);
}

type Values = Readonly<Record<string, readonly string[]>>;

/** Names of the catalogue by the key of the request that takes them. */
async function valuesOf(): Promise<Values> {
  const facts = await loadFacts([]);
  const ids = (rows: readonly { readonly id: string }[]) => rows.map(({ id }) => id);
  const fleets = ids(facts.fleets);
  return {
    model: ids(facts.models),
    gpu: ids(facts.chips),
    fleet: fleets,
    fleets,
    reference: fleets,
    grid: ids(facts.grids),
    format: FORMATS,
  };
}

async function describeOne(path: string, command: Command, values: Values): Promise<void> {
  const name = path.replace(" ", "-");
  const known = ESTIMATORS.some((candidate) => candidate.name === name)
    ? await estimatorNamed(name)
    : undefined;
  const completed = tab.command(path, command.description());
  for (const option of command.options) {
    if (option.hidden || option.long === undefined) continue;
    const key = option.attributeName();
    const type = known?.fields.find((field) => field.key === key)?.type;
    const choices = type?.type === "choice" ? type.choices : (values[key] ?? []);
    if (option.required || option.optional)
      completed.option(option.long.slice(2), option.description, offer(choices));
    else completed.option(option.long.slice(2), option.description);
  }
  const operands = known?.operands === undefined ? [] : [values[known.operands.key] ?? []];
  for (const [index, choices] of ((await WORDS[name]?.()) ?? operands).entries())
    completed.argument(`${index}`, offer(choices), known !== undefined);
}

/** What the words of a command may be, in their order. */
const WORDS: Readonly<Record<string, () => Promise<readonly (readonly string[])[]>>> = {
  catalog: async () => [["list", "show"], Object.keys((await import("./catalog/shelves.ts")).SHELVES)],
  validate: async () => [Object.keys((await import("./validate.ts")).PARTS)],
  sweep: async () => [ESTIMATORS.map(({ name }) => name)],
  schema: async () => [
    [...ESTIMATORS.map(({ name }) => name), "catalog", "scenario"],
    ["request", "result"],
  ],
  completion: async () => [SHELLS],
};

function offer(values: readonly string[]) {
  return (complete: (value: string, description: string) => void): void => {
    for (const value of values) complete(value, "");
  };
}
