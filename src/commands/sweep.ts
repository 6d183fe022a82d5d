import { Argument, type Command, Option } from "commander";
import { environmentLayer } from "../input/layers.ts";
import { configLayers } from "./configuration.ts";
import type { Estimator } from "./estimator.ts";
import { ESTIMATORS, estimatorNamed, targetOf } from "./estimators.ts";
import { loadFacts } from "./facts.ts";
import type { Context } from "./index.ts";
import { addFieldOptions, addOutputOptions } from "./options.ts";
import { writeText } from "./output.ts";
import { formatOf, frontOf, lineSink, textOf } from "./sweep-output.ts";
import { planOf, type SweepOptions } from "./sweep-plan.ts";
import { refuseStrangeKeys, type SweepRequest, sweepRequest } from "./sweep-request.ts";
import { eachPoint, resumed } from "./sweep-run.ts";
import type { SweepRow } from "./sweep-view.ts";

const EXAMPLES = `  compute-est sweep train --params 70B --tokens 15T --mfu 0.4 \\
    --gpu a100,h100,b200 --gpus 1k..64k..x2
  compute-est sweep train --params 7B..70B..x2 --gpu h100 --gpus 512 --mfu 0.4 \\
    --columns time,cost --format csv
  compute-est sweep train --params 70B --mfu 0.4 --gpu a100,h100 \\
    --gpus 256..4096..x2 --pareto time,cost
  compute-est sweep train --params 60B..80B --mfu 0.3..0.5 --gpu h100 \\
    --gpus 1024 --samples 1000 --format csv
  compute-est sweep train --points points.ndjson --shard 3/64 --format ndjson
`;

const EXIT_INTERRUPTED = 130;
/** `sweep COMMAND`: every numeric or named flag may be an axis; one row a point. */
export async function define(command: Command, context: Context): Promise<void> {
  const names = ESTIMATORS.map((entry) => entry.name);
  command
    .addHelpText("before", EXAMPLES)
    .addArgument(
      new Argument(
        "<command>",
        `one of ${names.join(", ")} (\`compute-est sweep train --help\` lists the flags of train); or a JSON request, as --json prints it under input: a file.json, or - for stdin`,
      ),
    )
    .addArgument(new Argument("[words...]", "its operands"));
  const asked = context.argv.slice(context.argv.indexOf("sweep") + 1).filter((word) => !word.startsWith("-"));
  const { name: wanted } = targetOf(asked);
  const estimator = names.includes(wanted) ? await estimatorNamed(wanted) : undefined;
  if (estimator !== undefined) {
    addFieldOptions(
      command,
      estimator.fields.filter((field) => field.key !== estimator.operands?.key),
    );
  } else command.allowUnknownOption();
  addSweepOptions(command);
  addOutputOptions(command, estimator?.fields);
  command.action(async (first: string, more: readonly string[]) => {
    const request = sweepRequest([first, ...more], context.io);
    if (request !== undefined) return replay(request, command.opts(), context);
    const { name, words } = targetOf([first, ...more]);
    await sweep(estimator ?? (await estimatorNamed(name)), words, command.opts(), context);
  });
}

function addSweepOptions(command: Command): void {
  const add = (flags: string, text: string) => command.addOption(new Option(flags, text).helpGroup("Sweep:"));
  add(
    "--columns <figures>",
    "figures to print, by path or name, and ends of their intervals, e.g. time,cost.usd,time.p95",
  );
  add(
    "--points <file>",
    "requests to answer over the flags given: NDJSON, or a .csv file with the keys in its first line; - is stdin",
  );
  add("--pareto <figures>", "only the points that no other beats in all of these, e.g. cost,time");
  add(
    "--shard <k/n>",
    "the k-th of n parts, counted from 1; as NDJSON or CSV they concatenate to the whole (of CSV the first alone has the header, and each a column error)",
  );
  add(
    "--resume <file>",
    "complete this NDJSON file: points it has are skipped, a torn last line is dropped; a file of other points or figures is refused",
  );
}

/** A sweep that was written down: a document's input, or one like it. */
async function replay(request: SweepRequest, options: SweepOptions, context: Context): Promise<void> {
  const estimator = await estimatorNamed(request.of);
  refuseStrangeKeys(estimator, request);
  await sweep(estimator, [], { ...request.options, ...options }, context, request.values);
}

async function sweep(
  estimator: Estimator,
  words: readonly string[],
  options: SweepOptions,
  { io, outcome }: Context,
  values?: SweepRequest["values"],
): Promise<void> {
  const configuration = configLayers(options, io);
  const resources = {
    readFile: (path: string) => io.readFile(path),
    facts: await loadFacts(configuration.catalogues),
  };
  const layers = [environmentLayer(estimator.fields, io.env), ...configuration.layers];
  const format = formatOf(options, io.env);
  const plan = await planOf(estimator, words, options, layers, io, values);
  const rest =
    options.resume === undefined ? plan : await resumed(plan, options.resume, io, resources, layers);
  const lines = format === "ndjson" && options.pareto === undefined ? lineSink(plan, options, io) : undefined;
  // rows on the terminal are progress enough
  const quiet = lines?.toTerminal === true;
  const rows: SweepRow[] = [];
  const kept = { add: (row: SweepRow) => void rows.push(row) };
  const state = await eachPoint(rest, resources, layers, { io, quiet }, lines ?? kept);
  if (lines === undefined) {
    const shown = options.pareto === undefined ? rows : frontOf(rows, plan, options.pareto);
    writeText(await textOf(plan, shown, rows.length, format, options, io), options, io);
  } else lines.flush();
  outcome.exit = state.interrupted ? EXIT_INTERRUPTED : state.failed ? 1 : 0;
}
