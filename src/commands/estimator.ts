import type { Field } from "../input/field.ts";
import type { Request } from "../input/layers.ts";
import type { Line } from "../render/explain.ts";
import type { View } from "../render/view.ts";
import type { Answer } from "../study/document.ts";
import type { Facts } from "../study/facts.ts";
import type { Kernel } from "../study/sample/kernel.ts";
import type { Figure } from "./figures.ts";

/**
 * A command that answers requests: its fields, its call, and how its answer looks. `train`, `infer`, `fleet` and the rest
 * are each one of these; the runner, `batch`, `sweep` and `schema` know nothing else of them.
 */
export interface Estimator<Result = unknown> {
  readonly name: string;
  readonly fields: readonly Field[];
  /** A positional argument that stands for a field: `fleet A B C`. */
  readonly operands?: { readonly key: string; readonly placeholder: string };
  /** Shown before the options in help. */
  readonly examples: readonly string[];
  /** A request as JSON, shown where none can be read. */
  readonly sample: Readonly<Record<string, unknown>>;
  /** Figures that tables, sweeps and rankings know by name. */
  readonly figures: readonly Figure[];
  /** Columns of a sweep where none are named. */
  readonly columns: readonly string[];
  /** The numeric inputs as a kernel, where this request allows one; for sweeps of very many points. */
  kernel?(request: Request, inputs: readonly string[], resources: Resources): Kernel | undefined;
  answer(request: Request, resources: Resources): Answer<Result> | Promise<Answer<Result>>;
  /** What a person sees; `explained` asks for all of it. */
  view(answer: Answer<Result>, explained: boolean): View;
  /** Exit code of an answer; 0 where absent. */
  exitCode?(answer: Answer<Result>): number;
  /** The derivation of an answer, line by line; built only when asked for. */
  explain(answer: Answer<Result>): readonly Line[];
}

/** What a request may need beyond itself. */
export interface Resources {
  /** Reads a model file (a config.json) named in a request. */
  readFile(path: string): string | undefined;
  /** The catalogue with the user's own rows. */
  readonly facts: Facts;
}
