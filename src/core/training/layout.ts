import type { Count } from "../../units/quantity.ts";
import type { Layout, TrainingJob } from "./job.ts";

/** Why a layout cannot run, whatever the memory. */
export type LayoutFault =
  | "chips"
  | "tp-heads"
  | "tp-kv-heads"
  | "tp-width"
  | "sp-without-tp"
  | "cp-seq"
  | "ep-dense"
  | "ep-experts"
  | "ep-replicas"
  | "pp-layers"
  | "vpp-without-pp"
  | "vpp-layers"
  | "batch"
  | "vpp-batch"
  | "shard-without-zero3"
  | "shard-group";

/** What each fault says, as the end of a sentence: "layout rejected: ...". */
export const FAULT_TEXT: Readonly<Record<LayoutFault, string>> = {
  chips: "tp x pp x cp x dp is not the number of chips",
  "tp-heads": "attention heads not divisible by tp",
  "tp-kv-heads": "key-value heads neither divide tp nor are divided by it",
  "tp-width": "hidden or MLP width not divisible by tp",
  "sp-without-tp": "sequence parallelism without tensor parallelism",
  "cp-seq": "sequence not divisible by twice cp",
  "ep-dense": "expert parallelism without experts",
  "ep-experts": "experts not divisible by ep",
  "ep-replicas": "ep does not divide tp x cp x dp",
  "pp-layers": "too few layers for the pipeline's stages",
  "vpp-without-pp": "virtual stages without a pipeline",
  "vpp-layers": "layers do not fill the virtual stages",
  batch: "batch not divisible by dp x micro-batch",
  "vpp-batch": "micro-batches not divisible by pp, as interleaving needs",
  "shard-without-zero3": "a shard group without ZeRO-3",
  "shard-group": "shard group does not divide cp x dp",
};

/** What of a job decides which layouts are possible. */
export interface LayoutRules {
  readonly chips: Count;
  readonly globalBatch: Count;
  readonly seq: Count;
  readonly layers: Count;
  /** Divisors that tensor parallelism must respect, over all groups of layers. */
  readonly heads: readonly Count[];
  readonly kvHeads: readonly Count[];
  readonly widths: readonly Count[];
  readonly experts: readonly Count[];
}

/** Places of an interleaved pipeline that embedding, head and prediction module take in a layer's stead. [Megatron-Core] */
const SPARE_PLACES = 3;

const distinct = (values: readonly number[]): readonly number[] => [...new Set(values)];

/** What the shape and the batch of a job ask of a layout, read once for a search. */
export function layoutRules(job: TrainingJob): LayoutRules {
  const { shape } = job;
  const attentions = shape.groups.map((g) => g.attention).filter((a) => a.kind !== "linear");
  return {
    chips: job.chips,
    globalBatch: job.globalBatch,
    seq: job.seq,
    layers: shape.groups.reduce((n, g) => n + g.count, 0),
    heads: distinct(attentions.map((a) => a.heads)),
    kvHeads: distinct(attentions.flatMap((a) => (a.kind === "grouped" ? [a.kvHeads] : []))),
    widths: distinct([
      shape.hidden,
      ...shape.groups.flatMap((g) => (g.mlp.kind === "dense" && g.mlp.width > 0 ? [g.mlp.width] : [])),
    ]),
    experts: distinct(shape.groups.flatMap((g) => (g.mlp.kind === "moe" ? [g.mlp.experts] : []))),
  };
}

/** Whether heads and widths split over `tp`; grouped keys and values may instead be repeated. [Megatron-Core] */
export function tensorFault(r: LayoutRules, tp: Count): LayoutFault | undefined {
  for (const heads of r.heads) if (heads % tp !== 0) return "tp-heads";
  for (const kv of r.kvHeads) if (kv % tp !== 0 && tp % kv !== 0) return "tp-kv-heads";
  for (const width of r.widths) if (width % tp !== 0) return "tp-width";
  return undefined;
}

/** Causal attention is balanced by giving each rank an early and a late piece of the sequence. [Megatron-Core context parallelism] */
export const contextFault = (r: LayoutRules, cp: Count): LayoutFault | undefined =>
  cp > 1 && r.seq % (2 * cp) !== 0 ? "cp-seq" : undefined;

/** Why expert parallelism over so many ranks does not divide the experts; undefined where it does. */
export function expertFault(r: LayoutRules, ep: Count, ranks: Count): LayoutFault | undefined {
  if (ep === 1) return undefined;
  if (r.experts.length === 0) return "ep-dense";
  for (const experts of r.experts) if (experts % ep !== 0) return "ep-experts";
  return ranks % ep === 0 ? undefined : "ep-replicas";
}

/**
 * Stages of a plain pipeline hold equally many layers, the last perhaps fewer. Virtual stages must all be full, but embedding and
 * head may stand for a layer each, as in Llama 3's 126 layers over 128 places. [Llama 3 2024, section 3.3.2]
 */
export function pipelineFault(r: LayoutRules, pp: Count, vpp: Count): LayoutFault | undefined {
  if (pp === 1) return vpp === 1 ? undefined : "vpp-without-pp";
  const each = Math.ceil(r.layers / pp);
  if (pp > r.layers || each * (pp - 1) > r.layers) return "pp-layers";
  if (vpp === 1) return undefined;
  const places = Math.ceil(r.layers / (pp * vpp)) * pp * vpp;
  return pp * vpp > r.layers + SPARE_PLACES || places - r.layers > SPARE_PLACES ? "vpp-layers" : undefined;
}

/** Micro-batches must come out whole, and in rounds of `pp` where stages are interleaved. [Narayanan 2021, section 2.2] */
function batchFault(r: LayoutRules, layout: Layout): LayoutFault | undefined {
  const micro = r.globalBatch / (layout.dp * layout.microBatch);
  if (micro < 1 || micro !== Math.floor(micro)) return "batch";
  return layout.vpp > 1 && micro % layout.pp !== 0 ? "vpp-batch" : undefined;
}

/** The first reason why a layout cannot run, or none. Memory is not looked at. */
export function layoutFault(r: LayoutRules, layout: Layout): LayoutFault | undefined {
  const { tp, pp, cp, dp } = layout;
  if (tp * pp * cp * dp !== r.chips) return "chips";
  const cut =
    tensorFault(r, tp) ??
    contextFault(r, cp) ??
    expertFault(r, layout.ep, tp * cp * dp) ??
    pipelineFault(r, pp, layout.vpp) ??
    batchFault(r, layout);
  if (cut !== undefined) return cut;
  if (layout.sequenceParallel && tp === 1) return "sp-without-tp";
  if (layout.shardGroup === undefined) return undefined;
  if (layout.zero !== 3) return "shard-without-zero3";
  return (dp * cp) % layout.shardGroup === 0 ? undefined : "shard-group";
}
