import { appendFileSync, createReadStream, openSync, readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { Chalk, type ChalkInstance } from "chalk";

/** One output stream as the program sees it. */
export interface Sink {
  readonly isTTY: boolean;
  readonly columns: number;
  /** Colours for this stream alone. */
  readonly chalk: ChalkInstance;
  write(text: string): void;
}

/** The process edge. Everything else takes this as an argument, so tests hand in their own. */
export interface Io {
  readonly out: Sink;
  readonly err: Sink;
  readonly stdinIsTTY: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Box drawing is welcome: a terminal that says UTF-8. */
  readonly unicode: boolean;
  readStdin(): string;
  /** Lines of a file, or of stdin where none is named, as they come, in constant memory. Undefined where there is no such file. */
  lines(path?: string): AsyncIterable<readonly string[]> | undefined;
  /** The text of a file, or undefined where there is none. Other failures throw. */
  readFile(path: string): string | undefined;
  writeFile(path: string, text: string): void;
  appendFile(path: string, text: string): void;
  /** Resolves once everything written has been taken, so that slow readers bound our memory. */
  drained(): Promise<void>;
  onInterrupt(listener: () => void): void;
  /** Lets the process hear what came in meanwhile: an interrupt, a reader that left. */
  turn(): Promise<void>;
}

/** Colour level by the usual rules: FORCE_COLOR, then NO_COLOR, TERM=dumb, CI, then whether it is a terminal. */
export function colourLevel(env: Io["env"], isTTY: boolean, wish: boolean | undefined): 0 | 1 {
  if (wish !== undefined) return wish ? 1 : 0;
  const force = env.FORCE_COLOR;
  if (force !== undefined && force !== "" && force !== "0" && force !== "false") return 1;
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== "") return 0;
  if (env.TERM === "dumb" || force === "0" || force === "false") return 0;
  return isTTY ? 1 : 0;
}

/** Set once a stream refuses what we write: 0 for a reader that went away, 74 for anything else. */
export interface WriteState {
  exitCode: 0 | 74 | undefined;
}

/** The real process, with a closed pipe as a quiet end and any other write failure as exit 74. */
export function processIo(state: WriteState): Io {
  const argv = process.argv.slice(2);
  const wish = argv.includes("--no-color") ? false : argv.includes("--color") ? true : undefined;
  const sink = (stream: NodeJS.WriteStream): Sink => {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      state.exitCode ??= error.code === "EPIPE" ? 0 : 74;
      if (error.code !== "EPIPE" && stream !== process.stderr) {
        process.stderr.write(`compute-est: could not write: ${error.message}\n`);
      }
    });
    return {
      isTTY: stream.isTTY === true,
      columns: stream.columns || 0,
      chalk: new Chalk({ level: colourLevel(process.env, stream.isTTY === true, wish) }),
      write: (text) => {
        if (state.exitCode === undefined) stream.write(text);
      },
    };
  };
  const locale = process.env.LC_ALL || process.env.LC_CTYPE || process.env.LANG || "";
  return {
    out: sink(process.stdout),
    err: sink(process.stderr),
    // opening stdin costs every start, and few commands read it
    get stdinIsTTY() {
      return process.stdin.isTTY === true;
    },
    env: process.env,
    cwd: process.cwd(),
    unicode: process.stdout.isTTY === true && (/utf-?8/i.test(locale) || process.platform === "win32"),
    readStdin,
    lines,
    readFile,
    writeFile: (path, text) => writeFileSync(path, text),
    appendFile: (path, text) => appendFileSync(path, text),
    drained: () => drained(state),
    onInterrupt: (listener) => void process.once("SIGINT", listener),
    turn: () => new Promise((resolve) => setImmediate(resolve)),
  };
}

/** A closed or absent stdin reads as empty. */
function readStdin(): string {
  try {
    return readFileSync(0, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EAGAIN" || code === "EOF" || code === "EBADF" || code === "EISDIR") return "";
    throw error;
  }
}

function lines(path?: string): AsyncIterable<readonly string[]> | undefined {
  if (path === undefined) return linesOf(process.stdin.setEncoding("utf8"));
  const fd = unlessAbsent(() => openSync(path, "r"));
  return fd === undefined ? undefined : linesOf(createReadStream("", { fd, encoding: "utf8" }));
}

/** Lines by the chunks that they come in; the last may lack its end. */
async function* linesOf(chunks: AsyncIterable<string>): AsyncIterable<readonly string[]> {
  let rest = "";
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    yield lines;
  }
  if (rest !== "") yield [rest];
}

const readFile = (path: string): string | undefined => unlessAbsent(() => readFileSync(path, "utf8"));

function unlessAbsent<Found>(find: () => Found): Found | undefined {
  try {
    return find();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function drained(state: WriteState): Promise<void> {
  if (!process.stdout.writableNeedDrain || state.exitCode !== undefined) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      process.stdout.off("drain", done).off("error", done);
      resolve();
    };
    process.stdout.once("drain", done).once("error", done);
  });
}

/** Sets the exit code and lets pending writes finish; never cuts the output off. */
export function finish(code: number, state: WriteState): void {
  process.exitCode = state.exitCode ?? code;
  if (state.exitCode === undefined) {
    process.stdout.once("error", () => {
      process.exitCode = state.exitCode ?? code;
    });
  }
}
