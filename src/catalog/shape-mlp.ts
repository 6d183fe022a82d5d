import type { Mlp } from "../core/shape.ts";
import type { MoeRow } from "./rows.ts";
import type { Layers, Sized } from "./shape-layers.ts";

/** MLP of every layer: dense, or dense and experts. */
export function mlpsOf(row: Sized): Layers<Mlp> {
  const { moe } = row;
  const dense = denseMlp(row, moe?.d_ff_dense ?? row.d_ff);
  if (!moe?.n_experts || !moe.n_active || !moe.d_ff_expert) return { kinds: [dense], kindOf: () => 0 };
  const first = moe.first_dense_layers ?? 0;
  const interval = moe.moe_layer_interval ?? 1;
  return {
    kinds: [dense, moeMlp(row, moe, moe.n_experts, moe.n_active, moe.d_ff_expert)],
    kindOf: (i) => (i >= first && (i + 1) % interval === 0 ? 1 : 0),
  };
}

function denseMlp(row: Sized, width: number): Mlp {
  const gated = row.gated_mlp === true;
  return { kind: "dense", width, gated, extraParams: row.linear_bias ? biases(row, width, row.d_model) : 0 };
}

/** One bias per output of each matrix of an MLP. */
function biases(row: Sized, width: number, input: number): number {
  return (row.gated_mlp ? 2 : 1) * width + input;
}

function moeMlp(row: Sized, moe: Partial<MoeRow>, experts: number, active: number, width: number): Mlp {
  const expertInput = moe.expert_input_dim ?? row.d_model;
  const latentNorm = expertInput === row.d_model ? 0 : expertInput;
  const routerBias = moe.router_bias ? experts : 0;
  const gate = moe.shared_gate ? row.d_model : 0;
  return {
    kind: "moe",
    experts,
    active,
    expertWidth: width,
    sharedWidth: (moe.n_shared ?? 0) * (moe.d_ff_shared ?? width) + (moe.dense_residual_ff ?? 0),
    expertInput,
    gated: row.gated_mlp === true,
    extraParams: routerBias + gate + latentNorm,
    expertExtraParams: moe.expert_bias ? biases(row, width, expertInput) : 0,
  };
}
