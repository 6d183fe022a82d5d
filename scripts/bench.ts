/**
 * `npm run bench`: start-up as a CPU ratio to `node -e 0` (median of pairs), and the speed of the library's hot paths.
 * Ratios of pairs hold when the machine's speed drifts; absolute times do not.
 */
import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { chipOf } from "../src/catalog/chip.ts";
import { shapeOf } from "../src/catalog/shape.ts";
import type { Estimator } from "../src/commands/estimator.ts";
import { TRAIN_FIGURES } from "../src/commands/figures.ts";
import { DEFAULT_STACK } from "../src/core/training/defaults.ts";
import type { Layout, TrainingJob } from "../src/core/training/job.ts";
import { prepareJob } from "../src/core/training/prepare.ts";
import { evaluate, newWorkspace } from "../src/core/training/step.ts";
import { catalogue, estimateTraining, format } from "../src/index.ts";
import { planTraining } from "../src/study/plan/train.ts";
import { gridPoints } from "../src/study/sweep/points.ts";

const PAIRS = Number(process.env.BENCH_PAIRS ?? 15);
const CLI = "bin/compute-est.js";
/** Bars of start-up: CPU over `node -e 0`. */
const STARTUP: readonly (readonly [name: string, args: readonly string[], bar: number])[] = [
  ["--version", ["--version"], 1.8],
  ["--help", ["--help"], 2.3],
  ["train --json", ["train", "--params", "1.5e12", "--json"], 2.8],
  ["train", ["train", "--params", "1.5e12"], 3.2],
];

const { NODE_EXTRA_CA_CERTS: _unset, ...env } = process.env;

