import { isEnvelope, refuseUnknownKey } from "../input/layers.ts";
import type { Io } from "../io.ts";
import { refuse } from "../units/problem.ts";
import type { Estimator } from "./estimator.ts";
import { isRequestWord, parseJsonObject, requestText } from "./run.ts";
import type { SweepOptions } from "./sweep-plan.ts";

/** A sweep as a document's `input` holds it: `of` is the command, a list is an axis, and the rest holds for every point. */
export interface SweepRequest {
  readonly of: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly options: OwnOptions;
}

/** Options of a sweep that say what is answered, not how it is printed. */
type OwnOptions = Pick<SweepOptions, "columns" | "pareto" | "shard" | "points">;
const OWN = ["columns", "pareto", "shard", "points"] as const;

const SAMPLE = { command: "sweep", of: "train", params: 70e9, gpu: ["a100", "h100"], gpus: 1024 };

/** The request that the words name, or undefined where they name a command. */
export function sweepRequest([word, next]: readonly string[], io: Io): SweepRequest | undefined {
  if (word === undefined || !isRequestWord(word)) return undefined;
  if (next !== undefined) {
    refuse("E-USAGE", `"${next}" stands beside a request, which says all that is answered.`, {
      hint: "Change the request, or write the sweep as flags.",
    });
  }
  const { text, name } = requestText(word, io);
  const hint = `A request of sweep looks like ${JSON.stringify(SAMPLE)}.`;
  const { command, of, columns, pareto, shard, points, ...values } = parseJsonObject(text, name, hint);
  if ((command !== undefined && command !== "sweep") || typeof of !== "string")
    return refuse("E-KEY", `The request in ${name} is not of a sweep of a command.`, { flag: "of", hint });
  const told = { columns: listText(columns), pareto: listText(pareto), shard: listText(shard), points };
  const given = Object.entries(told).filter(([, value]) => value !== undefined && value !== null);
  return { of, values, options: Object.fromEntries(given) as OwnOptions };
}

const listText = (value: unknown): unknown => (Array.isArray(value) ? value.join(",") : value);

/** Keys that the command does not have are refused before any point is answered. */
export function refuseStrangeKeys({ fields }: Estimator, { values, options }: SweepRequest): void {
  for (const key of Object.keys(values))
    if (!isEnvelope(key) && !fields.some((field) => field.key === key)) refuseUnknownKey(fields, key);
  for (const key of OWN) {
    const value: unknown = options[key];
    const fits = value === undefined || typeof value === "string" || (key === "points" && isRows(value));
    if (!fits) refuse("E-VALUE", `"${key}" of a sweep takes text.`, { flag: key });
  }
}

const isRows = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.every((row) => row !== null && typeof row === "object" && !Array.isArray(row));
