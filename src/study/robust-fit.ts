/** A positive parameter of a fit, believed to lie near `prior` before any measurement is seen. */
export interface Belief {
  readonly name: string;
  readonly prior: number;
  /** Standard deviation of its logarithm. */
  readonly spread: number;
  readonly low?: number;
  readonly high?: number;
}

export interface RobustFit {
  readonly values: Readonly<Record<string, number>>;
  readonly loss: number;
  readonly iterations: number;
}

export interface FitOptions {
  readonly start?: Readonly<Record<string, number>>;
  readonly iterations?: number;
}

/** Residuals below this count as a square, above by their size: a tenth, the spread between runs of one configuration. */
const KNEE = 0.1;
const STEP = 0.01;
/** No parameter moves further than this, in logarithm, in one iteration. */
const LONGEST = 0.5;
const TRIES = 8;
const SETTLED = 1e-4;

/**
 * Gauss-Newton on a pseudo-Huber loss of weighted residuals, with log-normal beliefs as penalties and bounds by clamping;
 * deterministic. Beliefs hold what the measurements do not settle near what physics says. [Huber 1964; Levenberg 1944]
 */
export function robustFit(
  beliefs: readonly Belief[],
  residuals: (values: Readonly<Record<string, number>>) => Float64Array,
  weights: Float64Array,
  { start, iterations = 15 }: FitOptions = {},
): RobustFit {
  const record = (x: readonly number[]) =>
    Object.fromEntries(beliefs.map((b, i) => [b.name, Math.exp(x[i]!)]));
  const prior = beliefs.map((b) => Math.log(b.prior));
  const at = (x: number[]) => {
    const r = residuals(record(x));
    return { x, r, loss: lossOf(r, weights) + penalty(x, prior, beliefs) };
  };
  let best = at(beliefs.map((b) => Math.log(start?.[b.name] ?? b.prior)));
  let damping = 1e-3;
  let done = 0;
  for (; done < iterations; done++) {
    const { matrix, gradient } = normalEquations(best, prior, beliefs, weights, (x) => residuals(record(x)));
    let better: typeof best | undefined;
    for (let i = 0; i < TRIES && better === undefined; i++) {
      const step = solve(matrix, gradient, damping, beliefs);
      const next = at(
        best.x.map((v, j) => clamp(beliefs[j]!, v + Math.max(-LONGEST, Math.min(LONGEST, step[j]!)))),
      );
      if (next.loss < best.loss) better = next;
      else damping = damping * TRIES + 1e-3;
    }
    if (better === undefined) break;
    const gain = best.loss - better.loss;
    best = better;
    damping = Math.max(1e-6, damping / 4);
    if (gain < SETTLED * best.loss) break;
  }
  return { values: record(best.x), loss: best.loss, iterations: done };
}

const clamp = ({ low = 0, high = Infinity }: Belief, x: number): number =>
  Math.min(Math.log(high), Math.max(low > 0 ? Math.log(low) : -Infinity, x));

function lossOf(r: Float64Array, weights: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < r.length; i++) sum += weights[i]! * (Math.hypot(r[i]!, KNEE) - KNEE);
  return sum;
}

const penalty = (x: readonly number[], prior: readonly number[], beliefs: readonly Belief[]): number =>
  x.reduce((sum, v, i) => sum + ((v - prior[i]!) / beliefs[i]!.spread) ** 2 / 2, 0);

interface Point {
  readonly x: number[];
  readonly r: Float64Array;
}

function normalEquations(
  { x, r }: Point,
  prior: readonly number[],
  beliefs: readonly Belief[],
  weights: Float64Array,
  residuals: (x: number[]) => Float64Array,
): { matrix: number[][]; gradient: number[] } {
  const columns = x.map((_, j) => {
    const moved = residuals(x.map((v, i) => (i === j ? v + STEP : v)));
    return moved.map((v, i) => (v - r[i]!) / STEP);
  });
  const w = r.map((v, i) => weights[i]! / Math.hypot(v, KNEE));
  const dot = (a: Float64Array, b: Float64Array) => {
    let sum = 0;
    for (let i = 0; i < w.length; i++) sum += w[i]! * a[i]! * b[i]!;
    return sum;
  };
  const matrix = columns.map((a) => columns.map((b) => dot(a, b)));
  const gradient = columns.map((a, j) => dot(a, r) + (x[j]! - prior[j]!) / beliefs[j]!.spread ** 2);
  return { matrix, gradient };
}

/** Solves the damped system by Gaussian elimination with partial pivoting. */
function solve(
  matrix: readonly (readonly number[])[],
  gradient: readonly number[],
  damping: number,
  beliefs: readonly Belief[],
): number[] {
  const n = gradient.length;
  const rows = matrix.map((row, i) => [
    ...row.map((v, j) => (i === j ? v * (1 + damping) + beliefs[i]!.spread ** -2 : v)),
    -gradient[i]!,
  ]);
  for (let i = 0; i < n; i++) {
    let pivot = i;
    for (let j = i + 1; j < n; j++) if (Math.abs(rows[j]![i]!) > Math.abs(rows[pivot]![i]!)) pivot = j;
    [rows[i], rows[pivot]] = [rows[pivot]!, rows[i]!];
    for (let j = i + 1; j < n; j++) {
      const factor = rows[j]![i]! / rows[i]![i]!;
      if (factor !== 0) for (let c = i; c <= n; c++) rows[j]![c]! -= factor * rows[i]![c]!;
    }
  }
  const x = new Array<number>(n).fill(0);
  for (let i = n - 1; i >= 0; i--) {
    let sum = rows[i]![n]!;
    for (let j = i + 1; j < n; j++) sum -= rows[i]![j]! * x[j]!;
    x[i] = sum / rows[i]![i]!;
  }
  return x;
}
