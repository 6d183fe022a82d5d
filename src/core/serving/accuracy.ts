import type { Chip } from "../chip.ts";
import type { Estimate } from "../estimate.ts";
import type { EngineFamily } from "./constants.ts";

/** Figures whose error is known apart. */
export type ServingFigure = "tpot" | "ttft" | "throughput" | "e2e" | "decode" | "prefill";

interface Accuracy {
  /** Prediction times or over this factor holds 90 % of measurements whose chip or source the fit had not seen. */
  readonly factor: number;
  /** Measurements behind it, and independent groups of source and chip among them. */
  readonly rows: number;
  readonly groups: number;
}

/**
 * What holds 90 % of left-out residuals, chips or sources out, whichever is wider; groups of one source and chip weigh as the root of
 * their rows, and TTFT's by its rows, whose largest group is its worst. `npm run fit -- serving --leave-out` prints them.
 */
const LEFT_OUT: Readonly<Record<ServingFigure, Accuracy>> = {
  tpot: { factor: 1.25, rows: 811, groups: 6 },
  ttft: { factor: 2.3, rows: 649, groups: 18 },
  throughput: { factor: 1.37, rows: 1356, groups: 44 },
  e2e: { factor: 1.25, rows: 37, groups: 2 },
  decode: { factor: 1.2, rows: 358, groups: 19 },
  prefill: { factor: 1.39, rows: 336, groups: 19 },
};
const DATE = "2026";

/** Further spread, as a factor, where no measurement covers the kind of engine or of chip: a judgement, no statistic. */
const UNSEEN_ENGINE = 1.35;
const UNSEEN_ENGINE_TTFT = 2;
const UNSEEN_CHIP = 1.35;
/** Architectures with at least a dozen end-to-end rows. */
const SEEN = /^(Ampere|Ada|Hopper|CDNA3)$/;

/** llama.cpp was measured one stream at a time: its figures have the errors of decoding and of prompts. */
const LOCAL: Readonly<Partial<Record<ServingFigure, ServingFigure>>> = {
  tpot: "decode",
  throughput: "decode",
  e2e: "decode",
  ttft: "prefill",
};

/** Measured over predicted: 1, with the 90 % interval that left-out measurements earn, wider for what none of them covers. */
export function servingError(
  figure: ServingFigure,
  chip: Chip,
  engineMeasured: boolean,
  family?: EngineFamily,
): Estimate {
  const known = family === "llamacpp" ? (LOCAL[figure] ?? figure) : figure;
  const { factor, rows, groups } = LEFT_OUT[known];
  const engine = engineMeasured ? 1 : figure === "ttft" ? UNSEEN_ENGINE_TTFT : UNSEEN_ENGINE;
  const part = SEEN.test(chip.architecture) ? 1 : UNSEEN_CHIP;
  const spread = Math.exp(Math.hypot(Math.log(factor), Math.log(engine), Math.log(part)));
  const source = `${rows} public measurements in ${groups} groups of source and chip, left out of the fit`;
  return { value: 1, interval: [1 / spread, spread], source, date: DATE, measurements: rows };
}
