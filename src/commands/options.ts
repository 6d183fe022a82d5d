import { type Command, Option } from "commander";
import { environmentOf, type Field, flagOf } from "../input/field.ts";
import { FORMATS } from "./output.ts";

/** A command line over several, cut before a flag as a shell reads it; a remark that does not fit stands above it. */
export function folded(line: string, width: number): string {
  const [command = "", remark] = line.split(/\s+(?=# )/);
  if (line.length <= width) return line;
  const lines: string[] = [];
  let current = "";
  for (const part of command.split(/ (?=--)/)) {
    const next = current === "" ? part : `${current} ${part}`;
    if (next.length + CONTINUED.length <= width || current === "") current = next;
    else {
      lines.push(current + CONTINUED);
      current = `    ${part}`;
    }
  }
  return [...(remark === undefined ? [] : [`  ${remark}`]), ...lines, current].join("\n");
}
const CONTINUED = " \\";

/** Options of a command's fields, under their headings. */
export function addFieldOptions(command: Command, fields: readonly Field[]): void {
  for (const field of fields) {
    const flag = flagOf(field);
    const { placeholder, choices } = offered(field);
    const help = choices === undefined ? field.help : `${field.help}: ${choices}`;
    const text = field.env === true ? `${help} (env: ${environmentOf(field)})` : help;
    const option = new Option(flagUsage(field, flag, placeholder), text);
    command.addOption(option.helpGroup(`${field.group}:`));
  }
}

/** Choices stand in the flag itself while they are short, and in its text where they would push all texts aside. */
const LONGEST_FLAG = 24;
function offered(field: Field): { readonly placeholder: string; readonly choices?: string } {
  const choices = field.type.type === "choice" ? field.type.choices : undefined;
  const inFlag = field.placeholder ?? choices?.join("|") ?? "value";
  if (choices === undefined || inFlag.length <= LONGEST_FLAG) return { placeholder: inFlag };
  return { placeholder: field.key.toLowerCase(), choices: choices.join(", ") };
}

function flagUsage(field: Field, flag: string, placeholder: string): string {
  if (field.type.type === "boolean") return flag;
  return field.type.type === "text" && field.type.optional === true
    ? `${flag} [${placeholder}]`
    : `${flag} <${placeholder}>`;
}

/** Options that every answer takes. */
export function addOutputOptions(command: Command, fields: readonly Field[] = []): void {
  const group = "Output:";
  const taken = fields.some((field) => field.key === "output");
  const add = (flags: string, text: string) => command.addOption(new Option(flags, text).helpGroup(group));
  add("--format <format>", `how to print: ${FORMATS.join(", ")} (env: COMPUTE_EST_FORMAT)`);
  add("--json", "short for --format json");
  addFileOptions(command, group, taken);
  add("--explain", "derive every figure, with its source");
  add("--width <columns>", "columns to use (default: the terminal's, else 80)");
  add("--digits <n>", "significant digits (default: 3)");
  add("--ascii", "no box-drawing characters");
  add("--color", "colours even where the output is no terminal");
  add("--no-color", "no colours");
  add("--config <file>", "read defaults and a catalogue from this file");
  add("--no-config", "read no configuration file");
  add("--catalog <file>", "add chips, models, fleets and prices of your own");
}

/** Where to write: --out everywhere, and --output unless the request has an output of its own. */
function addFileOptions(command: Command, group: string, taken: boolean): void {
  const add = (flags: string, text: string) => {
    const option = new Option(flags, text);
    option.attributeName = () => "file";
    command.addOption(option.helpGroup(group));
    return option;
  };
  if (taken) {
    add("-o, --out <file>", "write there; - is stdout (--output is the tokens of an answer)");
    return;
  }
  add("-o, --output <file>", "write there; - is stdout (--out says the same)");
  add("--out <file>", "as --output").hideHelp();
}

/** Values of the options that belong to the output, not to the request. */
export interface OutputOptions {
  readonly format?: string;
  readonly json?: true;
  readonly file?: string;
  readonly explain?: true;
  readonly width?: string;
  readonly digits?: string;
  readonly ascii?: true;
  readonly config?: string | boolean;
  readonly catalog?: string;
}
