import tab from "@bomb.sh/tab";
import { Argument, type Command } from "commander";
import { type Field, flagOf } from "../input/field.ts";
import { refuse } from "../units/problem.ts";
import { ESTIMATORS, estimatorNamed } from "./estimators.ts";
import { loadFacts } from "./facts.ts";
import { COMMANDS, type Context } from "./index.ts";
import { FORMATS } from "./output.ts";

const SHELLS = ["bash", "zsh", "fish", "powershell"];

/** `completion SHELL` prints the script that the shell sources; the script calls `complete`. */
export function define(command: Command, context: Context): void {
  if (command.name() === "complete") {
    command
      .argument("[words...]")
      .allowUnknownOption()
      .action(async (words: readonly string[]) => {
        await describe();
        tab.parse([...words]);
      });
    return;
  }
  command
    .addHelpText(
      "before",
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

/** Tells the completion library every command, its flags and the values they take. */
async function describe(): Promise<void> {
  const facts = await loadFacts([]);
  const values: Readonly<Record<string, readonly string[]>> = {
    model: facts.models.map((row) => row.id),
    gpu: facts.chips.map((row) => row.id),
    fleet: facts.fleets.map((row) => row.id),
    reference: facts.fleets.map((row) => row.id),
    grid: facts.grids.map((row) => row.id),
  };
  for (const entry of COMMANDS) {
    if (entry.hidden === true) continue;
    const command = tab.command(entry.name, entry.summary);
    if (!ESTIMATORS.some((candidate) => candidate.name === entry.name)) continue;
    const estimator = await estimatorNamed(entry.name);
    for (const field of estimator.fields) {
      const choices = choicesOf(field, values);
      const name = flagOf(field).slice(2);
      if (field.type.type === "boolean") command.option(name, field.help);
      else command.option(name, field.help, offer(choices));
    }
    command.option("format", "how to print", offer(FORMATS));
    command.option("json", "short for --format json");
    command.option("explain", "derive every figure");
  }
}

function offer(values: readonly string[]) {
  return (complete: (value: string, description: string) => void): void => {
    for (const value of values) complete(value, "");
  };
}

function choicesOf(field: Field, values: Readonly<Record<string, readonly string[]>>): readonly string[] {
  return field.type.type === "choice" ? field.type.choices : (values[field.key] ?? []);
}
