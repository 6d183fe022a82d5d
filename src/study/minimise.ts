/** A bounded parameter of a fit. */
export interface Parameter {
  readonly name: string;
  readonly start: number;
  readonly low: number;
  readonly high: number;
}

/** Nelder-Mead on parameters clamped to their bounds; deterministic. [Nelder & Mead 1965] */
export function minimise(
  parameters: readonly Parameter[],
  loss: (values: Readonly<Record<string, number>>) => number,
  evaluations = 2000,
): { values: Record<string, number>; loss: number; evaluations: number } {
  const n = parameters.length;
  const record = (x: readonly number[]): Record<string, number> =>
    Object.fromEntries(parameters.map((p, i) => [p.name, p.low + (p.high - p.low) * clamp(x[i]!)]));
  let used = 0;
  const at = (x: number[]) => {
    used++;
    return {
      x,
      loss: loss(record(x)) + OUTSIDE_PENALTY * x.reduce((sum, v) => sum + (v - clamp(v)) ** 2, 0),
    };
  };
  const origin = parameters.map((p) => (p.start - p.low) / (p.high - p.low));
  let best = at(origin);
  for (let restart = 0; restart < RESTARTS && used < evaluations; restart++) {
    const simplex = [best];
    for (let i = 0; i < n; i++) {
      const x = [...best.x];
      x[i] = x[i]! + (x[i]! > 0.5 ? -FIRST_STEP : FIRST_STEP);
      simplex.push(at(x));
    }
    while (used < (evaluations * (restart + 1)) / RESTARTS) {
      simplex.sort((a, b) => a.loss - b.loss);
      const worst = simplex[n]!;
      if (Math.abs(worst.loss - simplex[0]!.loss) < TOLERANCE) break;
      const centre = origin.map((_, i) => simplex.slice(0, n).reduce((s, v) => s + v.x[i]!, 0) / n);
      const along = (factor: number) => at(centre.map((c, i) => c + factor * (worst.x[i]! - c)));
      const reflected = along(-1);
      if (reflected.loss < simplex[0]!.loss) {
        const expanded = along(-2);
        simplex[n] = expanded.loss < reflected.loss ? expanded : reflected;
      } else if (reflected.loss < simplex[n - 1]!.loss) simplex[n] = reflected;
      else {
        const contracted = along(reflected.loss < worst.loss ? -0.5 : 0.5);
        if (contracted.loss < Math.min(worst.loss, reflected.loss)) simplex[n] = contracted;
        else {
          const first = simplex[0]!;
          for (let i = 1; i <= n; i++) simplex[i] = at(first.x.map((f, j) => (f + simplex[i]!.x[j]!) / 2));
        }
      }
    }
    simplex.sort((a, b) => a.loss - b.loss);
    best = simplex[0]!;
  }
  return { values: record(best.x), loss: best.loss, evaluations: used };
}

const clamp = (v: number): number => Math.min(1, Math.max(0, v));
const RESTARTS = 3;
const FIRST_STEP = 0.12;
const TOLERANCE = 1e-7;
const OUTSIDE_PENALTY = 10;
