import type { Command } from "commander";
import type { Io } from "../io.ts";

/** What a command is handed: the process edge, and where it leaves its exit code. */
export interface Context {
  readonly io: Io;
  readonly outcome: { exit: number };
  /** The command line, for commands whose options depend on a word of it. */
  readonly argv: readonly string[];
}

/** A command's own file: its options and its call. */
export interface CommandModule {
  define(command: Command, context: Context): void | Promise<void>;
}

/** What root help shows of a command without loading it. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly group: string;
  /** Left out of help: called by other programs. */
  readonly hidden?: true;
  load(): Promise<CommandModule>;
}

const ESTIMATE = "Estimate:";
const LOOK = "Look up and check:";
const SCRIPT = "Scripts:";

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: "train",
    summary: "compute, time, memory, money, energy and carbon of a training run",
    group: ESTIMATE,
    load: () => import("./train.ts"),
  },
  {
    name: "infer",
    summary: "latency, accelerators, memory, money and energy of serving a model",
    group: ESTIMATE,
    load: () => import("./infer.ts"),
  },
  {
    name: "plan",
    summary: "searches parallel layouts, ranks them, says why the rest were turned away",
    group: ESTIMATE,
    load: () => import("./plan.ts"),
  },
  {
    name: "fleet",
    summary: "fleets of accelerators side by side",
    group: ESTIMATE,
    load: () => import("./fleet.ts"),
  },
  {
    name: "catalog",
    summary: "list and show accelerators, models, fleets, grids, prices, with source and date",
    group: LOOK,
    load: () => import("./catalog.ts"),
  },
  {
    name: "scale",
    summary: "compute-optimal parameters and tokens for a budget, by every law",
    group: ESTIMATE,
    load: () => import("./scale.ts"),
  },
  {
    name: "demand",
    summary: "training and serving of a market over years, and when serving overtakes",
    group: ESTIMATE,
    load: () => import("./demand.ts"),
  },
  {
    name: "audit",
    summary: "recomputes a published claim, and names the hidden assumption that makes it true",
    group: LOOK,
    load: () => import("./audit.ts"),
  },
  {
    name: "validate",
    summary: "predicted against measured, on the shipped measurements",
    group: LOOK,
    load: () => import("./validate.ts"),
  },
  {
    name: "sweep",
    summary: "many points of a command: a grid, a file of points",
    group: SCRIPT,
    load: () => import("./sweep.ts"),
  },
  {
    name: "batch",
    summary: "NDJSON requests in, NDJSON answers out, in order",
    group: SCRIPT,
    load: () => import("./batch.ts"),
  },
  {
    name: "schema",
    summary: "JSON Schema of a command's request or result",
    group: SCRIPT,
    load: () => import("./schema.ts"),
  },
  {
    name: "completion",
    summary: "shell completion for bash, zsh, fish or PowerShell",
    group: SCRIPT,
    load: () => import("./completion.ts"),
  },
  {
    name: "complete",
    summary: "what the completion scripts call",
    group: SCRIPT,
    hidden: true,
    load: () => import("./completion.ts"),
  },
];
