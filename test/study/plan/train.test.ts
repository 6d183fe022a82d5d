import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Layout, TrainingJob, ZeroStage } from "../../../src/core/training/job.ts";
import { layoutFault, layoutRules } from "../../../src/core/training/layout.ts";
import { memoryRange, newStageMemory, peakBytes } from "../../../src/core/training/memory.ts";
import { prepareMemory } from "../../../src/core/training/prepare-memory.ts";
import { stepTime } from "../../../src/core/training/step.ts";
import { bestLayout } from "../../../src/study/plan/best.ts";
import { axesOf, shardGroups } from "../../../src/study/plan/space.ts";
import { type PlannedLayout, type PlanObjective, planTraining } from "../../../src/study/plan/train.ts";
import { blocks, chip, jobWith, shapeWith, withExperts } from "../../core/training/jobs.ts";

interface Found {
  readonly layout: Layout;
  readonly seconds: number;
  readonly memory: number;
}

/** Every layout of a job's space, one by one, by the rules alone: what a search must agree with. */
function exhaustive(job: TrainingJob): { fitting: Found[]; considered: number } {
  const rules = layoutRules(job);
  const axes = axesOf(job, rules, {});
  const memory = prepareMemory(job, "high");
  const room = newStageMemory();
  const fitting: Found[] = [];
  let considered = 0;
  for (const tp of axes.tp)
    for (const cp of axes.cp)
      for (const pp of axes.pp) {
        const dp = job.chips / (tp * cp * pp);
        if (!Number.isInteger(dp)) continue;
        const groups = shardGroups(axes, job, tp, cp, dp * cp);
        for (const vpp of axes.vpp.get(pp)!)
          for (const ep of axes.ep)
            for (const microBatch of axes.microBatch)
              for (const recompute of axes.recompute)
                for (const zero of axes.zero)
                  for (const group of zero === 3 ? (pp === 1 ? groups : [0]) : [0]) {
                    considered++;
                    if (pp > 1 && zero > 1) continue;
                    const shard = group === 0 ? {} : { shardGroup: group };
                    const sequenceParallel = tp > 1;
                    const cut = { tp, pp, vpp, cp, ep, dp, microBatch, sequenceParallel, recompute };
                    const layout: Layout = { ...cut, zero: zero as ZeroStage, ...shard };
                    if (layoutFault(rules, layout) !== undefined) continue;
                    const bytes = peakBytes(memory, layout, room);
                    if (bytes > (job.chip.memory ?? Number.POSITIVE_INFINITY)) continue;
                    fitting.push({ layout, seconds: stepTime(job, layout).total, memory: bytes });
                  }
      }
  return { fitting, considered };
}

const dense = shapeWith(2048, 32_000, blocks(12, 2048, { heads: 16, kvHeads: 4 }));
const routed = shapeWith(
  1024,
  32_000,
  blocks(2, 1024, { heads: 16 }),
  withExperts(blocks(6, 1024, { heads: 16 }), 8, 2),
);
const small = (shape: TrainingJob["shape"], chips: number, memory: number, seq = 2048): TrainingJob =>
  jobWith(shape, { chips, seq, globalBatch: 48, chip: { ...chip, memory } });

/** What a planned layout may need at most: what a search ranks and refuses by. */
const atMost = ({ job, layout }: PlannedLayout): number =>
  Number(memoryRange(job, layout).high.toPrecision(9));

/** Distinct scores, as a shortlist has them. */
const scores = (found: readonly Found[], of: (f: Found) => number): number[] =>
  [...new Set(found.map((f) => Number(of(f).toPrecision(9))))].sort((a, b) => a - b);

