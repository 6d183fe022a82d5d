import fc from "fast-check";
import type { Chip } from "../../../src/core/chip.ts";
import type { BlockGroup, ModelShape } from "../../../src/core/shape.ts";
import type { Layout, Recompute, TrainingJob } from "../../../src/core/training/job.ts";

/** Made-up jobs for hand-computed rows and laws. */
export const chip: Chip = {
  id: "x",
  name: "X",
  vendor: "V",
  architecture: "A",
  year: 2022,
  kind: "datacenter",
  peak: { bf16: 1e15, fp8: 2e15 },
  measuredMatmul: { bf16: 0.8e15 },
  memory: 80e9,
  bandwidth: 3.35e12,
  scaleUp: { technology: "link", oneWay: 450e9, domain: 8 },
  nic: 50e9,
  tdp: 700,
};

/** Blocks of a plain transformer: `ratio` is the MLP's width over hidden. */
export function blocks(
  layers: number,
  hidden: number,
  more: { heads?: number; kvHeads?: number; width?: number; gated?: boolean } = {},
): BlockGroup {
  const heads = more.heads ?? hidden / 64;
  return {
    count: layers,
    normParams: 2 * hidden,
    attention: {
      kind: "grouped",
      heads,
      kvHeads: more.kvHeads ?? heads,
      headDim: hidden / heads,
      extraParams: 0,
    },
    mlp: { kind: "dense", width: more.width ?? 4 * hidden, gated: more.gated ?? false, extraParams: 0 },
  };
}

export const shapeWith = (hidden: number, vocab: number, ...groups: readonly BlockGroup[]): ModelShape => ({
  hidden,
  vocab,
  tiedEmbeddings: false,
  learnedPositions: 0,
  finalNormParams: hidden,
  mtpLayers: 0,
  groups,
});

export const jobWith = (shape: ModelShape, more: Partial<TrainingJob> = {}): TrainingJob => ({
  shape,
  chip,
  chips: 8,
  seq: 2048,
  globalBatch: 1024,
  precision: "bf16",
  method: "full",
  stack: { attention: "tuned", level: "community", overlap: true, year: 2024 },
  ...more,
});

export const plain: Layout = {
  tp: 1,
  pp: 1,
  vpp: 1,
  cp: 1,
  ep: 1,
  dp: 1,
  zero: 0,
  microBatch: 1,
  sequenceParallel: false,
  recompute: "none",
};

const power = (most: number) => fc.integer({ min: 0, max: most }).map((e) => 2 ** e);

/** The same blocks with routed experts of the same width. */
export const withExperts = (group: BlockGroup, experts: number, active: number): BlockGroup => ({
  ...group,
  mlp: {
    kind: "moe",
    experts,
    active,
    expertWidth: group.mlp.kind === "dense" ? group.mlp.width : group.mlp.expertWidth,
    sharedWidth: 0,
    expertInput: group.attention.kind === "grouped" ? group.attention.heads * group.attention.headDim : 0,
    gated: group.mlp.gated,
    extraParams: 0,
    expertExtraParams: 0,
  },
});

const anyShape: fc.Arbitrary<ModelShape> = fc
  .record({
    layers: fc.integer({ min: 1, max: 96 }),
    heads: power(7),
    headDim: fc.constantFrom(32, 64, 128),
    share: power(3),
    width: fc.integer({ min: 1, max: 400 }),
    vocab: fc.integer({ min: 256, max: 256_000 }),
    gated: fc.boolean(),
    tied: fc.boolean(),
    experts: power(7),
    active: power(3),
  })
  .map(({ layers, heads, headDim, share, width, vocab, gated, tied, experts, active }) => {
    const group = blocks(layers, heads * headDim, {
      heads,
      kvHeads: Math.max(1, heads / share),
      width: 128 * width,
      gated,
    });
    const routed = experts > 1 ? withExperts(group, experts, Math.min(active, experts)) : group;
    return { ...shapeWith(heads * headDim, vocab, routed), tiedEmbeddings: tied };
  });

export const modes: readonly Recompute[] = ["none", "selective", "ops", "mlp", "alternate", "full"];

export const anyJob: fc.Arbitrary<TrainingJob> = fc
  .record({
    shape: anyShape,
    seq: power(6).map((n) => 128 * n),
    precision: fc.constantFrom("bf16", "fp16", "fp8", "nvfp4", "fp32"),
    method: fc.constantFrom("full", "full", "lora", "qlora"),
    attention: fc.constantFrom("unfused", "flash", "tuned"),
    level: fc.constantFrom("community", "vendor"),
    gradientBytes: fc.constantFrom(undefined, 2, 4),
    states: fc.constantFrom(undefined, undefined, "megatron", "deepspeed", "fsdp", "pure16"),
  })
  .map(({ shape, attention, level, gradientBytes, states, ...rest }) => ({
    ...jobWith(shape, { ...rest, globalBatch: 2 ** 16, chips: 4096 } as Partial<TrainingJob>),
    stack: { attention, level, overlap: true, year: 2024 } as TrainingJob["stack"],
    ...(gradientBytes === undefined ? {} : { gradientBytes: gradientBytes as 2 | 4 }),
    ...(states === undefined ? {} : { states: states as NonNullable<TrainingJob["states"]> }),
  }));

/** Layouts as memory sees them; `vpp` above one only with a pipeline. */
export const anyLayout: fc.Arbitrary<Layout> = fc
  .record({
    tp: power(4),
    pp: power(3),
    vpp: power(2),
    cp: power(3),
    ep: power(5),
    dp: power(7),
    zero: fc.constantFrom(0, 1, 2, 3),
    microBatch: power(3),
    sequenceParallel: fc.boolean(),
    recompute: fc.constantFrom(...modes),
  })
  .map((l) => ({
    ...l,
    vpp: l.pp === 1 ? 1 : l.vpp,
    zero: l.zero as Layout["zero"],
    sequenceParallel: l.sequenceParallel && l.tp > 1,
  }));
