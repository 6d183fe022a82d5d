import type { View } from "../../render/view.ts";
import type { Facts } from "../../study/facts.ts";

/** One thing that `validate` recomputes from shipped measurements. */
export interface Part {
  readonly name: string;
  readonly summary: string;
  run(facts: Facts): Promise<{ readonly result: unknown; readonly view: View }>;
}
