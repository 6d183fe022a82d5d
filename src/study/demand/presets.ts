import { nearest } from "../../catalog/nearest.ts";
import { refuse } from "../../units/problem.ts";
import type { Scenario } from "./scenario.ts";

/** Scenarios that ship with the package; each is loaded when asked for. */
const PRESETS = {
  "article-2023": () => import("../../../data/scenarios/article-2023.json", { with: { type: "json" } }),
  "semianalysis-2023": () =>
    import("../../../data/scenarios/semianalysis-2023.json", { with: { type: "json" } }),
  "guosheng-2023": () => import("../../../data/scenarios/guosheng-2023.json", { with: { type: "json" } }),
  "citic-2023": () => import("../../../data/scenarios/citic-2023.json", { with: { type: "json" } }),
  "deepseek-2025": () => import("../../../data/scenarios/deepseek-2025.json", { with: { type: "json" } }),
} as const;

export type PresetId = keyof typeof PRESETS;
export const PRESET_IDS = Object.keys(PRESETS) as readonly PresetId[];

/** A scenario of the package; a name that it does not have is refused. */
export async function loadPreset(id: PresetId): Promise<Scenario> {
  if (!(PRESET_IDS as readonly unknown[]).includes(id)) {
    const near = typeof id === "string" ? nearest(id, PRESET_IDS)[0] : undefined;
    refuse("E-CHOICE", `There is no market "${String(id)}".`, {
      flag: "--preset",
      hint: near === undefined ? `There are ${PRESET_IDS.join(", ")}.` : `Did you mean ${near}?`,
    });
  }
  return (await PRESETS[id]()).default as Scenario;
}