describe("the search", () => {
  it.each([
    ["dense on 24", small(dense, 24, 20e9)],
    ["dense, short of memory", small(dense, 12, 9e9)],
    ["routed experts", small(routed, 16, 12e9, 1024)],
  ])("finds what trying every layout finds: %s", (_, job) => {
    const { fitting } = exhaustive(job);
    expect(fitting.length).toBeGreaterThan(20);
    const plan = planTraining(job, { top: 8, front: 1000 });
    expect(plan.best.map((p) => Number(p.stepSeconds.toPrecision(9)))).toEqual(
      scores(fitting, (f) => f.seconds).slice(0, 8),
    );
    const fastest = Math.min(...fitting.map((f) => f.seconds));
    const roomiest = planTraining(job, { objective: "headroom", top: 3 });
    const quick = fitting.filter((f) => f.seconds <= 1.25 * fastest);
    expect(roomiest.best.map(atMost)).toEqual(scores(quick, (f) => f.memory).slice(0, 3));
    const beaten = (f: Found) =>
      fitting.some(
        (g) =>
          g.seconds <= f.seconds && g.memory <= f.memory && (g.seconds < f.seconds || g.memory < f.memory),
      );
    // far slower ones are left out
    const front = fitting.filter((f) => f.seconds <= 4 * fastest && !beaten(f));
    expect(plan.front.map(atMost)).toEqual(scores(front, (f) => f.memory).reverse());
  });

  it("counts every layout once: rejected, pruned or evaluated", () =>
    fc.assert(
      fc.property(
        fc.constantFrom(dense, routed),
        fc.integer({ min: 1, max: 64 }),
        fc.integer({ min: 2, max: 40 }),
        fc.integer({ min: 1, max: 96 }),
        fc.constantFrom<PlanObjective>("time", "headroom"),
        (shape, chips, gigabytes, globalBatch, objective) => {
          const job = { ...small(shape, chips, gigabytes * 1e9), globalBatch };
          const plan = planTraining(job, { objective });
          const rejected = plan.rejected.reduce((sum, { layouts }) => sum + layouts, 0);
          expect(rejected + plan.pruned + plan.evaluated).toBe(plan.considered);
          for (const { layouts } of plan.rejected) expect(layouts).toBeGreaterThan(0);
        },
      ),
      { numRuns: 60 },
    ));

  it("says how each of the next differs from the best, and what makes it slower", () => {
    const { best } = planTraining(small(dense, 24, 20e9));
    expect(best[0]!.difference).toBeUndefined();
    for (const { difference } of best.slice(1)) {
      expect(difference!.changes.length).toBeGreaterThan(0);
      expect(difference!.more).toBeGreaterThan(0);
      expect(difference!.causeSeconds).toBeGreaterThan(0);
    }
  });

  it("fills in only the axes left open", () => {
    const plan = planTraining(small(dense, 24, 20e9), { space: { tp: [2], zero: [1], recompute: ["full"] } });
    expect(plan.best.length).toBeGreaterThan(0);
    for (const { layout } of [...plan.best, ...plan.front])
      expect(layout).toMatchObject({ tp: 2, zero: 1, recompute: "full", sequenceParallel: true });
  });

  it("falls back to what may fit, and says so; else names the leanest layout", () => {
    const { job, layout } = planTraining(small(dense, 8, 80e9)).leanest!;
    const need = memoryRange(job, layout);
    const tight = planTraining(small(dense, 8, need.high * 0.99));
    expect(tight.tight).toBe(true);
    expect(tight.best.every((p) => p.verdict === "tight")).toBe(true);
    const none = planTraining(small(dense, 8, need.low * 0.99));
    expect(none.best).toEqual([]);
    expect(none.leanest!.layout).toEqual(layout);
  });

  it("leaves chips idle only where no layout uses them all", () => {
    expect(planTraining(small(dense, 24, 20e9)).best.every((p) => p.job.chips === 24)).toBe(true);
    const prime = planTraining(small(dense, 23, 20e9));
    expect(prime.best.length).toBeGreaterThan(0);
    const [best] = prime.best;
    expect(best!.job.chips).toBeLessThan(23);
    expect(best!.tokensPerSecondPerChip * 23).toBeCloseTo(best!.tokensPerSecond, 6);
  });

  it("leaves a few chips idle where a rounder number of them trains faster", () => {
    // 97 is prime; 96 are twelve servers, and divide the batch
    const [best] = planTraining({ ...small(dense, 97, 8e9), globalBatch: 96 }, { top: 1 }).best;
    expect(best!.job.chips).toBe(96);
    expect(best!.fleet.chips).toBe(97);
    expect(best!.tokensPerSecondPerChip * 97).toBeCloseTo(best!.tokensPerSecond, 6);
  });

  it("says how much dearer a larger fleet is, though it is faster", () => {
    const job = small(dense, 8, 40e9);
    const fleets = [8, 16].map((chips) => ({ chip: job.chip, chips, usdPerChipSecond: 4 }));
    const space = { tp: [1], pp: [1], cp: [1], recompute: ["none"] } as const;
    const { best } = planTraining(job, { fleets, space, objective: "cost", top: 50 });
    const other = best.find((p) => p.fleet.chips === 16)!;
    expect(best[0]!.fleet.chips).toBe(8);
    expect(other.stepSeconds).toBeLessThan(best[0]!.stepSeconds);
    expect(other.difference!.more).toBeCloseTo(other.usdPerToken! / best[0]!.usdPerToken! - 1, 9);
  });

  it("chooses among fleets by money where they are priced, and names those that are not", () => {
    const job = small(dense, 8, 40e9);
    const slow = { ...chip, id: "slow", peak: { bf16: 0.4e15 }, memory: 40e9 };
    const fleets = [
      { chip: job.chip, chips: 8, usdPerChipSecond: 4 },
      { chip: job.chip, chips: 16, usdPerChipSecond: 4 },
      { chip: slow, chips: 8, usdPerChipSecond: 0.4 },
      { chip: slow, chips: 16 },
    ];
    const fastest = planTraining(job, { fleets, top: 1 }).best[0]!;
    expect(fastest.fleet).toBe(fleets[1]);
    const cheapest = planTraining(job, { fleets, objective: "cost", top: 1 });
    expect(cheapest.best[0]!.fleet).toBe(fleets[2]);
    expect(cheapest.unrated).toEqual([fleets[3]]);
    expect(cheapest.frontAgainst).toBe("cost");
    expect(cheapest.front[0]!.fleet).toBe(fleets[1]);
    expect(cheapest.front.at(-1)!.fleet).toBe(fleets[2]);
  });
});

