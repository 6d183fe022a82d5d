import type { ModelRow } from "./rows.ts";

/** Fields without which a row has no shape. */
export const SHAPE_FIELDS = [
  "n_layers",
  "d_model",
  "n_heads",
  "n_kv_heads",
  "head_dim",
  "d_ff",
  "vocab_size",
] as const;

/** A row that has them all. */
export type Sized = ModelRow & Readonly<Record<(typeof SHAPE_FIELDS)[number], number>>;

/** Whether a row has every field of a shape. */
export function isSized(row: ModelRow): row is Sized {
  return SHAPE_FIELDS.every((field) => typeof row[field] === "number");
}

/** The distinct kinds of a layer part, and which one a layer has. */
export interface Layers<T> {
  readonly kinds: readonly T[];
  kindOf(layer: number): number;
}

/** Whether a layer, counted from 0, belongs. */
export type LayerTest = (layer: number) => boolean;

/** `count` of `layers`, evenly, the last layer among them. */
export function spread(count: number, layers: number): LayerTest {
  return (i) => Math.floor(((i + 1) * count) / layers) > Math.floor((i * count) / layers);
}

/** The last `globals` layers of each `locals + globals`. */
export function periodic(locals: number, globals: number): LayerTest {
  return (i) => i % (locals + globals) >= locals;
}
