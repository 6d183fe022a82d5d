import type { Chip } from "../../core/chip.ts";
import { cachePerRequest, cachePool } from "../../core/serving/capacity.ts";
import { engineChoice } from "../../core/serving/engines.ts";
import { prepare } from "../../core/serving/prepare.ts";
import { type FitRow, loadServingMemory, type PoolRow } from "../../measured/serving-memory.ts";
import { GIB } from "../../units/quantity.ts";
import { median } from "../validate/accuracy.ts";
import { type MeasuredFacts, measuredFacts } from "./measured-facts.ts";

/** A pool as an engine reported it, beside the computed one: bytes of one chip. */
export interface PoolCheck {
  readonly row: PoolRow;
  readonly reported: number;
  readonly computed: number;
}

export interface PoolValidation {
  readonly pools: readonly PoolCheck[];
  readonly medianError: number;
  readonly fits: { readonly n: number; readonly right: number; readonly wrong: readonly FitRow[] };
}

/** Room for keys and values in the logs of engines, and whether llama.cpp ran, against computed. */
export async function validatePools(): Promise<PoolValidation> {
  const [facts, { pools, fits }] = await Promise.all([measuredFacts(), loadServingMemory()]);
  const checks = pools.map((row) => checkOf(row, facts));
  const wrong = fits.filter((row) => fitsOn(row, facts) !== row.ran);
  return {
    pools: checks,
    medianError: median(checks.map(({ reported, computed }) => Math.abs(computed / reported - 1))),
    fits: { n: fits.length, right: fits.length - wrong.length, wrong },
  };
}

function checkOf(row: PoolRow, facts: MeasuredFacts): PoolCheck {
  const chip = facts.chip(row.chip)!;
  const prepared = prepare({
    shape: facts.shape(row.model)!,
    chip,
    weights: row.weights,
    ...(row.kv === undefined ? {} : { kv: row.kv }),
    engine: engineChoice(row.engine, chip).class,
    layout: { tp: row.tp, pp: 1, dp: 1 },
    options: {
      memoryUtilization: row.utilization,
      ...(row.stepTokens === undefined ? {} : { stepTokens: row.stepTokens }),
    },
  });
  // engines count tokens as though every layer kept all of them: at a length that no window cuts
  const reported = row.unit === "bytes" ? row.measured : row.measured * cachePerRequest(prepared, 1);
  return { row, reported, computed: cachePool(prepared) };
}

function fitsOn(row: FitRow, facts: MeasuredFacts): boolean {
  const known = facts.chip(row.unified ? "apple-m1-max" : "rtx-3090")!;
  const chip: Chip = { ...known, memory: row.gib * GIB };
  const prepared = prepare({
    shape: facts.shape(row.model)!,
    chip,
    weights: row.weights,
    engine: "llamacpp",
    layout: { tp: 1, pp: row.cards, dp: 1 },
  });
  return cachePool(prepared) >= cachePerRequest(prepared, row.context);
}
