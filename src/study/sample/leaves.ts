import { ProblemError } from "../../units/problem.ts";
import type { Input } from "./draws.ts";
import type { Kernel } from "./kernel.ts";

/** Where the numeric figures of a result are: `["fleets", "0", "days"]`. */
function pathsOf(result: unknown): readonly (readonly string[])[] {
  if (typeof result === "number") return [[]];
  if (result === null || typeof result !== "object") return [];
  return Object.entries(result).flatMap(([key, inner]) => pathsOf(inner).map((path) => [key, ...path]));
}

/** The figure there; NaN where this result has none. */
function numberAt(result: unknown, path: readonly string[]): number {
  let value = result;
  for (const key of path) {
    if (value === null || typeof value !== "object") return Number.NaN;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return typeof value === "number" ? value : Number.NaN;
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
  const paths = pathsOf(answer({ ...point }));
  const outputs = paths.map((keys) => keys.join("."));
  return {
    inputs,
    outputs,
    run(values, out) {
      const request: Record<string, unknown> = { ...point };
      for (let i = 0; i < inputs.length; i++) {
        const { name, whole } = inputs[i]!;
        request[name] = whole === true ? Math.max(1, Math.round(values[i]!)) : values[i];
      }
      const result = answerOf(() => answer(request));
      for (let o = 0; o < paths.length; o++) out[o] = numberAt(result, paths[o]!);
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
