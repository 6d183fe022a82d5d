import { Argument, type Command, Option } from "commander";
import { nearest } from "../catalog/nearest.ts";
import { wrap } from "../render/wrap.ts";
import { refuse } from "../units/problem.ts";
import { VERSION } from "../version.ts";
import { filtered, filterFields } from "./catalog/filter.ts";
import { SHELVES, type Shelf } from "./catalog/shelves.ts";
import { configLayers } from "./configuration.ts";
import type { Context } from "./index.ts";
import { addOutputOptions, type OutputOptions } from "./options.ts";
import { outputFormat, renderView, writeText } from "./output.ts";
import type { UserFile } from "./user-catalogue.ts";

const EXAMPLES = `  compute-est catalog list
  compute-est catalog list accelerators --filter vendor=AMD \\
    --filter "year>=2023"
  compute-est catalog show h100
  compute-est catalog show models llama-3.1-405b
`;

const HELP_WIDTH = 80;

interface CatalogOptions extends OutputOptions {
  readonly filter?: readonly string[];
}

/** `catalog list [KIND]` and `catalog show [KIND] NAME`. */
export function define(command: Command, context: Context): void {
  command
    .addHelpText("before", EXAMPLES)
    .addArgument(new Argument("[action]", "list or show; a kind alone lists it").default("list"))
    .addArgument(
      new Argument("[words...]", `a kind (${Object.keys(SHELVES).join(", ")}), and for show a name`),
    )
    .addOption(
      new Option(
        "--filter <condition...>",
        "only rows where it holds: vendor=AMD, year>=2023, memory>=80GB, name~llama",
      ).helpGroup("Filter:"),
    );
  addOutputOptions(command);
  command.addHelpText("after", fieldsText);
  command.action(async (action: string, words: readonly string[]) => {
    const options: CatalogOptions = command.opts();
    const { catalogues } = configLayers(options, context.io);
    if (action === "list") return list(words, options, context, catalogues);
    if (action === "show") return show(words, options, context, catalogues);
    if (shelfNamed(action) !== undefined) return list([action, ...words], options, context, catalogues);
    const near = nearest(action, ["list", "show"])[0];
    return refuse("E-CHOICE", `catalog does list and show, not "${action}".`, {
      hint:
        near !== undefined && near[0] === action[0]
          ? `Did you mean ${near}?`
          : `To look a name up: compute-est catalog show "${action}".`,
    });
  });
}

/** What conditions may name, under the options. */
function fieldsText(): string {
  const lines = filterFields()
    .split("\n")
    .flatMap((line) =>
      wrap(line, HELP_WIDTH - 4).map((part, index) => (index === 0 ? `  ${part}` : `    ${part}`)),
    );
  return `\nFields of --filter (and the keys of CSV and JSON):\n${lines.join("\n")}`;
}

function shelfNamed(word: string): Shelf | undefined {
  const plain = word.toLowerCase();
  return Object.values(SHELVES).find((shelf) => [shelf.kind, ...shelf.aliases].includes(plain));
}

async function list(
  words: readonly string[],
  options: CatalogOptions,
  { io }: Context,
  user: readonly UserFile[],
): Promise<void> {
  const [word] = words;
  const format = outputFormat(options, io.env);
  if (word === undefined) {
    const counts = await Promise.all(
      Object.values(SHELVES).map(async (shelf) => ({
        kind: shelf.kind,
        rows: (await shelf.load(user)).length,
        holds: shelf.holds,
      })),
    );
    const view = [
      {
        block: "table",
        main: true,
        heading: "The catalogue",
        table: {
          columns: [
            { key: "kind", title: "kind" },
            { key: "rows", title: "rows", kind: "integer" },
            { key: "holds", title: "holds" },
          ],
          rows: counts.map(({ kind, rows, holds }) => [kind, rows, holds]),
        },
      },
    ] as const;
    return write(view, { kinds: counts }, "catalog", format, options, io);
  }
  const shelf = shelfNamed(word) ?? unknownShelf(word);
  const rows = filtered(shelf, await shelf.load(user), options.filter ?? []);
  return write(
    [{ block: "table", main: true, table: shelf.table(rows) }],
    { kind: shelf.kind, rows },
    "catalog",
    format,
    options,
    io,
  );
}

function unknownShelf(word: string): never {
  const near = nearest(word, Object.keys(SHELVES))[0];
  return refuse("E-CHOICE", `The catalogue has no "${word}".`, {
    hint: near === undefined ? `It has ${Object.keys(SHELVES).join(", ")}.` : `Did you mean ${near}?`,
  });
}

/** `catalog show NAME` looks on every shelf; with a kind, on that one. */
async function show(
  words: readonly string[],
  options: CatalogOptions,
  { io }: Context,
  user: readonly UserFile[],
): Promise<void> {
  const format = outputFormat(options, io.env);
  const first = words.length > 1 ? shelfNamed(words[0] ?? "") : undefined;
  const name = (first === undefined ? words : words.slice(1)).join(" ");
  if (name === "")
    refuse("E-USAGE", "catalog show takes a name.", { hint: "E.g. compute-est catalog show h100." });
  const shelves = first === undefined ? Object.values(SHELVES) : [first];
  const near: string[] = [];
  for (const shelf of shelves) {
    const lookup = shelf.find(await shelf.load(user), name);
    if (lookup.found !== undefined) {
      const card = await shelf.card(lookup.found, lookup.how);
      return write(
        card.view,
        { kind: shelf.kind, row: lookup.found, provenance: card.provenance },
        "catalog",
        format,
        options,
        io,
      );
    }
    near.push(...lookup.nearest.map((row) => row.id));
  }
  return refuse("E-NAME", `The catalogue has no "${name}".`, {
    hint:
      near.length === 0
        ? "`compute-est catalog list` shows what there is."
        : `Nearest: ${near.slice(0, 3).join(", ")}.`,
  });
}

async function write(
  view: Parameters<typeof renderView>[0],
  result: Record<string, unknown>,
  name: string,
  format: ReturnType<typeof outputFormat>,
  options: OutputOptions,
  io: Context["io"],
): Promise<void> {
  if (format === "json" || format === "ndjson") {
    const { jsonLineOf, jsonOf } = await import("../render/json.ts");
    const rows = result.rows ?? result.kinds;
    const document = { schema: `compute-est/${name}/1`, version: VERSION, result };
    if (format === "json") return writeText(jsonOf(document), options, io);
    const lines = Array.isArray(rows) ? rows : [document];
    return writeText(lines.map(jsonLineOf).join(""), options, io);
  }
  return writeText(await renderView(view, format, options, io, result, () => undefined), options, io);
}
