import { chipOf } from "../../catalog/chip.ts";
import { loadChips } from "../../catalog/chips.ts";
import type { Chip } from "../../core/chip.ts";
import { keptActivations } from "../../core/training/activations.ts";
import type { Layout, TrainingJob } from "../../core/training/job.ts";
import { memoryRange, memoryVerdict, trainingMemory } from "../../core/training/memory.ts";
import { stateBytes, statesPerParameter } from "../../core/training/states.ts";
import { MEMORY_REACH } from "../../core/training/uncertainty.ts";
import type { Measured } from "../../measured/row.ts";
import { trainingSteps } from "../../measured/training.ts";
import { type TrainingMemoryInputs, trainingMemoryFigures } from "../../measured/training-memory.ts";
import type { Bytes, Count, Ratio } from "../../units/quantity.ts";
import { type Accuracy, accuracyBy, accuracyOf, type Scored, weightedQuantile } from "./accuracy.ts";
import { shapeOfMeasured, trainingCases } from "./training-rows.ts";

export type MemoryRow = Measured<TrainingMemoryInputs>;

/** A published figure beside its prediction, in bytes, or shares for relative figures. */
export interface MemoryCheck {
  readonly row: MemoryRow;
  readonly predicted: number;
  /** How far towards the extreme of the need the figure lies; absent for arithmetic. */
  readonly reach?: Ratio;
}

export interface MemoryValidation {
  readonly rows: readonly { readonly label: string; readonly accuracy: Accuracy }[];
  /** Measured peaks: mean error in bytes, and the share within 6 % or 2 GB. */
  readonly meanBytes: Bytes;
  readonly close: Ratio;
  /** What MEMORY_REACH is to be. */
  readonly reach: { readonly value: Ratio; readonly n: Count; readonly sources: Count };
  /** Runs that failed for lack of memory, and those the prediction would have refused or warned of. */
  readonly failed: { readonly n: Count; readonly refused: Count; readonly warned: Count };
  /** Published training steps, which all ran, and those the prediction would have refused. */
  readonly ran: { readonly n: Count; readonly refused: Count };
}

const ANY_BATCH = 2 ** 20;
const CLOSE_SHARE = 0.06;
const CLOSE_BYTES = 2e9;
const INSIDE = 0.9;

/** Predicts every shipped memory figure, and whether every shipped training step fits. */
export async function validateMemory(): Promise<MemoryValidation> {
  const [{ rows }, chips] = await Promise.all([trainingMemoryFigures(), loadChips()]);
  const byId = new Map(chips.map((row) => [row.id, chipOf(row)]));
  const checks = rows.filter((row) => row.inputs.kind !== "oom").map((row) => checkRow(row, byId));
  const measured = checks.filter(({ row }) => row.inputs.kind === "measured");
  const errors = measured.map(({ row, predicted }) => Math.abs(predicted - row.measured));
  const close = measured.filter(
    ({ row }, i) => errors[i]! <= Math.max(CLOSE_BYTES, CLOSE_SHARE * row.measured),
  );
  const scored = (part: readonly MemoryCheck[]): Scored[] => part.map(scoredOf);
  return {
    rows: [
      { label: "measured", accuracy: accuracyOf(scored(measured))! },
      ...accuracyBy(scored(measured), (s) => s.source).map(({ key, accuracy }) => ({
        label: `measured, ${key}`,
        accuracy,
      })),
      ...["published-figure", "relative", "analytic", "checkpoint-size"].map((kind) => ({
        label: kind,
        accuracy: accuracyOf(scored(checks.filter(({ row }) => row.inputs.kind === kind)))!,
      })),
    ],
    meanBytes: errors.reduce((a, b) => a + b, 0) / errors.length,
    close: close.length / measured.length,
    reach: reachOf(measured),
    failed: failures(
      rows.filter((row) => row.inputs.kind === "oom"),
      byId,
    ),
    ran: await ran(byId),
  };
}

function scoredOf({ row, predicted, reach }: MemoryCheck): Scored {
  const { group, source, chip, family, metric, measured } = row;
  const log = Math.log(predicted / measured);
  const covered = reach === undefined ? {} : { covered: reach <= MEMORY_REACH.value };
  return { group, source, chip, family, metric, log, ...covered };
}

/** The reach that holds 90 % of the measured peaks, each source with equal weight. */
function reachOf(measured: readonly MemoryCheck[]): MemoryValidation["reach"] {
  const sizes = new Map<string, number>();
  for (const { row } of measured) sizes.set(row.source, (sizes.get(row.source) ?? 0) + 1);
  const reaches = measured.map(({ row, reach = 0 }) => ({
    value: reach,
    weight: 1 / sizes.get(row.source)!,
  }));
  return { value: weightedQuantile(reaches, INSIDE), n: measured.length, sources: sizes.size };
}

