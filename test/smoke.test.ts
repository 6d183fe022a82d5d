import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const CLI = "bin/compute-est.js";
const { NODE_EXTRA_CA_CERTS: _certificates, ...environment } = process.env;

const cli = (args: readonly string[], more: { input?: string; env?: Record<string, string> } = {}) =>
  spawnSync(process.execPath, [CLI, ...args], {
    encoding: "utf8",
    input: more.input ?? "",
    env: { ...environment, ...more.env },
  });
const shell = (line: string) => spawnSync("bash", ["-c", line], { encoding: "utf8", env: environment });

/** The built program as a process of its own: what only a process can show. */
describe("the built program", () => {
  const folder = mkdtempSync(join(tmpdir(), "compute-est-smoke-"));
  beforeAll(() => {
    execFileSync("npm", ["run", "build"], { stdio: "pipe" });
  }, 60_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("answers the first question", () => {
    const { status, stdout, stderr } = cli(["train", "--params", "1.5e12"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(/31,250 PFLOP\/s-days/);
  });

  it("prints its version, and help on every command, on stdout", () => {
    expect(cli(["--version"]).stdout.trim()).toBe(JSON.parse(readFileSync("package.json", "utf8")).version);
    for (const args of [["--help"], ["train", "-h"], ["help", "fleet"], ["help", "units"], ["help"]]) {
      const { status, stdout } = cli(args);
      expect({ args, status, said: stdout.length > 200 }).toEqual({ args, status: 0, said: true });
    }
  });

  it("keeps whole lines of a batch and a sweep that Ctrl-C ends, and exits 130", async () => {
    const interrupted = (args: readonly string[], input?: string) =>
      new Promise<{ code: number | null; out: string }>((resolve) => {
        const child = spawn(process.execPath, [CLI, ...args], { env: environment });
        let out = "";
        child.stdin.on("error", () => undefined);
        if (input !== undefined) child.stdin.write(input);
        child.stdout.on("data", (chunk) => {
          if (out === "") child.kill("SIGINT");
          out += chunk;
        });
        child.on("close", (code) => resolve({ code, out }));
      });
    const line = '{"command":"plan-train","model":"llama-3.1-405b","gpu":"h100","gpus":16384}\n';
    const grid = "sweep train --model llama-3.1-405b --gpu h100 --gpus 1024..60000..1 --format ndjson";
    for (const run of [interrupted(["batch"], line.repeat(2000)), interrupted(grid.split(" "))]) {
      const { code, out } = await run;
      expect(code).toBe(130);
      expect(out.endsWith("\n")).toBe(true);
      for (const row of out.trim().split("\n")) expect(() => JSON.parse(row)).not.toThrow();
    }
  });

  it("without a command prints short help and exits 2", () => {
    const { status, stdout } = cli([]);
    expect(status).toBe(2);
    expect(stdout).toMatch(/Usage: compute-est <command>/);
  });

  it("a reader that goes away is no error", () => {
    const { stdout, stderr, status } = shell(
      `set -o pipefail; ${process.execPath} ${CLI} catalog list prices | head -1`,
    );
    expect({ stderr, status, lines: stdout.trim().split("\n").length }).toEqual({
      stderr: "",
      status: 0,
      lines: 1,
    });
  });

  it("the pods of the Kubernetes manifest together write the unsharded sweep", () => {
    const manifest = readFileSync("examples/kubernetes-job.yaml", "utf8");
    const completions = Number(/completions: (\d+)/.exec(manifest)![1]);
    const line = /args:\n\s+- >-\n([\s\S]*?)\n\s+resources:/
      .exec(manifest)![1]!
      .replaceAll(/\s*\n\s*/g, " ")
      .trim();
    const pod = `compute-est() { ${process.execPath} ${CLI} "$@"; }; ${line.replaceAll("/out/", `${folder}/pod-`)}`;
    for (let index = 0; index < completions; index++)
      expect(shell(`export JOB_COMPLETION_INDEX=${index}; ${pod}`).status).toBe(0);
    const whole = line
      .replace(/ --shard[\s\S]*$/, "")
      .split(" ")
      .slice(1);
    const shards = shell(`cat ${folder}/pod-*.ndjson`).stdout;
    expect(shards.split("\n").length).toBeGreaterThan(completions);
    expect(shards).toBe(cli([...whole, "--format", "ndjson"]).stdout);
  }, 30_000);

  it("output that cannot be written exits 74", () => {
    expect(shell(`${process.execPath} ${CLI} train --params 1e9 --json > /dev/full`).status).toBe(74);
    const line = ["train", "--params", "1e9", "-o"];
    for (const [path, reason] of [
      ["/nonexistent/x.json", "its folder does not exist"],
      [folder, "it is a folder"],
      ["/dev/full", "no space is left"],
    ] as const) {
      const { status, stderr, stdout } = cli([...line, path]);
      expect({ status, stdout }).toEqual({ status: 74, stdout: "" });
      expect(stderr).toBe(`compute-est: "${path}" cannot be written: ${reason}.\n`);
    }
  });

  it("a file that cannot be read is a wrong request", () => {
    const { status, stderr } = cli(["train", folder.concat("/.json")]);
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: `compute-est: There is no file "${folder}/.json". See compute-est train --help.\n`,
    });
    expect(cli(["train", "--params", "1e9", "--config", folder]).stderr).toContain(
      `"${folder}" cannot be read: it is a folder.`,
    );
  });

  it("waits for a stdin that comes late and in pieces, as another program writes it", () => {
    const late = `(sleep 0.3; printf '{"par'; sleep 0.3; echo 'ams":7e9}')`;
    const run = shell(`${late} | ${process.execPath} ${CLI} train - --json`);
    expect(run.status).toBe(0);
    expect(JSON.parse(run.stdout).input.params).toBe(7e9);
  });

  it("a closed stdin is an empty one", () => {
    expect(shell(`${process.execPath} ${CLI} train --params 1e9 --json <&-`).status).toBe(0);
    expect(shell(`${process.execPath} ${CLI} train - <&-`).status).toBe(2);
  });

  it("colours only where they are wanted", () => {
    const colour = "\u001b[";
    const printed = (env: Record<string, string>, ...flags: string[]) =>
      cli(["train", "--params", "1e9", ...flags], { env }).stdout.includes(colour);
    expect(printed({})).toBe(false);
    expect(printed({ FORCE_COLOR: "1" })).toBe(true);
    expect(printed({ FORCE_COLOR: "1" }, "--no-color")).toBe(false);
    expect(printed({}, "--color")).toBe(true);
    expect(printed({ NO_COLOR: "1" })).toBe(false);
    expect(printed({ COMPUTE_EST_COLOR: "always" })).toBe(true);
    expect(printed({ COMPUTE_EST_COLOR: "never", FORCE_COLOR: "1" })).toBe(false);
    expect(printed({ COMPUTE_EST_COLOR: "always" }, "--no-color")).toBe(false);
  });

  it.each([
    ["pl", "plan"],
    ["plan ", "infer"],
    ["plan infer --gp", "--gpus"],
    ["plan infer --objective ", "throughput"],
    ["train --gpu h10", "h100-sxm"],
    ["infer --o", "--out"],
    ["sweep train --mf", "--mfu"],
    ["fleet tesla", "tesla-a100-7360"],
    ["catalog list ", "models"],
    ["help u", "units"],
  ])("completes %j with %s", (line, word) => {
    const { stdout } = cli(["complete", "--", ...line.split(" ")]);
    expect(stdout.split("\n").map((text) => text.split("\t")[0])).toContain(word);
  });

  it("replays its input through a pipe", () => {
    const line = `${process.execPath} ${CLI} train --params 70B --gpu h100 --gpus 64 --mfu 0.4 --json`;
    const first = JSON.parse(shell(line).stdout);
    const again = cli(["train", "-", "--json"], { input: JSON.stringify(first.input) });
    expect(JSON.parse(again.stdout)).toEqual(first);
  });

  it("reads a configuration of a megabyte", () => {
    const file = join(folder, "large.json");
    execFileSync("bash", [
      "-c",
      `printf '{"price": 3, "padding": "%s"}' "$(head -c 1000000 /dev/zero | tr '\\0' x)" > ${file}`,
    ]);
    const { stdout, status } = cli([
      "train",
      "--params",
      "7e9",
      "--gpu",
      "h100",
      "--gpus",
      "8",
      "--config",
      file,
      "--json",
    ]);
    expect(status).toBe(0);
    expect(JSON.parse(stdout).input.price).toBe(3);
  });

  it("stops at Ctrl-C, keeping what is done, with exit 130", async () => {
    const child = spawn(
      process.execPath,
      [
        CLI,
        "sweep",
        "train",
        "--params",
        "1B..9000B..1B",
        "--mfu",
        "0.4",
        "--gpu",
        "h100",
        "--gpus",
        "1k..9000k..1k",
        "--format",
        "ndjson",
      ],
      { env: environment },
    );
    let out = "";
    child.stdout.on("data", (data: Buffer) => {
      if (out === "") setTimeout(() => child.kill("SIGINT"), 50);
      out += data.toString();
    });
    const status = await new Promise((resolve) => child.on("close", resolve));
    expect(status).toBe(130);
    const last = out.trimEnd().split("\n").at(-1) ?? "";
    expect(() => JSON.parse(last)).not.toThrow();
  });

  it("is a library that prints nothing", () => {
    const script = `import { estimateTraining, VERSION } from "./dist/index.js"; const { result } = estimateTraining({ params: 1.5e12, tokens: 300e9 }); process.stdout.write(VERSION + " " + Math.round(result.compute.petaflopDays));`;
    const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
      encoding: "utf8",
      env: environment,
    });
    expect(stdout).toMatch(/^\d+\.\d+\.\d+ 31250$/);
  });
});
