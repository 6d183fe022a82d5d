import type { Count } from "../../units/quantity.ts";
import type { BlockGroup, ModelShape } from "../shape.ts";

/** Rank where a LoRA names none: the commonest default of fine-tuning recipes. [PEFT, torchtune and NeMo examples: 8 to 32] */
export const DEFAULT_LORA_RANK = 16;

/**
 * Parameters of LoRA adapters on one layer: two thin matrices of `rank` beside every linear layer of attention and of the dense or
 * shared MLP; routed experts stay bare. [Hu 2021, section 4]
 */
export function adapterParams(group: BlockGroup, hidden: Count, rank: Count): Count {
  return rank * (attentionEdges(group, hidden) + mlpEdges(group, hidden));
}

/** Parameters of the adapters of all layers. */
export const adapterCount = (shape: ModelShape, rank: Count): Count =>
  shape.groups.reduce((sum, group) => sum + group.count * adapterParams(group, shape.hidden, rank), 0);

/** Sum of input and output widths over the attention's linear layers. */
function attentionEdges({ attention: a }: BlockGroup, hidden: Count): Count {
  // a hybrid's block may have no mixer, and then no edges
  if (a.kind === "linear") return a.projectionParams > 0 ? 2 * hidden + a.projectionParams / hidden : 0;
  if (a.kind === "grouped") {
    const q = a.heads * a.headDim;
    const kv = (a.sharedKv ? 1 : 2) * a.kvHeads * a.headDim;
    return hidden + q + (a.sharedKv ? 1 : 2) * hidden + kv + q + hidden;
  }
  const queries = a.heads * (a.nopeDim + a.ropeDim);
  const values = a.heads * a.valueDim;
  const q = a.queryRank > 0 ? hidden + a.queryRank + a.queryRank + queries : hidden + queries;
  const kv = hidden + a.kvRank + a.ropeDim + a.kvRank + a.heads * a.nopeDim + values;
  return q + kv + values + hidden;
}

function mlpEdges({ mlp }: BlockGroup, hidden: Count): Count {
  const width = mlp.kind === "dense" ? mlp.width : mlp.sharedWidth;
  return width === 0 ? 0 : (mlp.gated ? 3 : 2) * (hidden + width);
}
