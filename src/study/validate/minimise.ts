/** A bounded parameter of a fit. */
export interface Parameter {
  readonly name: string;
  readonly start: number;
  readonly low: number;
  readonly high: number;
}

interface Vertex {
  readonly x: readonly number[];
  readonly loss: number;
}

const RESTARTS = 3;
/** First step of each parameter, as a share of its bounds. */
const FIRST_STEP = 0.12;
const TOLERANCE = 1e-6;
/** Cost of a vertex outside its bounds, per squared share of them; the loss itself is taken at the bound. */
const OUTSIDE = 10;

const clamp = (v: number): number => Math.min(1, Math.max(0, v));

/** Nelder-Mead within bounds, restarted from its own best; deterministic. [Nelder and Mead 1965] */
export function minimise(
  parameters: readonly Parameter[],
  loss: (values: Readonly<Record<string, number>>) => number,
  evaluations = 700,
): { readonly values: Record<string, number>; readonly loss: number } {
  const record = (x: readonly number[]): Record<string, number> =>
    Object.fromEntries(parameters.map((p, i) => [p.name, p.low + (p.high - p.low) * clamp(x[i]!)]));
  let used = 0;
  const at = (x: readonly number[]): Vertex => {
    used++;
    const outside = x.reduce((sum, v) => sum + (v - clamp(v)) ** 2, 0);
    return { x, loss: loss(record(x)) + OUTSIDE * outside };
  };
  let best = at(parameters.map((p) => (p.start - p.low) / (p.high - p.low)));
  for (let restart = 1; restart <= RESTARTS; restart++) {
    const budget = (evaluations * restart) / RESTARTS;
    best = descend(best, at, () => used < budget);
  }
  return { values: record(best.x), loss: best.loss };
}

/** One run of the simplex from a corner at `start`. */
function descend(start: Vertex, at: (x: readonly number[]) => Vertex, more: () => boolean): Vertex {
  const n = start.x.length;
  const simplex = [start];
  for (let i = 0; i < n; i++) {
    simplex.push(at(start.x.map((v, j) => (j === i ? v + (v > 0.5 ? -FIRST_STEP : FIRST_STEP) : v))));
  }
  const order = () => simplex.sort((a, b) => a.loss - b.loss);
  order();
  while (n > 0 && more() && simplex[n]!.loss - simplex[0]!.loss > TOLERANCE) {
    const worst = simplex[n]!;
    const centre = start.x.map((_, i) => simplex.slice(0, n).reduce((sum, v) => sum + v.x[i]!, 0) / n);
    const along = (factor: number) => at(centre.map((c, i) => c + factor * (worst.x[i]! - c)));
    const reflected = along(-1);
    if (reflected.loss < simplex[0]!.loss) {
      const expanded = along(-2);
      simplex[n] = expanded.loss < reflected.loss ? expanded : reflected;
    } else if (reflected.loss < simplex[n - 1]!.loss) simplex[n] = reflected;
    else {
      const contracted = along(reflected.loss < worst.loss ? -0.5 : 0.5);
      if (contracted.loss < Math.min(worst.loss, reflected.loss)) simplex[n] = contracted;
      else
        for (let i = 1; i <= n; i++)
          simplex[i] = at(simplex[0]!.x.map((f, j) => (f + simplex[i]!.x[j]!) / 2));
    }
    order();
  }
  return simplex[0]!;
}
