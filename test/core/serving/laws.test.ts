import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chipOf } from "../../../src/catalog/chip.ts";
import { loadChips } from "../../../src/catalog/chips.ts";
import { loadModels } from "../../../src/catalog/models.ts";
import { shapeOf } from "../../../src/catalog/shape.ts";
import { densePeak, memoryBandwidth } from "../../../src/core/hardware.ts";
import { cachePerRequest, weightBytesPerChip } from "../../../src/core/serving/capacity.ts";
import type { EngineClassId } from "../../../src/core/serving/constants.ts";
import { boardWatts, POWER_WAITING } from "../../../src/core/serving/power.ts";
import { type Prepared, prepare } from "../../../src/core/serving/prepare.ts";
import { serve } from "../../../src/core/serving/service.ts";
import type { Load, ServingSetup, WeightPrecision } from "../../../src/core/serving/setup.ts";
import { decodeStep } from "../../../src/core/serving/step.ts";

const chips = (await loadChips()).map(chipOf).filter((chip) => chip.kind === "datacenter");
const shapes = (await loadModels()).flatMap((row) => shapeOf(row) ?? []);
const ENGINES: readonly EngineClassId[] = ["trtllm", "trtllm-engine", "vllm-sync", "vllm-async", "vllm-rocm"];
const WEIGHTS: readonly WeightPrecision[] = ["bf16", "fp8", "nvfp4", "mxfp4", "int4"];

const setups: fc.Arbitrary<ServingSetup> = fc.record({
  shape: fc.constantFrom(...shapes),
  chip: fc.constantFrom(...chips),
  weights: fc.constantFrom(...WEIGHTS),
  engine: fc.constantFrom(...ENGINES),
  layout: fc.record({
    tp: fc.constantFrom(1, 2, 4, 8),
    pp: fc.constantFrom(1, 2),
    dp: fc.constantFrom(1, 1, 8),
  }),
});
const tokens = fc.record({
  input: fc.integer({ min: 1, max: 30_000 }),
  output: fc.integer({ min: 1, max: 4000 }),
});
const users = fc.integer({ min: 1, max: 3000 });
const more = fc.double({ min: 1, max: 4, noNaN: true });
/** Rounding of sums of some ten terms. */
const ROUNDING = 1 + 1e-9;

const run = (p: Prepared, load: Load) => serve(p, load);

