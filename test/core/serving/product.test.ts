import { describe, expect, it } from "vitest";
import { chipOf } from "../../../src/catalog/chip.ts";
import { loadChips } from "../../../src/catalog/chips.ts";
import { loadModels } from "../../../src/catalog/models.ts";
import { shapeOf } from "../../../src/catalog/shape.ts";
import type { EngineClassId } from "../../../src/core/serving/constants.ts";
import { prepare } from "../../../src/core/serving/prepare.ts";
import { serve } from "../../../src/core/serving/service.ts";
import type { Load, WeightPrecision } from "../../../src/core/serving/setup.ts";

const chips = (await loadChips()).map(chipOf);
const shapes = (await loadModels()).map(shapeOf).filter((shape) => shape !== undefined);
const tokens = { input: 3000, output: 700 };
const LOADS: Load[] = [
  { kind: "closed", concurrency: 1, ...tokens },
  { kind: "closed", concurrency: 4096, ...tokens, cached: 2999 },
  { kind: "open", rate: 1e4, ...tokens },
  { kind: "running", batch: 0.5, input: 0, output: 1 },
  { kind: "saturated", ...tokens },
];
const ENGINES: [EngineClassId, WeightPrecision][] = [
  ["vllm-async", "bf16"],
  ["trtllm", "nvfp4"],
  ["llamacpp", "q4_k_m"],
];

describe("every accelerator with every model", () => {
  it("gives finite positive figures, or says that it does not fit", () => {
    const wrong: string[] = [];
    let answered = 0;
    for (const chip of chips) {
      for (const [i, shape] of shapes.entries()) {
        const [engine, weights] = ENGINES[i % ENGINES.length]!;
        // a shifted wheel of engines over models keeps every pair of chip and model
        const layout = { tp: 8, pp: engine === "llamacpp" ? 8 : 1, dp: i % 2 ? 1 : 4 };
        const p = prepare({ shape, chip, weights, engine, layout });
        for (const load of LOADS) {
          const t = serve(p, load);
          if (t === undefined) continue;
          answered++;
          const figures = [
            t.ttft,
            t.tpot,
            t.gap,
            t.e2e,
            t.throughput,
            t.batch,
            t.fitting,
            ...Object.values(t.step),
          ];
          const sound = figures.every((x) => Number.isFinite(x) && x >= 0) && t.tpot > 0 && t.throughput > 0;
          if (!sound) wrong.push(`${chip.id} model ${i} ${engine} ${load.kind}: ${figures.join(" ")}`);
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(answered).toBeGreaterThan(10_000);
  });
});
