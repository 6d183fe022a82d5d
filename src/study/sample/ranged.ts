import { nearest } from "../../catalog/nearest.ts";
import { refuse } from "../../units/problem.ts";
import type { Interval } from "../document.ts";
import type { Kernel } from "./kernel.ts";
import { type Sampled, sample, spreadOnly } from "./sample.ts";
import { type Swing, sensitivityOf } from "./sensitivity.ts";
import type { SamplingRequest } from "./uncertain.ts";

/** What sampling adds to a result. */
export interface Ranged {
  /** 5, 50 and 95 % points of the figures that vary, by their path in the result. */
  readonly intervals?: Readonly<Record<string, Interval>> | undefined;
  /** Share of the draws that have the figure, for those that some draws have not: what does not fit or keep up has no answer. */
  readonly answered?: Readonly<Record<string, number>> | undefined;
  /** Inputs ranked by what they do to one figure. */
  readonly sensitivity?: { readonly output: string; readonly inputs: readonly Swing[] } | undefined;
}

const DEFAULT_SEED = 1;
const DEFAULT_SAMPLES = 10_000;

/** The seed asked for, or the one that repeats every run. */
export const seedOf = ({ seed }: SamplingRequest): number => seed ?? DEFAULT_SEED;

/** Samples a kernel as often, and from the seed, that a request says. */
export const sampleAsked = (kernel: Kernel, request: SamplingRequest): Sampled =>
  sample(kernel, request.samples ?? DEFAULT_SAMPLES, seedOf(request));

/** Whether a request asks for sampling without holding a range: its assumptions are then what varies. */
export const asksForSampling = ({ samples, sensitivity }: SamplingRequest): boolean =>
  samples !== undefined || sensitivity !== undefined;

/** Samples a kernel as a request says; `main` are the figures that a bare --sensitivity means, first choice first. */
export function rangedParts(
  kernel: Kernel,
  request: SamplingRequest,
  main: readonly string[],
  found = sampleAsked(kernel, request),
): Ranged {
  const seed = seedOf(request);
  const intervals = spreadOnly(found.intervals);
  const answered = Object.keys(found.answered).length === 0 ? {} : { answered: found.answered };
  if (request.sensitivity === undefined) return { intervals, ...answered };
  const output = outputNamed(request.sensitivity, Object.keys(intervals), main);
  return {
    intervals,
    ...answered,
    sensitivity: { output, inputs: sensitivityOf(kernel, output, seed, found.draws) },
  };
}

/** `time`, `days`, `time.days`, `tpot`: the output that a word names, or begins to. */
function outputNamed(word: string, outputs: readonly string[], main: readonly string[]): string {
  const found =
    word === ""
      ? (main.find((path) => outputs.includes(path)) ?? outputs[0])
      : (outputs.find((path) => path === word || path.split(".").includes(word)) ??
        outputs.find((path) => path.split(".").some((part) => begins(part, word))));
  if (found !== undefined) return found;
  const near = nearestOutputs(word, outputs).join(", ");
  return refuse("E-CHOICE", `--sensitivity "${word}" is no figure with an interval.`, {
    flag: "--sensitivity",
    hint:
      outputs.length === 0
        ? "Nothing in this answer is uncertain."
        : `Nearest: ${near}; without --sensitivity, --json has all ${outputs.length} under result.intervals.`,
  });
}

const begins = (part: string, word: string): boolean => part.toLowerCase().startsWith(word.toLowerCase());

const SHOWN = 3;

/** By any word of their paths. */
function nearestOutputs(word: string, outputs: readonly string[]): readonly string[] {
  const names = nearest(word, [...new Set(outputs.flatMap((path) => path.split(".")))]);
  const near = names.flatMap((name) => outputs.filter((path) => path.split(".").includes(name)));
  return [...new Set([...near, ...outputs])].slice(0, SHOWN);
}
