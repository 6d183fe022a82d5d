/**
 * `npm run bench`: start-up as a CPU ratio to `node -e 0` (median of pairs), and the speed of the library's hot paths.
 * Ratios of pairs hold when the machine's speed drifts; absolute times do not.
 */
import { spawnSync } from "node:child_process";
import process from "node:process";
import { estimateTraining } from "../src/index.ts";

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
  const rate = perSecond(() =>
    estimateTraining({ params: 70e9, tokens: 15e12, gpu: "h100", gpus: 1024, mfu: 0.4, goodput: 0.9 }),
  );
  console.log(`library: ${Math.round(rate)} training estimates a second, one core`);
}

const only = process.argv[2];
if (only === undefined || only === "startup") startup();
if (only === undefined || only === "library") library();
