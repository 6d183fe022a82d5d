import type { Flop, Ratio, Seconds } from "../../units/quantity.ts";
import {
  type AttentionCount,
  forwardFlop,
  frozenTrainingFlop,
  mtpFlop,
  trainingFlop,
} from "../architecture/flop.ts";
import { parameters } from "../architecture/parameters.ts";
import { densePeak } from "../hardware.ts";
import type { ModelShape } from "../shape.ts";
import { trainingConstants } from "./constants.ts";
import { isFrozen, type Layout, type TrainingJob, type Utilisation } from "./job.ts";
import { BITS } from "./prepare.ts";
import { flopPerActive } from "./run.ts";

/** FLOP per token of a training step without recomputation: backward is twice forward, once where weights are frozen. */
function usefulFlop(job: TrainingJob, count: AttentionCount): Flop {
  const { shape, seq } = job;
  const perToken = isFrozen(job.method) ? frozenTrainingFlop : trainingFlop;
  return perToken(shape, seq, count) + 3 * mtpFlop(shape, seq, count);
}

/** FLOP per token that recomputation adds. */
function repeatedFlop(job: TrainingJob, layout: Layout): Flop {
  const { linear, attention } = forwardFlop(job.shape, job.seq);
  const share = layout.recomputeShare ?? 1;
  switch (layout.recompute) {
    case "none":
      return 0;
    case "selective":
      return share * attention;
    case "ops":
      return share * trainingConstants().recomputedOps * linear;
    case "mlp":
      return share * mlpShare(job.shape) * linear;
    case "alternate":
      return (share * (linear + attention)) / 2;
    case "full":
      return share * (linear + attention);
  }
}

/** Share of the blocks' matmul work that is in their MLPs. */
function mlpShare(shape: ModelShape): Ratio {
  const p = parameters(shape);
  const matmul = p.activeMatmul - (shape.tiedEmbeddings ? p.embedding : p.embedding / 2);
  return Math.max(0, 1 - p.attention / matmul);
}

/**
 * Model and hardware FLOP utilisation of a step, by convention. The denominator is the dense peak at the width of the
 * linear layers, so an 8-bit run is held to the 8-bit peak.
 */
export function utilisation(job: TrainingJob, layout: Layout, step: Seconds): Utilisation {
  const tokens = job.globalBatch * job.seq;
  const capacity = job.chips * densePeak(job.chip, BITS[job.precision]) * step;
  const share = (perToken: Flop): Ratio => (perToken * tokens) / capacity;
  const causal = usefulFlop(job, "causal");
  return {
    mfu: share(causal),
    mfuFullAttention: share(usefulFlop(job, "full")),
    mfu6nd: share(flopPerActive(job.method) * parameters(job.shape).activeMatmul),
    hfu: share(causal + repeatedFlop(job, layout)),
  };
}
