/**
 * `npm run bench`: start-up as a CPU ratio to `node -e 0` (median of pairs), and the speed of the library's hot paths.
 * Ratios of pairs hold when the machine's speed drifts; absolute times do not.
 */
import { spawnSync } from "node:child_process";
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
  return Number(String(child.output[3]));
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

/** Wall and CPU seconds of the command line as a process, least of some runs. */
function processSeconds(args: readonly string[], input?: string): { cpu: number; wall: number } {
  const runs = Array.from({ length: 5 }, () => {
    const start = performance.now();
    const child = spawnSync(process.execPath, ["-r", "./scripts/cpu-probe.cjs", CLI, ...args], {
      stdio: [input === undefined ? "ignore" : "pipe", "ignore", "ignore", "pipe"],
      env,
      ...(input === undefined ? {} : { input }),
    });
    return { wall: (performance.now() - start) / 1000, cpu: Number(String(child.output[3])) / 1e6 };
  });
  return { cpu: Math.min(...runs.map((run) => run.cpu)), wall: Math.min(...runs.map((run) => run.wall)) };
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
    const { wall } = processSeconds([
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
  const point = processSeconds([
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
  for (const [samples, bar] of [
    ["10000", 60],
    ["1000000", 500],
  ] as const) {
    const run = processSeconds([...line, "--samples", samples]);
    console.log(
      `ranges: ${grouped(Number(samples))} samples of five ranges: ${((run.wall - point.wall) * 1000).toFixed(0)} ms more than the point run (aim ${bar}), ${run.wall.toFixed(2)} s in all`,
    );
  }
}

function batch(): void {
  const lines = Array.from({ length: 50_000 }, (_, index) =>
    JSON.stringify({
      command: "train",
      params: 7e9 + index * 1e6,
      tokens: 1e12,
      gpu: "h100",
      gpus: 64 + (index % 1000),
      mfu: 0.4,
      goodput: 0.9,
    }),
  );
  const empty = processSeconds(["batch"], "");
  for (const [name, flags] of [
    ["whole documents", []],
    ["--fields time.days,cost.usd", ["--fields", "time.days,cost.usd"]],
  ] as const) {
    const { wall } = processSeconds(["batch", ...flags], lines.join("\n"));
    console.log(
      `batch: ${grouped(lines.length / (wall - empty.wall))} requests a second as a process, ${name} (aim 40,000)`,
    );
  }
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
