import { STANDARD_NORMAL, valueAt } from "./distribution.ts";
import { BLOCK, forEachBlock, type Input, type Sampling } from "./draws.ts";

/** The core as the sampler calls it: inputs by position in, outputs by position out; NaN marks an output that has no value. */
export interface Kernel {
  readonly inputs: readonly Input[];
  readonly outputs: readonly string[];
  run(values: Float64Array, out: Float64Array): void;
}

/** Every draw of a sampling, kept: a column each of the inputs' standard normal scores and of the outputs. */
export interface Draws {
  readonly scores: readonly Float64Array[];
  readonly figures: readonly Float64Array[];
}

/** Inputs as standard normal scores and figures of every draw, for regression. */
export function drawsOf(kernel: Kernel, sampling: Sampling): Draws {
  const { inputs, outputs } = kernel;
  const count = Math.min(sampling.count, (sampling.blocks ?? Number.POSITIVE_INFINITY) * BLOCK);
  const scores = inputs.map(() => new Float64Array(count));
  const figures = outputs.map(() => new Float64Array(count));
  const values = new Float64Array(inputs.length);
  const out = new Float64Array(outputs.length);
  let done = 0;
  const normals = inputs.map((input) => ({ ...input, distribution: STANDARD_NORMAL }));
  forEachBlock(normals, sampling, (columns, size) => {
    for (let k = 0; k < size; k++) {
      valuesOf(inputs, columns, k, values);
      kernel.run(values, out);
      store(out, figures, done + k);
    }
    for (let i = 0; i < scores.length; i++) scores[i]!.set(columns[i]!.subarray(0, size), done);
    done += size;
  });
  return { scores: scores.map((s) => s.subarray(0, done)), figures: figures.map((f) => f.subarray(0, done)) };
}

/** Draws behind shares and chances, which are then right to about a hundredth. */
const SHARE_DRAWS = 16_384;
const FEWEST_SHARE_DRAWS = 8192;

/** Draws to take shares of: those at hand where they are enough, else as many anew. */
export function shareDraws(kernel: Kernel, seed: number, drawn: Draws | undefined): Draws {
  const enough = (drawn?.figures[0]?.length ?? 0) >= FEWEST_SHARE_DRAWS;
  return enough ? drawn! : drawsOf(kernel, { count: SHARE_DRAWS, seed });
}

/** Outcomes block by block, kept nowhere: for more draws than memory should hold. */
export function forEachOutcome(
  kernel: Kernel,
  sampling: Sampling,
  visit: (figures: readonly Float64Array[], size: number) => void,
): void {
  const values = new Float64Array(kernel.inputs.length);
  const out = new Float64Array(kernel.outputs.length);
  const figures = kernel.outputs.map(() => new Float64Array(Math.min(sampling.count, BLOCK)));
  forEachBlock(kernel.inputs, sampling, (columns, size) => {
    for (let k = 0; k < size; k++) {
      load(columns, k, values);
      kernel.run(values, out);
      store(out, figures, k);
    }
    visit(figures, size);
  });
}

// Functions of their own, so that they are compiled after a few draws and not after the first block.

function valuesOf(
  inputs: readonly Input[],
  scores: readonly Float64Array[],
  k: number,
  values: Float64Array,
): void {
  for (let i = 0; i < values.length; i++) values[i] = valueAt(inputs[i]!.distribution, scores[i]![k]!);
}

function load(columns: readonly Float64Array[], k: number, values: Float64Array): void {
  for (let i = 0; i < values.length; i++) values[i] = columns[i]![k]!;
}

function store(out: Float64Array, figures: readonly Float64Array[], k: number): void {
  for (let o = 0; o < out.length; o++) figures[o]![k] = out[o]!;
}
