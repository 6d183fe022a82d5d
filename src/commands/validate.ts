import { Argument, type Command } from "commander";
import { nearest } from "../catalog/nearest.ts";
import { jsonLineOf, jsonOf } from "../render/json.ts";
import type { View } from "../render/view.ts";
import { refuse } from "../units/problem.ts";
import { VERSION } from "../version.ts";
import { configLayers } from "./configuration.ts";
import { loadFacts } from "./facts.ts";
import type { Context } from "./index.ts";
import { addOutputOptions, type OutputOptions } from "./options.ts";
import { outputFormat, renderView, writeText } from "./output.ts";
import type { Part } from "./validate/part.ts";

export const PARTS: Readonly<Record<string, { readonly summary: string; load(): Promise<Part> }>> = {
  training: {
    summary: "tokens/s of published training steps, with a source or a chip left out of the fit",
    load: async () => (await import("./validate/training.ts")).trainingPart,
  },
  memory: {
    summary: "bytes on the fullest accelerator of published training runs, and whether runs fit",
    load: async () => (await import("./validate/memory.ts")).memoryPart,
  },
  serving: {
    summary: "latency and throughput of published serving runs, with a chip or a source left out of the fit",
    load: async () => (await import("./validate/serving.ts")).servingPart,
  },
  pools: {
    summary: "room for keys and values in the logs of serving engines, and what fits",
    load: async () => (await import("./validate/pools.ts")).poolsPart,
  },
  energy: {
    summary: "power and joules a token of published serving runs",
    load: async () => (await import("./validate/energy.ts")).energyPart,
  },
  runs: {
    summary: "published runs: compute under their own convention, and chip-hours",
    load: async () => (await import("./validate/runs.ts")).runsPart,
  },
};

/** `validate [PART]`: recomputes shipped measurements and prints predicted against measured. */
export function define(command: Command, { io }: Context): void {
  const list = Object.entries(PARTS)
    .map(([name, { summary }]) => `${name} (${summary})`)
    .join("; ");
  command
    .addHelpText(
      "before",
      Object.keys(PARTS)
        .map((name) => `  compute-est validate ${name}\n`)
        .join(""),
    )
    .addArgument(new Argument("[part]", `${list}; all of them where none is named`));
  addOutputOptions(command);
  command.action(async (name: string | undefined) => {
    const options: OutputOptions = command.opts();
    const format = outputFormat(options, io.env);
    const facts = await loadFacts(configLayers(options, io).catalogues);
    const names = name === undefined ? Object.keys(PARTS) : [partNamed(name)];
    const parts = await Promise.all(names.map(async (part) => (await PARTS[part]!.load()).run(facts)));
    const result = Object.assign({}, ...parts.map((part) => part.result));
    const document = { schema: "compute-est/validate/1", version: VERSION, result };
    if (format === "json") return writeText(jsonOf(document), options, io);
    if (format === "ndjson") return writeText(jsonLineOf(document), options, io);
    const view = parts.flatMap((part) => withMain(part.view));
    return writeText(await renderView(view, format, options, io, result, () => undefined), options, io);
  });
}

/** The first table of a part is its answer as rows; of several parts none is. */
function withMain(view: View): View {
  const first = view.find(({ block }) => block === "table");
  return view.map((block) => (block === first && block.block === "table" ? { ...block, main: true } : block));
}

function partNamed(name: string): string {
  if (name in PARTS) return name;
  const near = nearest(name, Object.keys(PARTS))[0];
  return refuse("E-CHOICE", `validate has no part "${name}".`, {
    hint: near === undefined ? `It has ${Object.keys(PARTS).join(", ")}.` : `Did you mean ${near}?`,
  });
}
