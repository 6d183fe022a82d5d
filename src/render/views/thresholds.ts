import type { TrainResult } from "../../study/train/result.ts";
import { format } from "../../units/index.ts";
import type { FactsBlock } from "../view.ts";

/** Legal lines by compute, which of them a run crosses; what each counts where it is asked for, or where it was counted apart. */
export function thresholdBlock({ thresholds }: TrainResult, explained: boolean): FactsBlock {
  const facts = thresholds.map((line) => {
    const counts = explained || line.counted !== undefined ? `; counts ${countedText(line)}` : "";
    return {
      label: line.crossed ? "crossed" : "below",
      value: `${format("work", line.flop)}  ${line.name}`,
      note: `${line.status} ${line.date}${chanceText(line.probability)}${counts}`,
    };
  });
  const more = explained ? "" : "; --explain says what each counts";
  return { block: "facts", heading: `Thresholds (not legal advice${more})`, facts };
}

const countedText = ({ counts, counted }: TrainResult["thresholds"][number]): string =>
  counted === undefined ? counts : `${counts}: ${format("work", counted)}`;

/** How often the draws of a range pass a threshold; nothing where the compute is one number. */
function chanceText(probability: number | undefined): string {
  if (probability === undefined) return "";
  if (probability < TOLD) return `; P(crossed) under ${format("ratio", TOLD)}`;
  if (probability > 1 - TOLD) return `; P(crossed) over ${format("ratio", 1 - TOLD)}`;
  return `; P(crossed) ${format("ratio", probability)}`;
}
/** Chances nearer to 0 or 1 than this are not told from them by some thousand draws. */
const TOLD = 0.001;
