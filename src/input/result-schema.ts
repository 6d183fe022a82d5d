import * as z from "zod/mini";
import { audit } from "./results/audit.ts";
import { demand } from "./results/demand.ts";
import { fleet } from "./results/fleet.ts";
import { infer } from "./results/infer.ts";
import { maybe, number, text } from "./results/parts.ts";
import { planInfer, planTrain } from "./results/plan.ts";
import { scale } from "./results/scale.ts";
import { train } from "./results/train.ts";

/** Shapes of the results, by command: what `schema COMMAND result` prints and the tests hold every document to. */
const RESULTS: Readonly<Record<string, z.ZodMiniType>> = {
  scale,
  audit,
  train,
  infer,
  fleet,
  demand,
  "plan-train": planTrain,
  "plan-infer": planInfer,
};

const assumption = z.strictObject({
  key: text,
  value: z.union([number, text]),
  interval: maybe(z.strictObject({ p05: number, p95: number })),
  unit: maybe(text),
  source: text,
  date: maybe(text),
  measurements: maybe(number),
});

/** A figure as --explain derives it. */
const line = z.strictObject({
  name: text,
  formula: text,
  operands: z.array(z.strictObject({ name: text, value: number, kind: text })),
  value: number,
  kind: text,
  source: text,
});

/** The whole document of a command. */
export function documentSchema(command: string): z.ZodMiniType {
  return z.strictObject({
    schema: z.literal(`compute-est/${command}/1`),
    version: text,
    input: z.record(text, z.unknown()),
    result: RESULTS[command] ?? z.unknown(),
    assumptions: z.array(assumption),
    warnings: z.array(z.strictObject({ code: text, message: text })),
    derivation: maybe(z.array(line)),
  });
}

/** JSON Schema of a command's document. */
export function resultSchema(command: string): unknown {
  return { $id: `compute-est/${command}/1`, ...z.toJSONSchema(documentSchema(command)) };
}

/** Whether results of a command may have a figure, or a part with figures, at this path. */
export function resultHas(command: string, path: string): boolean {
  const shape = RESULTS[command];
  return shape !== undefined && reaches(z.toJSONSchema(shape) as Shape, path.split("."));
}

/** As much of a JSON Schema as the shapes above are made of. */
interface Shape {
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly items?: Shape;
  readonly anyOf?: readonly Shape[];
  readonly additionalProperties?: Shape | boolean;
}

function reaches(shape: Shape, [key, ...rest]: readonly string[]): boolean {
  if (key === undefined) return true;
  const inner = shape.properties?.[key] ?? (/^\d+$/.test(key) ? shape.items : undefined);
  if (inner !== undefined) return reaches(inner, rest);
  if (shape.anyOf?.some((one) => reaches(one, [key, ...rest])) === true) return true;
  // keys that are not known beforehand may hold dots
  return typeof shape.additionalProperties === "object";
}
