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

/** The scenario of a forecast that ships with the package; loaded on first use. */
export async function loadPreset(id: PresetId): Promise<Scenario> {
  return (await PRESETS[id]()).default as Scenario;
}