describe("the quick search", () => {
  it("finds the best of its own space", () => {
    const job = small(dense, 24, 20e9);
    const { candidate } = bestLayout(job, {}, { end: "high" });
    const plan = planTraining(job, { top: 1 });
    expect(candidate!.stepSeconds).toBeGreaterThanOrEqual(plan.best[0]!.stepSeconds * (1 - 1e-9));
    expect(candidate!.stepSeconds / plan.best[0]!.stepSeconds).toBeLessThan(1.1);
  });

  it("keeps what is fixed", () => {
    const fixed = { tp: 2, pp: 3, microBatch: 2, recompute: "full", zero: 1 } as const;
    expect(bestLayout(small(dense, 24, 20e9), fixed).candidate!.layout).toMatchObject(fixed);
  });

  it("shards ZeRO-3 over the group asked for, and no other", () => {
    const job = small(dense, 24, 20e9);
    const found = bestLayout(job, { zero: 3, shardGroup: 4, pp: 1 }).candidate!;
    expect(found.layout.shardGroup).toBe(4);
    const plan = planTraining(job, { space: { zero: [3], shardGroup: [4, 8], pp: [1] } });
    for (const { layout } of plan.best) expect([4, 8]).toContain(layout.shardGroup);
  });

  it("rounds an open batch by no more than a factor of root two, to the nearest", () => {
    const job = { ...small(dense, 24, 20e9), globalBatch: 100 };
    const of = (dp: number) => bestLayout(job, { dp, pp: 1, microBatch: 1 }, { batch: true }).candidate!.job;
    // 100 / 24 = 4.2; and 3 replicas of 8 chips: 33.3
    expect(of(24).globalBatch).toBe(96);
    expect(of(3).globalBatch).toBe(99);
    fc.assert(
      fc.property(fc.integer({ min: 24, max: 500 }), (globalBatch) => {
        const { candidate } = bestLayout({ ...job, globalBatch }, {}, { batch: true });
        const factor = candidate!.job.globalBatch / globalBatch;
        expect(Math.max(factor, 1 / factor)).toBeLessThanOrEqual(Math.SQRT2);
      }),
      { numRuns: 20 },
    );
  });

  it("never gives up a virtual stage that was asked for", () => {
    const job = small(dense, 24, 20e9);
    expect(bestLayout(job, { vpp: 3 }).candidate!.layout).toMatchObject({ vpp: 3 });
    expect(bestLayout(job, { vpp: 3, pp: 1 })).toMatchObject({
      candidate: undefined,
      reason: "vpp-without-pp",
    });
  });

  it("lets chips idle and an open batch grow only where it must", () => {
    const job = { ...small(dense, 23, 40e9), globalBatch: 48 };
    const found = bestLayout(job).candidate!;
    expect(found.job.globalBatch).toBe(48);
    expect(found.job.chips).toBeLessThanOrEqual(23);
    expect(layoutFault(layoutRules(found.job), found.layout)).toBeUndefined();
    const open = bestLayout({ ...job, chips: 4096, globalBatch: 3 }, {}, { batch: true }).candidate!;
    expect(open.job.globalBatch).toBeGreaterThan(3);
    expect(layoutFault(layoutRules(open.job), open.layout)).toBeUndefined();
  });
});
