import type { Bytes, Count } from "../../units/quantity.ts";
import type { Method, StateConvention, TrainingJob, ZeroStage } from "./job.ts";

/** Bytes per parameter of what a framework keeps through a step, before sharding. */
export interface StateBytes {
  readonly weights: number;
  /** 16-bit copy beside 32-bit weights, held whole wherever weights are not gathered layer by layer. */
  readonly copy: number;
  readonly gradients: number;
  readonly optimizer: number;
  /** One parameter as gathered for computing. */
  readonly gathered: number;
}

/** Bytes of a frozen weight: 16-bit, or 4-bit with its quantisation constants quantised too. [Dettmers 2023, section 3: 0.127 bits each] */
export const FROZEN_16 = 2;
const FROZEN_4 = (4 + 0.127) / 8;
/** Bytes of a frozen weight: 4-bit of QLoRA, 16-bit else. */
export const frozenBytes = (method: Method | undefined): number =>
  method === "qlora" ? FROZEN_4 : FROZEN_16;

/** Adam's two moments in 32 bits, and with a 32-bit master copy of the weights. */
const MOMENTS = 8;
const MASTER_AND_MOMENTS = 12;

/**
 * Megatron: 16-bit weights, gradients summed in 32 bits (16 in vendors' tuned recipes), 12 bytes of optimizer: 18 or 16 in all. DeepSpeed: fp16 keeps a 32-bit gradient partition with the optimizer, bf16 a whole 32-bit gradient beside the 16-bit
 * one. FSDP: 32-bit parameters, gradients and moments, cast to 16 bits as gathered. pure16: everything in 16 bits.
 * [Narayanan 2021; Rajbhandari 2020, section 3; DeepSpeed bf16_optimizer; PyTorch FSDP2 mixed precision]
 */
export function stateBytes(job: TrainingJob, convention: StateConvention): StateBytes {
  if (job.precision === "fp32" || job.precision === "tf32")
    return { weights: 4, copy: 0, gradients: 4, optimizer: MOMENTS, gathered: 4 };
  const gradients = job.gradientBytes ?? (job.stack.level === "vendor" ? 2 : 4);
  switch (convention) {
    case "megatron":
      return { weights: 2, copy: 0, gradients, optimizer: MASTER_AND_MOMENTS, gathered: 2 };
    case "deepspeed":
      return job.precision === "fp16"
        ? { weights: 2, copy: 0, gradients: 2, optimizer: MASTER_AND_MOMENTS + 4, gathered: 2 }
        : { weights: 2, copy: 0, gradients: 6, optimizer: MASTER_AND_MOMENTS, gathered: 2 };
    case "fsdp":
      return { weights: 4, copy: 2, gradients, optimizer: MOMENTS, gathered: 2 };
    case "pure16":
      return { weights: 2, copy: 0, gradients: 2, optimizer: 4, gathered: 2 };
  }
}

/** The convention of a job that names none: FSDP where parameters are sharded, Megatron's elsewhere. */
export const conventionOf = (job: TrainingJob, zero: ZeroStage): StateConvention =>
  job.states ?? (zero === 3 ? "fsdp" : "megatron");

/** Bytes of states one chip holds per parameter, everything sharded that the stage shards. [Rajbhandari 2020, figure 1] */
export function statesPerParameter(s: StateBytes, zero: ZeroStage, replicas: Count): Bytes {
  const at = (stage: ZeroStage) => (zero >= stage ? 1 / replicas : 1);
  return s.weights * at(3) + s.gradients * at(2) + s.optimizer * at(1);
}
