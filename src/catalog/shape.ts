import type { BlockGroup, ModelShape } from "../core/shape.ts";
import type { ModelRow } from "./rows.ts";
import { attentionsOf } from "./shape-attention.ts";
import { isSized, type Sized } from "./shape-layers.ts";
import { mlpsOf } from "./shape-mlp.ts";
import { patternGroups } from "./shape-pattern.ts";

/** Shape of a model row; undefined where the row does not state one (rumoured models). */
export function shapeOf(row: ModelRow): ModelShape | undefined {
  if (!isSized(row)) return undefined;
  const norm = normParams(row);
  return {
    hidden: row.d_model,
    vocab: row.vocab_size,
    tiedEmbeddings: row.tied_embeddings === true,
    learnedPositions: row.learned_pos ?? 0,
    finalNormParams: norm * (row.emb_norm ? 2 : 1) + (row.lm_head_bias ? row.vocab_size : 0),
    mtpLayers: row.mtp_layers ?? 0,
    ...(row.max_position ? { maxPosition: row.max_position } : {}),
    groups: groupsOf(row, norm),
  };
}

/** A LayerNorm has a gain and a bias; RMSNorm and a LayerNorm without bias have a gain. */
function normParams(row: Sized): number {
  return row.norm === "layernorm" ? 2 * row.d_model : row.d_model;
}

/** Walks the layers and counts the distinct pairs of attention and MLP. */
function groupsOf(row: Sized, norm: number): BlockGroup[] {
  const attentions = attentionsOf(row);
  const mlps = mlpsOf(row);
  if (row.layer_pattern) {
    const [dense, experts] = mlps.kinds;
    const parts = { attention: attentions.kinds[0]!, dense: dense!, experts: experts ?? dense!, norm };
    return patternGroups(row, row.layer_pattern, parts);
  }
  const norms = (row.norms_per_layer ?? 2) * norm;
  const groups = new Map<string, BlockGroup>();
  for (let layer = 0; layer < row.n_layers; layer++) {
    const a = attentions.kindOf(layer);
    const m = mlps.kindOf(layer);
    const key = `${a}/${m}`;
    const count = (groups.get(key)?.count ?? 0) + 1;
    groups.set(key, { count, attention: attentions.kinds[a]!, mlp: mlps.kinds[m]!, normParams: norms });
  }
  return [...groups.values()];
}
