import { typicalShape } from "../../core/architecture.ts";
import { adapterCount, DEFAULT_LORA_RANK } from "../../core/training/adapters.ts";
import { isFrozen } from "../../core/training/job.ts";
import { frozenBytes } from "../../core/training/states.ts";
import type { Bytes } from "../../units/quantity.ts";
import type { Model } from "../model.ts";
import type { TrainRequest } from "./request.ts";

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

/**
 * Memory that the states of a run take over all chips, once, however they are sharded. Of frozen weights only the adapters
 * beside them have gradients and moments; those of a model without a shape are a typical one's.
 */
export function statesOf(
  { method, loraRank }: Pick<TrainRequest, "method" | "loraRank">,
  { params, active, shape }: Pick<Model, "params" | "active" | "shape">,
): States {
  const frozen = isFrozen(method);
  const trained = frozen
    ? adapterCount(
        shape ?? typicalShape(params, active < params ? active : undefined),
        loraRank ?? DEFAULT_LORA_RANK,
      )
    : params;
  const weightBytes = (frozen ? frozenBytes(method) * params : 0) + trained * WEIGHT_BYTES;
  const gradientBytes = trained * GRADIENT_BYTES;
  const optimizerBytes = trained * OPTIMIZER_BYTES;
  return {
    weightBytes,
    gradientBytes,
    optimizerBytes,
    stateBytes: weightBytes + gradientBytes + optimizerBytes,
  };
}
