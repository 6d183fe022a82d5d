import { Chalk } from "chalk";
import { run } from "../../src/cli.ts";
import type { Io, Sink } from "../../src/io.ts";

export interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface Setting {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly columns?: number;
  readonly tty?: boolean;
  /** The interrupt comes at this turn of the process. */
  readonly interruptAt?: number;
  /** Collects what is written to files. */
  readonly written?: Record<string, string>;
}

/** Runs a command line in this process, as the real one would, and returns what it printed. */
export async function runCli(argv: readonly string[], setting: Setting = {}): Promise<Run> {
  let out = "";
  let err = "";
  let turns = 0;
  let interrupt: () => void = () => undefined;
  const sink = (write: (text: string) => void): Sink => ({
    isTTY: setting.tty === true,
    columns: setting.columns ?? 0,
    chalk: new Chalk({ level: 0 }),
    write,
  });
  const io: Io = {
    out: sink((text) => {
      out += text;
    }),
    err: sink((text) => {
      err += text;
    }),
    stdinIsTTY: setting.stdin === undefined,
    env: setting.env ?? {},
    cwd: "/project",
    unicode: setting.tty === true,
    readStdin: () => setting.stdin ?? "",
    lines: (path) => {
      const text = path === undefined ? (setting.stdin ?? "") : setting.files?.[path];
      return text === undefined ? undefined : chunks(text);
    },
    readFile: (path) => setting.files?.[path],
    writeFile: (path, text) => {
      if (setting.written !== undefined) setting.written[path] = text;
    },
    appendFile: (path, text) => {
      if (setting.written !== undefined)
        setting.written[path] = (setting.written[path] ?? setting.files?.[path] ?? "") + text;
    },
    drained: () => Promise.resolve(),
    onInterrupt: (listener) => {
      interrupt = listener;
    },
    turn: async () => {
      turns += 1;
      if (turns === setting.interruptAt) interrupt();
    },
  };
  const code = await run(argv, io);
  return { code, out, err };
}

async function* chunks(text: string): AsyncIterable<readonly string[]> {
  yield text.split("\n");
}

/** The result of a command under --json. */
export async function resultOf<T>(argv: readonly string[], setting: Setting = {}): Promise<T> {
  const { out, err, code } = await runCli([...argv, "--json"], setting);
  if (code !== 0) throw new Error(`${argv.join(" ")}: exit ${code}: ${err}${out}`);
  return JSON.parse(out).result as T;
}

/** Splits a shell-like line at spaces, honouring quotes. */
export function words(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    (match) => match[1] ?? match[2] ?? match[3] ?? "",
  );
}
