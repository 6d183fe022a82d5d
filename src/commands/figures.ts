import { nearest } from "../catalog/nearest.ts";
import type { Kind } from "../units/index.ts";
import { JOULES_PER_KWH, JOULES_PER_WH, SECONDS_PER_DAY } from "../units/quantity.ts";

/** A figure of a result that tables, sweeps and rankings know by name. */
export interface Figure {
  /** Path in the result. */
  readonly path: string;
  readonly title: string;
  readonly kind: Kind;
  /** Base units per unit of the result's figure. */
  readonly scale: number;
  readonly better: "low" | "high";
}

const figure = (
  path: string,
  title: string,
  kind: Kind,
  scale = 1,
  better: Figure["better"] = "low",
): Figure => ({ path, title, kind, scale, better });

export const TRAIN_FIGURES: readonly Figure[] = [
  figure("time.days", "time", "duration", SECONDS_PER_DAY),
  figure("time.gpuHours", "accelerator-hours", "count"),
  figure("fleet.gpus", "accelerators", "integer"),
  figure("model.params", "parameters", "count", 1, "high"),
  figure("data.tokens", "tokens", "count", 1, "high"),
  figure("compute.flop", "compute", "work"),
  figure("compute.petaflopDays", "PFLOP/s-days", "multiple"),
  figure("mfu", "MFU", "ratio", 1, "high"),
  figure("throughput.tokensPerSecondPerGpu", "tokens/s each", "count", 1, "high"),
  figure("throughput.stepSeconds", "step", "duration"),
  figure("cost.usd", "cost", "money"),
  figure("cost.ownedUsd", "owned", "money"),
  figure("energy.kwh", "energy", "energy", JOULES_PER_KWH),
  figure("carbon.kgCo2e", "CO2e", "mass"),
  figure("memory.stateBytes", "states", "bytes"),
  figure("memory.peakBytesPerGpu", "memory each", "bytes"),
];

export const INFER_FIGURES: readonly Figure[] = [
  figure("fleet.gpus", "accelerators", "integer"),
  figure("fleet.replicas", "replicas", "integer"),
  figure("latency.ttftSeconds", "TTFT", "duration"),
  figure("latency.ttftP99Seconds", "TTFT p99", "duration"),
  figure("latency.tpotSeconds", "TPOT", "duration"),
  figure("latency.tpotP99Seconds", "TPOT p99", "duration"),
  figure("latency.e2eSeconds", "E2E", "duration"),
  figure("throughput.outputTokensPerSecond", "output tokens/s", "count", 1, "high"),
  figure("throughput.outputTokensPerSecondPerGpu", "tokens/s each", "count", 1, "high"),
  figure("throughput.outputTokensPerSecondPerUser", "tokens/s a user", "count", 1, "high"),
  figure("throughput.requestsPerSecond", "requests/s", "multiple", 1, "high"),
  figure("memory.kvCapacityTokens", "KV capacity", "count", 1, "high"),
  figure("cost.usdPerMillionOutputTokens", "per M output", "money"),
  figure("cost.usdPerMillionInputTokens", "per M input", "money"),
  figure("cost.usdPerHour", "USD an hour", "money"),
  figure("power.wattsPerGpu", "power each", "power"),
  figure("energy.joulesPerOutputToken", "J per output token", "energy"),
  figure("energy.whPerRequest", "energy a request", "energy", JOULES_PER_WH),
  figure("carbon.gramsCo2ePerRequest", "CO2e a request", "mass", 1e-3),
];

/** Ends of a figure's interval, as columns of their own: `time.days.p95`. */
const POINT = /\.(p05|p50|p95)$/;

/** The figure that a word names: its path, its last part, its title, its first part, or how its last part begins. */
export function figureNamed(figures: readonly Figure[], word: string): Figure | undefined {
  const plain = word.trim();
  const [end, point] = POINT.exec(plain) ?? ["", ""];
  const name = plain.slice(0, plain.length - end.length);
  const found =
    figures.find(({ path }) => path === name) ??
    figures.find(({ path }) => path.split(".").at(-1) === name) ??
    figures.find(({ title }) => title.toLowerCase() === name.toLowerCase()) ??
    figures.find(({ path }) => path.split(".")[0] === name) ??
    figures.find(({ path }) => path.split(".").at(-1)?.toLowerCase().startsWith(name.toLowerCase()));
  if (found === undefined || point === "") return found;
  return { ...found, path: `${found.path}${end}`, title: `${found.title} ${point}` };
}

/** Paths of the figures that a slip may have meant, by their titles and the words of their paths. */
export function nearestFigures(figures: readonly Figure[], word: string): readonly string[] {
  const names = figures.flatMap(({ path, title }) => [title, ...path.split(".")]);
  const paths = nearest(word, [...new Set(names)]).flatMap((name) =>
    figures.filter(({ path, title }) => title === name || path.split(".").includes(name)),
  );
  return [...new Set(paths.map(({ path }) => path))].slice(0, NEAREST);
}

const NEAREST = 3;

/** The number at a path of a result, or an end of its interval. */
export function figureAt(result: unknown, path: string): number | undefined {
  const [end, point] = POINT.exec(path) ?? [];
  if (end === undefined || point === undefined) return numberAt(result, path.split("."));
  return numberAt(result, ["intervals", path.slice(0, -end.length), point]);
}

function numberAt(result: unknown, keys: readonly string[]): number | undefined {
  let value = result;
  for (const key of keys) {
    if (value === null || typeof value !== "object") return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return typeof value === "number" ? value : undefined;
}