/** CPU microseconds of one run of node with these arguments. */
function cpuOf(args: readonly string[]): number {
  const child = spawnSync(process.execPath, ["-r", "./scripts/cpu-probe.cjs", ...args], {
    stdio: ["ignore", "ignore", "ignore", "pipe"],
    env,
  });
  return Number(String(child.output[3]).split(" ")[0]);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function startup(): void {
  console.log(`start-up, CPU over \`node -e 0\`, median of ${PAIRS} pairs`);
  for (const [name, args, bar] of STARTUP) {
    cpuOf([CLI, ...args]);
    const ratios = Array.from({ length: PAIRS }, () => {
      const base = cpuOf(["-e", "0"]);
      return cpuOf([CLI, ...args]) / base;
    });
    const ratio = median(ratios);
    console.log(`  ${name.padEnd(14)} ${ratio.toFixed(2)}  bar ${bar}  ${ratio <= bar ? "ok" : "OVER"}`);
  }
}

/** Calls a second of a function, over about a second. */
function perSecond(call: () => unknown): number {
  for (let index = 0; index < 200; index++) call();
  const start = performance.now();
  let calls = 0;
  while (performance.now() - start < 1000) {
    for (let index = 0; index < 50; index++) call();
    calls += 50;
  }
  return (calls / (performance.now() - start)) * 1000;
}

function library(): void {
  const request = { params: 70e9, tokens: 15e12, gpu: "h100", gpus: 1024, mfu: 0.4, goodput: 0.9 };
  const rate = perSecond(() => estimateTraining(request));
  console.log(`library: ${grouped(rate)} training estimates a second, one core (aim 100,000)`);
}

interface ProcessRun {
  readonly wall: number;
  /** Peak resident memory. */
  readonly megabytes: number;
}

/** Wall seconds of the command line as a process, least of some runs, and most memory of them. */
function processRun(
  args: readonly string[],
  { input, runs = 5 }: { input?: string; runs?: number } = {},
): ProcessRun {
  const all = Array.from({ length: runs }, () => {
    const stdin = input === undefined ? "ignore" : openSync(input, "r");
    const start = performance.now();
    const child = spawnSync(process.execPath, ["-r", "./scripts/cpu-probe.cjs", CLI, ...args], {
      stdio: [stdin, "ignore", "ignore", "pipe"],
      env,
    });
    const wall = (performance.now() - start) / 1000;
    if (typeof stdin === "number") closeSync(stdin);
    return { wall, megabytes: Number(String(child.output[3]).split(" ")[1]) / 1000 };
  });
  return {
    wall: Math.min(...all.map((run) => run.wall)),
    megabytes: Math.max(...all.map((run) => run.megabytes)),
  };
}

function search(): void {
  const { chips, models } = catalogue;
  const chip = chipOf(chips.find((row) => row.id === "h100-sxm")!);
  const cases = [
    ["1T (megatron-1t) on 3,072 H100", "megatron-1t", 3072],
    ["405B (llama-3.1-405b) on 16,384 H100", "llama-3.1-405b", 16_384],
  ] as const;
  for (const [name, model, count] of cases) {
    const shape = shapeOf(models.find((row) => row.id === model)!)!;
    const job: TrainingJob = {
      shape,
      chip,
      chips: count,
      seq: 2048,
      globalBatch: 3072,
      precision: "bf16",
      method: "full",
      stack: DEFAULT_STACK,
    };
    planTraining(job);
    const start = performance.now();
    const plan = planTraining(job);
    const seconds = (performance.now() - start) / 1000;
    const { wall } = processRun([
      "plan",
      "train",
      "--model",
      model,
      "--gpu",
      "h100",
      "--gpus",
      String(count),
    ]);
    console.log(
      `search: ${name}: ${grouped(plan.considered)} layouts in ${(seconds * 1000).toFixed(0)} ms, ${grouped(plan.considered / seconds)} a second (${grouped(plan.evaluated)} computed); as a process ${wall.toFixed(2)} s`,
    );
  }
  const shape = shapeOf(models.find((row) => row.id === "llama-3.1-405b")!)!;
  const prepared = prepareJob({
    shape,
    chip,
    chips: 16_384,
    seq: 4096,
    globalBatch: 4096,
    precision: "bf16",
    method: "full",
    stack: DEFAULT_STACK,
  });
  const work = newWorkspace();
  const layouts = [8, 16, 32].flatMap((pp) =>
    [1, 2, 4].map(
      (vpp): Layout => ({
        tp: 8,
        pp,
        vpp,
        cp: 1,
        ep: 1,
        dp: 2048 / pp,
        zero: 1,
        microBatch: 1,
        sequenceParallel: true,
        recompute: "none",
      }),
    ),
  );
  let turn = 0;
  const rate = perSecond(() => evaluate(prepared, layouts[turn++ % layouts.length]!, work));
  console.log(`search: ${grouped(rate)} steps computed a second, one core (aim 1,000,000)`);
}

function ranges(): void {
  const line = [
    "train",
    "--params",
    "60B..80B",
    "--tokens",
    "12T..16T",
    "--gpu",
    "a100",
    "--gpus",
    "2000..2100",
    "--mfu",
    "0.3..0.5",
    "--price",
    "1..2",
    "--goodput",
    "0.9",
    "--json",
  ];
  const point = processRun([
    "train",
    "--params",
    "70B",
    "--tokens",
    "14T",
    "--gpu",
    "a100",
    "--gpus",
    "2048",
    "--mfu",
    "0.4",
    "--price",
    "1.4",
    "--goodput",
    "0.9",
    "--json",
  ]);
  for (const [samples, aim] of [
    ["10000", "60 ms more"],
    ["1000000", "0.5 s in all, 150 MB"],
  ] as const) {
    const { wall, megabytes } = processRun([...line, "--samples", samples]);
    const more = ((wall - point.wall) * 1000).toFixed(0);
    console.log(
      `ranges: ${grouped(Number(samples))} samples of five ranges: ${more} ms more than the point run, ${wall.toFixed(2)} s and ${megabytes.toFixed(0)} MB in all (aim ${aim})`,
    );
  }
}

/** A file of so many requests of the kind that the library is timed with. */
function requestsFile(folder: string, count: number): string {
  const lines = Array.from({ length: count }, (_, index) =>
    JSON.stringify({
      command: "train",
      params: 7e9 + (index % 50_000) * 1e6,
      tokens: 1e12,
      gpu: "h100",
      gpus: 64 + (index % 1000),
      mfu: 0.4,
      goodput: 0.9,
    }),
  );
  const file = join(folder, `${count}.ndjson`);
  writeFileSync(file, lines.join("\n"));
  return file;
}

function batch(): void {
  const folder = mkdtempSync(join(tmpdir(), "compute-est-bench-"));
  const [none, few, many] = [0, 200_000, 1_000_000].map((count) => requestsFile(folder, count));
  const empty = processRun(["batch"], { input: none! });
  for (const [name, flags] of [
    ["whole documents", []],
    ["--fields time.days,cost.usd", ["--fields", "time.days,cost.usd"]],
  ] as const) {
    const { wall, megabytes } = processRun(["batch", ...flags], { input: few!, runs: 3 });
    console.log(
      `batch: ${grouped(200_000 / (wall - empty.wall))} requests a second as a process, ${name} (aim 40,000), ${megabytes.toFixed(0)} MB`,
    );
  }
  const { wall, megabytes } = processRun(["batch"], { input: many!, runs: 1 });
  console.log(
    `batch: 1,000,000 lines in ${wall.toFixed(1)} s, ${grouped(1e6 / (wall - empty.wall))} a second, ${megabytes.toFixed(0)} MB at most (aim: as for 200,000)`,
  );
  rmSync(folder, { recursive: true });
}

async function sweep(): Promise<void> {
  const { train } = await import("../src/commands/train.ts");
  const { fastRows } = await import("../src/commands/sweep-fast.ts");
  const numbers = (from: number, step: number) =>
    Array.from({ length: 1000 }, (_, index) => from + step * index);
  const axes = [
    { key: "params", values: numbers(1e9, 1e9) },
    { key: "gpus", values: numbers(1000, 1000) },
  ];
  const figures = TRAIN_FIGURES.filter(({ path }) => path === "time.days" || path === "cost.usd");
  const fixed = { tokens: 15e12, gpu: "h100", mfu: 0.4, goodput: 0.9 };
  const rows = fastRows(
    { estimator: train as Estimator, points: gridPoints(axes), figures, fixed },
    { readFile: () => undefined, facts: catalogue },
    [],
  )!;
  const start = performance.now();
  for (let index = 0; index < 1e6; index++) rows(index);
  console.log(`sweep: ${grouped(1e9 / (performance.now() - start))} points a second inside (aim 1,000,000)`);
}

/** 1234567.8 -> 1,234,568 */
function grouped(value: number): string {
  return format("integer", Math.round(value));
}

const PARTS: Readonly<Record<string, () => void | Promise<void>>> = {
  startup,
  library,
  search,
  ranges,
  batch,
  sweep,
};
const only = process.argv[2];
for (const [name, part] of Object.entries(PARTS)) if (only === undefined || only === name) await part();
