import type { Chip } from "../core/chip.ts";
import type { BlockGroup, Mlp, ModelShape } from "../core/shape.ts";
import type { Layout, TrainingJob } from "../core/training/job.ts";
import type { Measured } from "../measured/row.ts";
import type { MeasuredShape, TrainingStepInputs } from "../measured/training.ts";

/** The model of a measured row as the formulas see it. */
export function shapeOfMeasured(s: MeasuredShape): ModelShape {
  const attention = (window?: number): BlockGroup["attention"] =>
    s.latent === undefined
      ? {
          kind: "grouped",
          heads: s.heads,
          kvHeads: s.kvHeads,
          headDim: s.headDim,
          extraParams: 0,
          ...(window === undefined ? {} : { window }),
        }
      : { kind: "latent", heads: s.heads, extraParams: 0, ...s.latent };
  const dense: Mlp = { kind: "dense", width: s.width, gated: s.gated, extraParams: 0 };
  const block = (count: number, mlp: Mlp, window?: number): BlockGroup => ({
    count,
    mlp,
    attention: attention(window),
    normParams: 2 * s.hidden,
  });
  const groups: BlockGroup[] = [];
  const split = (count: number, mlp: Mlp) => {
    const windowed = s.window === undefined ? 0 : Math.floor(count / s.window.every);
    if (windowed > 0) groups.push(block(windowed, mlp, s.window!.size));
    if (count > windowed) groups.push(block(count - windowed, mlp));
  };
  if (s.moe === undefined) split(s.layers, dense);
  else {
    split(s.moe.denseLayers, dense);
    split(s.layers - s.moe.denseLayers, {
      kind: "moe",
      experts: s.moe.experts,
      active: s.moe.active,
      expertWidth: s.moe.expertWidth,
      sharedWidth: s.moe.sharedWidth,
      expertInput: s.hidden,
      gated: s.gated,
      extraParams: 0,
      expertExtraParams: 0,
    });
  }
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

export function jobOfMeasured(row: Measured<TrainingStepInputs>, chip: Chip): TrainingJob {
  const i = row.inputs;
  return {
    shape: shapeOfMeasured(i.shape),
    chip,
    chips: i.chips,
    seq: i.seq,
    globalBatch: i.globalBatch,
    precision: i.precision,
    method: i.task === "lora" ? "lora" : i.task === "sft" ? "sft" : "full",
    stack: { attention: i.attention, level: i.level, overlap: i.overlap, year: i.year },
  };
}

/** Every layout a row admits. Virtual stages that are not stated are one; micro-batches are tried. */
export function layoutsOfMeasured(row: Measured<TrainingStepInputs>): Layout[] {
  const i = row.inputs;
  if (i.tp === undefined || i.pp === undefined || i.dp === undefined) return [];
  const { tp, pp, dp } = i;
  const perReplica = i.globalBatch / dp;
  const micro =
    i.microBatch === undefined ? [1, 2, 4, 8].filter((b) => perReplica % b === 0) : [i.microBatch];
  return micro.map((microBatch) => ({
    tp,
    pp,
    dp,
    vpp: i.vpp ?? 1,
    microBatch,
    cp: i.cp ?? 1,
    ep: i.ep ?? 1,
    zero: i.zero ?? 1,
    ...(i.shardGroup === undefined ? {} : { shardGroup: i.shardGroup }),
    sequenceParallel: i.sequenceParallel ?? (tp > 1 && i.overlap),
    recompute: i.recompute ?? "none",
  }));
}
