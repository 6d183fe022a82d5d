import type { Chip } from "../../core/chip.ts";
import type { BlockGroup, Mlp, ModelShape } from "../../core/shape.ts";
import type { TrainingConstants } from "../../core/training/constants.ts";
import type { Layout, TrainingJob } from "../../core/training/job.ts";
import { prepareJob } from "../../core/training/prepare.ts";
import { evaluate, newWorkspace, tokensPerSecondPerChip } from "../../core/training/step.ts";
import type { Measured } from "../../measured/row.ts";
import type { MeasuredShape, TrainingStepInputs } from "../../measured/training.ts";
import { completeLayouts, type Imputed, type PartialLayout } from "./impute.ts";

export type TrainingRow = Measured<TrainingStepInputs>;

/** A measured step ready to be predicted: its job, and the layouts its source admits. */
export interface TrainingCase {
  readonly row: TrainingRow;
  readonly job: TrainingJob;
  readonly layouts: readonly Layout[];
  readonly imputed: readonly Imputed[];
}

/** The model of a measured row as the formulas see it. */
export function shapeOfMeasured(s: MeasuredShape): ModelShape {
  const dense: Mlp = { kind: "dense", width: s.width, gated: s.gated, extraParams: 0 };
  const moe = s.moe;
  const groups =
    moe === undefined
      ? blocks(s, s.layers, dense)
      : [
          ...blocks(s, moe.denseLayers, dense),
          ...blocks(s, s.layers - moe.denseLayers, {
            kind: "moe",
            experts: moe.experts,
            active: moe.active,
            expertWidth: moe.expertWidth,
            sharedWidth: moe.sharedWidth,
            expertInput: s.hidden,
            gated: s.gated,
            extraParams: 0,
            expertExtraParams: 0,
          }),
        ];
  return {
    hidden: s.hidden,
    vocab: s.vocab,
    tiedEmbeddings: s.tied,
    learnedPositions: 0,
    finalNormParams: s.hidden,
    mtpLayers: s.mtpLayers ?? 0,
    groups,
  };
}

/** `count` layers with this MLP, those with a window apart. */
function blocks(s: MeasuredShape, count: number, mlp: Mlp): BlockGroup[] {
  const block = (n: number, window?: number): BlockGroup => ({
    count: n,
    mlp,
    normParams: 2 * s.hidden,
    attention:
      s.latent !== undefined
        ? { kind: "latent", heads: s.heads, extraParams: 0, ...s.latent }
        : {
            kind: "grouped",
            heads: s.heads,
            kvHeads: s.kvHeads,
            headDim: s.headDim,
            extraParams: 0,
            ...(window === undefined ? {} : { window }),
          },
  });
  const windowed = s.window === undefined ? 0 : Math.floor(count / s.window.every);
  return [
    ...(windowed > 0 ? [block(windowed, s.window!.size)] : []),
    ...(count > windowed ? [block(count - windowed)] : []),
  ];
}

function jobOfMeasured(row: TrainingRow, chip: Chip): TrainingJob {
  const i = row.inputs;
  return {
    shape: shapeOfMeasured(i.shape),
    chip,
    chips: i.chips,
    seq: i.seq,
    globalBatch: i.globalBatch,
    precision: i.precision,
    method: i.task ?? "full",
    stack: { attention: i.attention, level: i.level, overlap: i.overlap, year: i.year },
  };
}

/** The layout a row states; undefined where the source gives none. Degrees that are not stated are one. */
function statedLayout(i: TrainingStepInputs): PartialLayout | undefined {
  const { tp, pp, dp } = i;
  if (tp === undefined || pp === undefined || dp === undefined) return undefined;
  return {
    tp,
    pp,
    dp,
    ...(i.vpp === undefined ? {} : { vpp: i.vpp }),
    cp: i.cp ?? 1,
    ep: i.ep ?? 1,
    zero: i.zero ?? 1,
    ...(i.shardGroup === undefined ? {} : { shardGroup: i.shardGroup }),
    ...(i.microBatch === undefined ? {} : { microBatch: i.microBatch }),
    ...(i.recompute === undefined ? {} : { recompute: i.recompute }),
    sequenceParallel: i.sequenceParallel ?? (tp > 1 && i.overlap),
  };
}

/** Rows whose layout is known, ready to be predicted. */
export function trainingCases(
  rows: readonly TrainingRow[],
  chips: ReadonlyMap<string, Chip>,
): TrainingCase[] {
  return rows.flatMap((row) => {
    const stated = statedLayout(row.inputs);
    const chip = chips.get(row.chip);
    if (stated === undefined || chip === undefined) return [];
    const job = jobOfMeasured(row, chip);
    return [{ row, job, ...completeLayouts(job, stated) }];
  });
}

/** Tokens/s per chip of the fastest layout a case admits. */
export function predictCase(
  item: TrainingCase,
  constants: Partial<TrainingConstants> = {},
  room = newWorkspace(),
): { readonly tokensPerSecond: number; readonly layout: Layout } {
  const prepared = prepareJob(item.job, constants);
  let best = Number.POSITIVE_INFINITY;
  let layout = item.layouts[0]!;
  for (const candidate of item.layouts) {
    const seconds = evaluate(prepared, candidate, room);
    if (seconds < best) {
      best = seconds;
      layout = candidate;
    }
  }
  return { tokensPerSecond: tokensPerSecondPerChip(item.job, best), layout };
}
