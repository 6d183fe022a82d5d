import type { Ratio, Seconds } from "../../units/quantity.ts";
import type { Chip } from "../chip.ts";
import type { Layout, TrainingJob } from "./job.ts";
import { microBatches, stepTime } from "./step.ts";

/** A change to a run and what it does to the time of a step with the same tokens. */
export interface Lever {
  readonly change: string;
  readonly kind: "hardware" | "software" | "layout" | "job";
  readonly seconds: Seconds;
  /** Share of the time per token saved; negative where the change costs. */
  readonly saved: Ratio;
}

interface Change {
  readonly change: string;
  readonly kind: Lever["kind"];
  readonly job?: Partial<TrainingJob>;
  readonly layout?: Partial<Layout>;
}

/** By how much a hardware lever is improved. */
const BETTER = 1.1;

function faster(chip: Chip, part: "matmul" | "memory" | "scaleUp" | "nic"): Chip {
  const scale = <K extends string>(rates: Readonly<Partial<Record<K, number>>>): Partial<Record<K, number>> =>
    Object.fromEntries(
      Object.entries<number | undefined>(rates).map(([name, rate]) => [name, rate! * BETTER]),
    ) as Partial<Record<K, number>>;
  switch (part) {
    case "matmul":
      return {
        ...chip,
        peak: scale(chip.peak),
        measuredMatmul: scale(chip.measuredMatmul),
        ...(chip.tdp === undefined ? {} : { tdp: chip.tdp * BETTER }),
      };
    case "memory":
      return chip.bandwidth === undefined ? chip : { ...chip, bandwidth: chip.bandwidth * BETTER };
    case "scaleUp":
      return chip.scaleUp === undefined
        ? chip
        : { ...chip, scaleUp: { ...chip.scaleUp, oneWay: chip.scaleUp.oneWay * BETTER } };
    case "nic":
      return chip.nic === undefined ? chip : { ...chip, nic: chip.nic * BETTER };
  }
}

/** Changes that make sense for this job and layout. */
function changesFor(job: TrainingJob, layout: Layout): Change[] {
  const { chip, stack } = job;
  const hardware = (change: string, part: Parameters<typeof faster>[1]): Change => ({
    change,
    kind: "hardware",
    job: { chip: faster(chip, part) },
  });
  const all: (Change | undefined)[] = [
    hardware("matmul units 10 % faster", "matmul"),
    hardware("memory 10 % faster", "memory"),
    chip.scaleUp === undefined ? undefined : hardware("scale-up links 10 % faster", "scaleUp"),
    chip.nic === undefined ? undefined : hardware("network 10 % faster", "nic"),
    stack.overlap
      ? undefined
      : { change: "overlap communication", kind: "software", job: { stack: { ...stack, overlap: true } } },
    stack.attention === "tuned"
      ? undefined
      : {
          change: "attention kernels tuned for the chip",
          kind: "software",
          job: { stack: { ...stack, attention: "tuned" } },
        },
    stack.level === "vendor"
      ? undefined
      : { change: "a vendor-tuned recipe", kind: "software", job: { stack: { ...stack, level: "vendor" } } },
    chip.peak.fp8 === undefined || (job.precision !== "bf16" && job.precision !== "fp16")
      ? undefined
      : { change: "8-bit linear layers", kind: "job", job: { precision: "fp8" } },
    layout.recompute === "none"
      ? undefined
      : { change: "no recomputation (needs memory)", kind: "layout", layout: { recompute: "none" } },
    { change: "twice the batch", kind: "job", job: { globalBatch: 2 * job.globalBatch } },
    microBatches(job, layout) < 2
      ? undefined
      : {
          change: "twice the micro-batch (needs memory)",
          kind: "layout",
          layout: { microBatch: 2 * layout.microBatch },
        },
    layout.tp === 1
      ? undefined
      : {
          change: "half the tensor parallelism (needs memory)",
          kind: "layout",
          layout: {
            tp: layout.tp / 2,
            dp: layout.dp * 2,
            sequenceParallel: layout.sequenceParallel && layout.tp > 2,
          },
        },
    layout.pp === 1
      ? undefined
      : {
          change: "half the pipeline stages (needs memory)",
          kind: "layout",
          layout: { pp: layout.pp / 2, dp: layout.dp * 2 },
        },
    layout.pp === 1
      ? undefined
      : { change: "twice the virtual stages", kind: "layout", layout: { vpp: 2 * layout.vpp } },
    layout.cp === 1
      ? undefined
      : {
          change: "half the context parallelism (needs memory)",
          kind: "layout",
          layout: { cp: layout.cp / 2, dp: layout.dp * 2 },
        },
  ];
  return all.filter((c) => c !== undefined);
}

/** Every lever recomputed on its own, the most helpful first. */
export function whatHelpsMost(job: TrainingJob, layout: Layout): Lever[] {
  const perSequence = stepTime(job, layout).total / job.globalBatch;
  return changesFor(job, layout)
    .filter(
      (c) =>
        Number.isInteger({ ...layout, ...c.layout }.pp) && Number.isInteger({ ...layout, ...c.layout }.tp),
    )
    .map(({ change, kind, job: jobChange, layout: layoutChange }) => {
      const changed = { ...job, ...jobChange };
      const seconds = stepTime(changed, { ...layout, ...layoutChange }).total;
      return { change, kind, seconds, saved: 1 - seconds / changed.globalBatch / perSequence };
    })
    .toSorted((a, b) => b.saved - a.saved);
}
