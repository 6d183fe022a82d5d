import { refuse } from "../units/problem.ts";
import type { Estimator } from "./estimator.ts";

/** Commands that answer requests, each loaded when asked for. */
export const ESTIMATORS: readonly { readonly name: string; load(): Promise<Estimator> }[] = [
  { name: "train", load: async () => (await import("./train.ts")).train },
  { name: "infer", load: async () => (await import("./infer.ts")).infer },
  { name: "plan-infer", load: async () => (await import("./plan.ts")).planInfer as Estimator },
  { name: "plan-train", load: async () => (await import("./plan.ts")).planTrain as Estimator },
  { name: "scale", load: async () => (await import("./scale.ts")).scale as Estimator },
  { name: "audit", load: async () => (await import("./audit.ts")).audit as Estimator },
  { name: "fleet", load: async () => (await import("./fleet.ts")).fleet },
  { name: "demand", load: async () => (await import("./demand.ts")).demand as Estimator },
];

/** The estimator of a command's name; an unknown one is refused with the nearest name. */
export async function estimatorNamed(name: string): Promise<Estimator> {
  const entry = ESTIMATORS.find((candidate) => candidate.name === name);
  if (entry !== undefined) return entry.load();
  const names = ESTIMATORS.map((candidate) => candidate.name);
  // every start reads this file, and few end here
  const { nearest } = await import("../catalog/nearest.ts");
  const near = nearest(name, names)[0];
  return refuse("E-COMMAND", `"${name}" is not a command that takes requests.`, {
    hint: near === undefined ? `Those are ${names.join(", ")}.` : `Did you mean ${near}?`,
  });
}

/** The command that words begin with, which may be two of them: `plan train`. */
export function targetOf([first = "", second = "", ...rest]: readonly string[]): {
  readonly name: string;
  readonly words: readonly string[];
} {
  const both = `${first}-${second}`;
  if (ESTIMATORS.some(({ name }) => name === both)) return { name: both, words: rest };
  return { name: first, words: second === "" ? rest : [second, ...rest] };
}
