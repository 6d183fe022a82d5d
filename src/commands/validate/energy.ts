import { validateEnergy } from "../../study/serving/validate-energy.ts";
import { accuracyBlock } from "./accuracy-view.ts";
import type { Part } from "./part.ts";

export const energyPart: Part = {
  name: "energy",
  summary: "power and joules a token of published serving runs",
  async run() {
    const validation = await validateEnergy();
    const view = [
      ...validation.tables.map(({ title, rows }) => accuracyBlock(`Serving, ${title}`, rows)),
      {
        block: "notes",
        lines: [
          "ML.ENERGY leaderboard v3.0, text tasks on H100, boards alone. Both figures come from the predicted throughput.",
          "The three constants of power are set by hand on these rows, the same for all; they rest on one kind of chip, so no chip can be left out.",
          `${validation.answered} configurations answered, ${validation.refused} not asked of the model.`,
        ],
      },
    ] as const;
    return { result: { energy: validation }, view };
  },
};
