import { densePeak } from "../../core/hardware.ts";
import { prepare } from "../../core/serving/prepare.ts";
import { serve } from "../../core/serving/service.ts";
import { chipsOf, type Load, type ServingSetup, type WeightPrecision } from "../../core/serving/setup.ts";

/** One change to a setup, and what it does to the same load. */
export interface Lever {
  readonly change: string;
  /** Time per output token, first token, and output tokens a second and chip: after over before. */
  readonly tpot: number;
  readonly ttft: number;
  readonly throughputPerChip: number;
}

/** Drafts that multi-token prediction or a small model makes, and how often one is accepted. [DeepSeek-V3, section 5.4.3] */
const DRAFTS = { draft: 1, acceptance: 0.85 };

function narrower({ weights, chip }: ServingSetup): WeightPrecision | undefined {
  const wide = weights === "bf16" || weights === "fp16" || weights === "fp32";
  const eight = densePeak(chip, 8) > densePeak(chip, 16);
  const four = chip.peak.fp4 !== undefined;
  if (wide) return eight ? "fp8" : "int4";
  return weights === "fp8" && four ? "nvfp4" : undefined;
}

/** Single changes that the setup admits. */
function changes(setup: ServingSetup): readonly (readonly [string, ServingSetup])[] {
  const { layout, options, kv } = setup;
  const list: [string, ServingSetup][] = [];
  const weights = narrower(setup);
  if (weights !== undefined) list.push([`weights in ${weights}`, { ...setup, weights }]);
  if (kv !== "fp8" && kv !== "fp4" && kv !== "int4") list.push(["fp8 cache", { ...setup, kv: "fp8" }]);
  list.push(["twice the tensor parallelism", { ...setup, layout: { ...layout, tp: 2 * layout.tp } }]);
  if (layout.tp > 1)
    list.push(["half the tensor parallelism", { ...setup, layout: { ...layout, tp: layout.tp / 2 } }]);
  if (setup.engine === "vllm-sync")
    list.push(["asynchronous scheduling", { ...setup, engine: "vllm-async" }]);
  if (options?.speculation === undefined) {
    list.push(["one drafted token", { ...setup, options: { ...options, speculation: DRAFTS } }]);
  }
  return list;
}

/** What each single change would do, best for the time per token first; those that do not fit are left out. */
export function levers(setup: ServingSetup, load: Load): readonly Lever[] {
  const before = serve(prepare(setup), load);
  if (before === undefined) return [];
  return changes(setup)
    .flatMap(([change, changed]): Lever[] => {
      const after = serve(prepare(changed), load);
      if (after === undefined) return [];
      const chips = chipsOf(changed.layout) / chipsOf(setup.layout);
      return [
        {
          change,
          tpot: after.tpot / before.tpot,
          ttft: after.ttft / before.ttft,
          throughputPerChip: after.throughput / before.throughput / chips,
        },
      ];
    })
    .sort((a, b) => a.tpot - b.tpot);
}
