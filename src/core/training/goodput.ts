import { type Count, type Ratio, SECONDS_PER_HOUR, type Seconds } from "../../units/quantity.ts";
import { assume, type Estimate } from "../estimate.ts";

/** Chip-time between unplanned interruptions: 419 in 54 days on 16,384 H100. */
export const CHIP_MTBF = assume(
  ((54 * 24 * 16_384) / 419) * SECONDS_PER_HOUR,
  [20_000 * SECONDS_PER_HOUR, 100_000 * SECONDS_PER_HOUR],
  "Llama 3 2024, section 3.3.4: 419 unexpected interruptions in 54 days on 16,384 H100",
  "2024",
);
/** Time a checkpoint holds the run up: the copy to host memory of an asynchronous one. */
const CHECKPOINT = assume(
  15,
  [3, 90],
  "asynchronous checkpoints of sharded states (MegaScale 2024, section 4.4)",
  "2024",
);
/** From an interruption to the next useful step: detection, replacement, loading. */
const RESTART = assume(
  300,
  [120, 1800],
  "MegaScale 2024 (section 4): recovery within minutes; Llama 3: automated",
  "2024",
);
/** Share of wall time left by evaluation, stalls, loss spikes and people. */
const OTHER_LOSSES = assume(
  0.93,
  [0.75, 0.98],
  "published whole runs: 0.65 to 0.95 of their steady state",
  "2024",
);

/** Time between checkpoints that loses least: sqrt(2 x checkpoint x time between failures). [Young 1974] */
export const checkpointInterval = (checkpoint: Seconds, betweenFailures: Seconds): Seconds =>
  Math.sqrt(2 * checkpoint * betweenFailures);

/** Share of time kept when failures cost a restart and half an interval, and checkpoints their own time. [Daly 2006, first order] */
export function failureGoodput(
  chips: Count,
  chipMtbf: Seconds,
  checkpoint: Seconds,
  restart: Seconds,
): Ratio {
  const between = chipMtbf / chips;
  const interval = checkpointInterval(checkpoint, between);
  const lost = checkpoint / interval + (interval / 2 + restart) / between;
  return 1 / (1 + lost);
}

/** The middle of `predictedGoodput`, for kernels. */
export const goodputValue = (chips: Count): Ratio =>
  failureGoodput(chips, CHIP_MTBF.value, CHECKPOINT.value, RESTART.value) * OTHER_LOSSES.value;

/** Share of wall time in steady state, by the size of the fleet. */
export function predictedGoodput(chips: Count): Estimate {
  const kept = (mtbf: Seconds, checkpoint: Seconds, restart: Seconds) =>
    failureGoodput(chips, mtbf, checkpoint, restart);
  const middle = kept(CHIP_MTBF.value, CHECKPOINT.value, RESTART.value);
  // the ends of all four together would be corners, not a 90 % interval: the failures' swing is halved in the logarithm
  const low = Math.sqrt(middle * kept(CHIP_MTBF.interval[0], CHECKPOINT.interval[1], RESTART.interval[1]));
  const high = Math.sqrt(middle * kept(CHIP_MTBF.interval[1], CHECKPOINT.interval[0], RESTART.interval[0]));
  return {
    value: goodputValue(chips),
    interval: [low * OTHER_LOSSES.interval[0], high * OTHER_LOSSES.interval[1]],
    source: `interruptions every ${Math.round(CHIP_MTBF.value / SECONDS_PER_HOUR)} chip-hours, checkpoints by Young and Daly, other losses ${OTHER_LOSSES.value} (Llama 3 2024; published whole runs)`,
    date: "2024",
  };
}
