import type { Bytes, Count } from "../../units/quantity.ts";

/** Bytes a parameter of mixed-precision Adam: 16-bit weights and gradients, fp32 master copy and two moments. [Rajbhandari 2020, section 3.1] */
const WEIGHT_BYTES = 2;
const GRADIENT_BYTES = 2;
const OPTIMIZER_BYTES = 12;

export interface States {
  readonly weightBytes: Bytes;
  readonly gradientBytes: Bytes;
  readonly optimizerBytes: Bytes;
  readonly stateBytes: Bytes;
}

/** Memory that the states of a run take over all chips, once, however they are sharded. */
export function statesOf(params: Count): States {
  return {
    weightBytes: params * WEIGHT_BYTES,
    gradientBytes: params * GRADIENT_BYTES,
    optimizerBytes: params * OPTIMIZER_BYTES,
    stateBytes: params * (WEIGHT_BYTES + GRADIENT_BYTES + OPTIMIZER_BYTES),
  };
}
