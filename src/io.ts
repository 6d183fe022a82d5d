import {
  appendFileSync,
  createReadStream,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  writeFileSync,
} from "node:fs";
import process from "node:process";
import { Chalk, type ChalkInstance } from "chalk";
import { ProblemError } from "./units/problem.ts";

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
  /** The text of a file, or undefined where there is none. One that cannot be read is a wrong request. */
  readFile(path: string): string | undefined;
  /** What cannot be written is a problem with an exit code of its own. */
  writeFile(path: string, text: string): void;
  appendFile(path: string, text: string): void;
  /** Resolves once everything written has been taken, so that slow readers bound our memory. */
  drained(): Promise<void>;
  onInterrupt(listener: () => void): void;
  /** Lets the process hear what came in meanwhile: an interrupt, a reader that left. */
  turn(): Promise<void>;
}

/** Colour level: our own flag and variable, then the usual rules: FORCE_COLOR, then NO_COLOR, TERM=dumb, CI, then whether it is a terminal. */
function colourLevel(env: Io["env"], isTTY: boolean, wish: boolean | undefined): 0 | 1 {
  if (wish !== undefined) return wish ? 1 : 0;
  if (env.COMPUTE_EST_COLOR === "always") return 1;
  if (env.COMPUTE_EST_COLOR === "never") return 0;
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
        const reason = REASONS[error.code ?? ""] ?? error.message;
        process.stderr.write(`compute-est: The output cannot be written: ${reason}.\n`);
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
    // process.stdin opens the stream, which costs every start and makes reads of a pipe fail instead of wait
    get stdinIsTTY() {
      return isDevice(0) && process.stdin.isTTY === true;
    },
    env: process.env,
    cwd: process.cwd(),
    unicode: process.stdout.isTTY === true && (/utf-?8/i.test(locale) || process.platform === "win32"),
    readStdin,
    lines,
    readFile,
    writeFile: (path, text) => writing(path, () => writeFileSync(path, text)),
    appendFile: (path, text) => writing(path, () => appendFileSync(path, text)),
    drained: () => drained(state),
    onInterrupt: (listener) => void process.once("SIGINT", listener),
    turn: () => new Promise((resolve) => setImmediate(resolve)),
  };
}

/** Terminals are character devices, pipes and files are not; a closed stdin is nothing. */
function isDevice(fd: number): boolean {
  try {
    return fstatSync(fd).isCharacterDevice();
  } catch {
    return false;
  }
}

const CHUNK = 65_536;
/** Time between two looks at a stdin that another program has set not to wait. */
const PATIENCE_MS = 5;

/** Everything that comes, however late; a closed or absent stdin reads as empty. */
function readStdin(): string {
  const chunks: Buffer[] = [];
  for (;;) {
    const chunk = Buffer.allocUnsafe(CHUNK);
    try {
      const size = readSync(0, chunk);
      if (size === 0) break;
      chunks.push(chunk.subarray(0, size));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EOF" || code === "EBADF" || code === "EISDIR") break;
      if (code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PATIENCE_MS);
    }
  }
  return Buffer.concat(chunks).toString("utf8");
}

function lines(path?: string): AsyncIterable<readonly string[]> | undefined {
  if (path === undefined) return linesOf(process.stdin.setEncoding("utf8"));
  const fd = unlessAbsent(path, () => openSync(path, "r"));
  return fd === undefined ? undefined : linesOf(chunksOf(path, fd));
}

async function* chunksOf(path: string, fd: number): AsyncIterable<string> {
  try {
    yield* createReadStream("", { fd, encoding: "utf8" });
  } catch (error) {
    throw fileProblem("read", path, error, 2);
  }
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

const readFile = (path: string): string | undefined => unlessAbsent(path, () => readFileSync(path, "utf8"));

function unlessAbsent<Found>(path: string, find: () => Found): Found | undefined {
  try {
    return find();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw fileProblem("read", path, error, 2);
  }
}

function writing(path: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    throw fileProblem("write", path, error, 74);
  }
}

/** What the system's codes mean, as the end of a sentence. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "its folder does not exist",
  ENOTDIR: "a part of its path is not a folder",
  EISDIR: "it is a folder",
  EACCES: "permission is denied",
  EPERM: "permission is denied",
  EROFS: "its file system is read-only",
  ENOSPC: "no space is left",
  EDQUOT: "no space is left",
  ENAMETOOLONG: "its name is too long",
  EMFILE: "too many files are open",
};

function fileProblem(verb: "read" | "write", path: string, error: unknown, exit: 2 | 74): ProblemError {
  const { code = "", message } = error as NodeJS.ErrnoException;
  const reason = REASONS[code] ?? message;
  const doing = verb === "read" ? "read" : "written";
  return new ProblemError({ code: "E-FILE", message: `"${path}" cannot be ${doing}: ${reason}.`, exit });
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
