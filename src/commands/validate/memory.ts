import { validateMemory } from "../../study/validate/memory.ts";
import { accuracyBlock } from "./accuracy-view.ts";
import type { Part } from "./part.ts";

export const memoryPart: Part = {
  name: "memory",
  summary: "bytes on the fullest accelerator of published training runs, and whether runs fit",
  async run() {
    const validation = await validateMemory();
    const { meanBytes, close, failed, ran } = validation;
    const view = [
      accuracyBlock("Training memory on the fullest accelerator", validation.rows),
      {
        block: "notes",
        lines: [
          `Measured peaks: mean error ${(meanBytes / 1e9).toFixed(1)} GB; ${Math.round(100 * close)} % within 6 % or 2 GB. The few constants are set by hand, the same for all rows.`,
          `Of ${ran.n} published training steps, which all ran, ${ran.refused} would have been refused; of ${failed.n} runs out of memory, ${failed.refused} refused and ${failed.warned} warned of.`,
        ],
      },
    ] as const;
    return { result: { memory: validation }, view };
  },
};
