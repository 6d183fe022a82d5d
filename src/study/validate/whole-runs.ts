import type { Layout, TrainingJob } from "../../core/training/job.ts";
import { throughputError } from "../../core/training/uncertainty.ts";
import { measuredRuns } from "../../measured/runs.ts";
import { WHOLE_RUNS, type WholeRunSetup } from "../../measured/whole-runs.ts";
import { SECONDS_PER_HOUR } from "../../units/quantity.ts";
import type { Facts } from "../facts.ts";
import { modelOfRow } from "../model.ts";
import { bestLayout } from "../plan/best.ts";

/** A whole run: chip-hours from shape, chip, tokens and layout, and the goodput that the published hours imply. */
export interface WholeRunCheck {
  readonly model: string;
  readonly chip: string;
  readonly chips: number;
  readonly layout: Layout;
  readonly tokensPerSecondPerChip: number;
  /** Steady state only: no failures, evaluation or restarts. */
  readonly predictedChipHours: number;
  readonly publishedChipHours: number;
  /** Predicted over published, and its 90 % interval. */
  readonly impliedGoodput: number;
  readonly interval: readonly [number, number];
  /** The published hours leave out what goodput is: the ratio should be one. */
  readonly steadyState: boolean;
  readonly source: string;
}

/** Published runs predicted at the layout they state, completed by the fastest that fits. */
export async function checkWholeRuns(facts: Facts): Promise<readonly WholeRunCheck[]> {
  const runs = new Map((await measuredRuns()).map((run) => [run.id, run]));
  return WHOLE_RUNS.flatMap((setup) => {
    const run = runs.get(setup.run);
    const hours = setup.chipHours ?? run?.chipHours;
    const job = run === undefined ? undefined : jobOf(setup, run.catalogue, run.chip, facts);
    if (run?.tokens === undefined || hours === undefined || job === undefined) return [];
    const { candidate } = bestLayout(job, setup.layout, { end: "low" });
    if (candidate === undefined) return [];
    const rate = (candidate.job.globalBatch * job.seq) / candidate.stepSeconds / candidate.job.chips;
    const predicted = run.tokens / rate / SECONDS_PER_HOUR;
    const goodput = predicted / hours;
    const band = throughputError(job);
    return [
      {
        model: run.model,
        chip: job.chip.id,
        chips: setup.chips,
        layout: candidate.layout,
        tokensPerSecondPerChip: rate,
        predictedChipHours: predicted,
        publishedChipHours: hours,
        impliedGoodput: goodput,
        interval: [goodput / band.high, goodput / band.low] as const,
        steadyState: setup.steadyState ?? false,
        source: `${run.source}; ${setup.source}`,
      },
    ];
  });
}

function jobOf(
  setup: WholeRunSetup,
  catalogue: string | undefined,
  chipId: string | undefined,
  facts: Facts,
): TrainingJob | undefined {
  const id = setup.model ?? catalogue;
  const row = facts.models.find((model) => model.id === id);
  const chipRow = facts.chips.find((chip) => chip.id === chipId);
  const shape = row === undefined ? undefined : modelOfRow(row, "id").shape;
  if (shape === undefined || chipRow === undefined) return undefined;
  return {
    shape,
    chip: facts.priced(chipRow).chip,
    chips: setup.chips,
    seq: setup.seq,
    globalBatch: setup.globalBatch,
    precision: setup.precision,
    method: "full",
    stack: setup.stack,
  };
}