/** A figure recomputed as its source reads it. */
function checkRow(row: MemoryRow, chips: ReadonlyMap<string, Chip>): MemoryCheck {
  const { reading, kind } = row.inputs;
  const { job, layout } = runOf(row, chips);
  const params = row.inputs.params ?? 0;
  const states = stateBytes(job, row.inputs.states);
  switch (reading) {
    case "states":
      return { row, predicted: params * statesPerParameter(states, layout.zero, layout.dp) };
    case "weights":
      return { row, predicted: params * states.weights };
    case "checkpoint":
      return { row, predicted: params * (states.weights + states.optimizer) };
    case "activations":
      return { row, predicted: keptShare(job, layout) };
    case "blocks":
      return { row, predicted: trainingMemory(job, layout).allocated };
    default: {
      const memory = trainingMemory(job, layout, row.inputs.stage);
      const outside = reading === "allocator" ? memory.context : 0;
      const { low, high } = memoryRange(job, layout);
      const over = row.measured + outside - memory.reserved;
      const reach = over > 0 ? over / (high - memory.reserved) : -over / (memory.reserved - low);
      return { row, predicted: memory.reserved - outside, ...(kind === "measured" ? { reach } : {}) };
    }
  }
}

/** The job and layout of a figure; figures of states alone stand on a model of no layers. */
function runOf({ inputs: i, chip }: MemoryRow, chips: ReadonlyMap<string, Chip>) {
  const shape =
    i.shape === undefined ? undefined : { ...i.shape, ...(i.reading === "blocks" ? { vocab: 0 } : {}) };
  const job: TrainingJob = {
    shape:
      shape === undefined
        ? {
            hidden: 1,
            vocab: 1,
            tiedEmbeddings: true,
            learnedPositions: 0,
            finalNormParams: 0,
            mtpLayers: 0,
            groups: [],
          }
        : shapeOfMeasured(shape),
    chip: chips.get(chip)!,
    chips: i.chips ?? 1,
    seq: i.seq ?? 1,
    globalBatch: i.globalBatch ?? ANY_BATCH,
    precision: i.precision,
    method: "full",
    states: i.states,
    ...(i.gradientBytes === undefined ? {} : { gradientBytes: i.gradientBytes }),
    stack: {
      attention: i.attention ?? "flash",
      level: i.level ?? "community",
      overlap: i.overlap ?? true,
      year: i.year ?? 2021,
    },
  };
  const layout: Layout = {
    tp: i.tp ?? 1,
    pp: i.pp ?? 1,
    vpp: i.vpp ?? 1,
    cp: 1,
    ep: 1,
    dp: i.dp,
    zero: i.zero,
    microBatch: i.microBatch ?? 1,
    sequenceParallel: i.sequenceParallel ?? false,
    recompute: i.recompute ?? "none",
  };
  return { job, layout };
}

/** Activations kept, over those of tensor parallelism alone. */
function keptShare(job: TrainingJob, { tp, sequenceParallel, recompute }: Layout): Ratio {
  const kept = keptActivations(job.shape.groups[0]!, job);
  const of = (mode: Layout["recompute"], stream: number) =>
    kept[mode].stream / stream + kept[mode].split / tp;
  return of(recompute, sequenceParallel ? tp : 1) / of("none", 1);
}

function failures(rows: readonly MemoryRow[], chips: ReadonlyMap<string, Chip>): MemoryValidation["failed"] {
  const verdicts = rows.map((row) => {
    const { job, layout } = runOf(row, chips);
    return memoryVerdict(memoryRange(job, layout), row.measured);
  });
  const count = (verdict: string) => verdicts.filter((v) => v === verdict).length;
  return { n: rows.length, refused: count("over"), warned: count("tight") };
}

/** Every shipped step ran; with full recomputation where its source does not say, it must not be refused. */
async function ran(chips: ReadonlyMap<string, Chip>): Promise<MemoryValidation["ran"]> {
  const { rows } = await trainingSteps();
  const cases = trainingCases(rows, chips);
  const refused = cases.filter(({ row, job, layouts }) =>
    layouts.every((layout) => {
      const leanest: Layout = { ...layout, recompute: row.inputs.recompute ?? "full" };
      return memoryVerdict(memoryRange(job, leanest), job.chip.memory) === "over";
    }),
  );
  return { n: cases.length, refused: refused.length };
}
