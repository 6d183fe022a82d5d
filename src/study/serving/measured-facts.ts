import { chipOf } from "../../catalog/chip.ts";
import { loadChips } from "../../catalog/chips.ts";
import { loadModels } from "../../catalog/models.ts";
import type { AcceleratorRow, ModelRow } from "../../catalog/rows.ts";
import { shapeOf } from "../../catalog/shape.ts";
import type { Chip } from "../../core/chip.ts";
import type { ModelShape } from "../../core/shape.ts";

/** Chips and models by the ids that measured rows use. */
export interface MeasuredFacts {
  chip(id: string): Chip | undefined;
  shape(id: string): ModelShape | undefined;
}

interface Extras {
  readonly accelerators: readonly AcceleratorRow[];
  readonly models: readonly ModelRow[];
  readonly shapes: Readonly<Record<string, ModelShape>>;
}

/** The catalogue, and the few parts and models that only the measurements name. */
export async function measuredFacts(): Promise<MeasuredFacts> {
  const file = await import("../../measured/data/serving-extras.json", { with: { type: "json" } });
  const extras = file.default as unknown as Extras;
  const chips = new Map([...(await loadChips()), ...extras.accelerators].map((row) => [row.id, chipOf(row)]));
  const shapes = new Map<string, ModelShape>(Object.entries(extras.shapes));
  for (const row of [...(await loadModels()), ...extras.models]) {
    const shape = shapeOf(row);
    if (shape !== undefined) shapes.set(row.id, shape);
  }
  return { chip: (id) => chips.get(id), shape: (id) => shapes.get(id) };
}