describe("laws of serving", () => {
  it("a step is never faster than moving its bytes or doing its sums at the data sheet's rates", () => {
    fc.assert(
      fc.property(setups, users, fc.integer({ min: 1, max: 30_000 }), (setup, batch, context) => {
        const p = prepare(setup);
        const { tp, pp, dp } = setup.layout;
        const { work } = p;
        const step = decodeStep(p, batch, context).total;
        const dense = (work.dense * p.denseBytes) / tp / memoryBandwidth(setup.chip);
        const active = work.dense + work.head + work.active * work.expert * work.moeLayers;
        const width = p.denseBytes < 1 ? 4 : p.denseBytes === 1 || setup.weights === "mxfp4" ? 8 : 16;
        const peak = Math.max(densePeak(setup.chip, width), setup.chip.peak.int8 ?? 0);
        expect(step * ROUNDING).toBeGreaterThanOrEqual(dense);
        expect(step * ROUNDING).toBeGreaterThanOrEqual((2 * batch * active) / (tp * pp * dp * peak));
      }),
    );
  });

  it("time per token never falls with the batch or the context", () => {
    fc.assert(
      fc.property(setups, tokens, users, more, (setup, r, concurrency, factor) => {
        const p = prepare(setup);
        const few = run(p, { kind: "closed", ...r, concurrency });
        const many = run(p, { kind: "closed", ...r, concurrency: Math.ceil(concurrency * factor) });
        if (few !== undefined) expect(many!.tpot * ROUNDING).toBeGreaterThanOrEqual(few.tpot);
        const near = decodeStep(p, concurrency, r.input).total;
        expect(decodeStep(p, concurrency, r.input * factor).total * ROUNDING).toBeGreaterThanOrEqual(near);
      }),
    );
  });

  it("throughput stays below the matmul roofline of all chips", () => {
    fc.assert(
      fc.property(setups, tokens, (setup, r) => {
        const p = prepare(setup);
        const t = run(p, { kind: "saturated", ...r });
        fc.pre(t !== undefined);
        const { work } = p;
        const active = work.dense + work.active * work.expert * work.moeLayers;
        const { tp, pp, dp } = setup.layout;
        const peak = Math.max(...Object.values(setup.chip.peak));
        expect(t.throughput * 2 * active).toBeLessThan(tp * pp * dp * peak);
      }),
    );
  });

  it("more tensor parallelism never adds memory to a chip", () => {
    fc.assert(
      fc.property(setups, users, (setup, context) => {
        const wide = prepare({ ...setup, layout: { ...setup.layout, tp: 2 * setup.layout.tp } });
        const p = prepare(setup);
        expect(weightBytesPerChip(wide)).toBeLessThanOrEqual(weightBytesPerChip(p));
        expect(cachePerRequest(wide, context)).toBeLessThanOrEqual(cachePerRequest(p, context));
      }),
    );
  });

  it("a shared latent is as large whatever the number of heads", () => {
    const latents = shapes.filter(({ groups }) =>
      groups.every(({ attention }) => attention.kind === "latent"),
    );
    expect(latents.length).toBeGreaterThan(3);
    fc.assert(
      fc.property(
        fc.constantFrom(...latents),
        fc.integer({ min: 2, max: 8 }),
        users,
        (shape, factor, context) => {
          const groups = shape.groups.map((group) => ({
            ...group,
            attention: { ...group.attention, heads: factor * (group.attention as { heads: number }).heads },
          })) as typeof shape.groups;
          const of = (one: typeof shape) =>
            cachePerRequest(
              prepare({
                shape: one,
                chip: chips[0]!,
                weights: "fp8",
                engine: "vllm-async",
                layout: { tp: 1, pp: 1, dp: 1 },
              }),
              context,
            );
          expect(of({ ...shape, groups })).toBe(of(shape));
        },
      ),
    );
  });

  it("an output token takes no less than a waiting board draws in its time", () => {
    fc.assert(
      fc.property(setups, tokens, users, (setup, r, concurrency) => {
        const p = prepare(setup);
        const load: Load = { kind: "closed", ...r, concurrency };
        const t = run(p, load);
        const watts = t && boardWatts(p, load, t);
        fc.pre(t !== undefined && watts !== undefined);
        const boards = setup.layout.tp * setup.layout.pp * setup.layout.dp;
        const joules = (watts * boards) / t.throughput;
        const floor = (POWER_WAITING.value * setup.chip.tdp! * boards) / t.throughput;
        expect(joules * ROUNDING).toBeGreaterThanOrEqual(floor);
      }),
    );
  });

  it("a cached prefix never slows", () => {
    fc.assert(
      fc.property(
        setups,
        tokens,
        users,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (setup, r, concurrency, share) => {
          const p = prepare(setup);
          const cold = run(p, { kind: "closed", ...r, concurrency });
          const warm = run(p, { kind: "closed", ...r, concurrency, cached: share * r.input });
          fc.pre(cold !== undefined);
          expect(warm!.tpot).toBeLessThanOrEqual(cold.tpot * ROUNDING);
          expect(warm!.ttft).toBeLessThanOrEqual(cold.ttft * ROUNDING);
        },
      ),
    );
  });

  it("requests in the system are their rate times their time (Little)", () => {
    fc.assert(
      fc.property(
        setups,
        tokens,
        fc.double({ min: 0.001, max: 50, noNaN: true }),
        users,
        (setup, r, rate, n) => {
          const p = prepare(setup);
          const closed = run(p, { kind: "closed", ...r, concurrency: n });
          if (closed !== undefined) expect((closed.throughput / r.output) * closed.e2e).toBeCloseTo(n, 6);
          const open = run(p, { kind: "open", ...r, rate });
          fc.pre(open !== undefined && !open.overloaded && open.batch > 1);
          expect(Math.abs((rate * open.e2e) / open.batch - 1)).toBeLessThan(1e-4);
        },
      ),
    );
  });

  it("drafts that are never accepted never help", () => {
    fc.assert(
      fc.property(setups, tokens, users, fc.integer({ min: 1, max: 8 }), (setup, r, concurrency, draft) => {
        const load: Load = { kind: "closed", ...r, concurrency };
        const plain = run(prepare(setup), load);
        const drafting = run(prepare({ ...setup, options: { speculation: { draft, acceptance: 0 } } }), load);
        if (plain !== undefined) expect(drafting!.tpot).toBeGreaterThanOrEqual(plain.tpot);
      }),
    );
  });

  it("twice the memory bandwidth never slows a token", () => {
    fc.assert(
      fc.property(setups, tokens, users, (setup, r, concurrency) => {
        const load: Load = { kind: "closed", ...r, concurrency };
        const before = run(prepare(setup), load);
        const chip = { ...setup.chip, bandwidth: 2 * memoryBandwidth(setup.chip) };
        const after = run(prepare({ ...setup, chip }), load);
        if (before !== undefined) expect(after!.tpot).toBeLessThanOrEqual(before.tpot * ROUNDING);
      }),
    );
  });

  it("the causes of a step sum to it, and with other prompts' share to the time per token", () => {
    fc.assert(
      fc.property(setups, tokens, users, (setup, r, concurrency) => {
        const t = run(prepare(setup), { kind: "closed", ...r, concurrency });
        fc.pre(t !== undefined);
        const { total, ...causes } = t.step;
        const sum = Object.values(causes).reduce((a, b) => a + b, 0);
        expect(Math.abs(sum / total - 1)).toBeLessThan(1e-9);
        const preempted = concurrency > t.fitting;
        if (!preempted) expect(Math.abs((t.gap + t.interference) / t.tpot - 1)).toBeLessThan(1e-9);
      }),
    );
  });
});
