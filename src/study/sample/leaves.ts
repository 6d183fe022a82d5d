import { ProblemError } from "../../units/problem.ts";
import type { Input } from "./draws.ts";
import type { Kernel } from "./kernel.ts";

/** Numeric figures of a result by path: `fleets.0.days`. */
export function leavesOf(result: unknown): ReadonlyMap<string, number> {
  const leaves = new Map<string, number>();
  const walk = (value: unknown, path: string): void => {
    if (typeof value === "number") leaves.set(path, value);
    else if (value !== null && typeof value === "object") {
      for (const [key, inner] of Object.entries(value)) walk(inner, path === "" ? key : `${path}.${key}`);
    }
  };
  walk(result, "");
  return leaves;
}

/**
 * Any estimate as a kernel: the request is answered anew for every draw. For what has no kernel of its own; thousands a second.
 * A request that is wrong at its point is refused; a draw that is wrong or has no answer has no figures.
 */
export function kernelOf(
  point: Readonly<Record<string, unknown>>,
  inputs: readonly Input[],
  answer: (request: Record<string, unknown>) => unknown,
): Kernel {
  const outputs = [...leavesOf(answer({ ...point })).keys()];
  return {
    inputs,
    outputs,
    run(values, out) {
      const request: Record<string, unknown> = { ...point };
      for (let i = 0; i < inputs.length; i++) {
        const { name, whole } = inputs[i]!;
        request[name] = whole === true ? Math.max(1, Math.round(values[i]!)) : values[i];
      }
      const leaves = answerOf(() => leavesOf(answer(request)));
      for (let o = 0; o < outputs.length; o++) out[o] = leaves?.get(outputs[o]!) ?? Number.NaN;
    },
  };
}

function answerOf<Answer>(answer: () => Answer): Answer | undefined {
  try {
    return answer();
  } catch (error) {
    if (error instanceof ProblemError) return undefined;
    throw error;
  }
}
