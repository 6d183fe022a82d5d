import { describe, expect, it } from "vitest";
import { loadServing } from "../../../src/measured/serving.ts";
import { deepSeekDay } from "../../../src/study/serving/deepseek-day.ts";
import { measuredFacts } from "../../../src/study/serving/measured-facts.ts";
import { servingQuestions } from "../../../src/study/serving/predict.ts";
import { type ServingCase, servingCase } from "../../../src/study/serving/rows.ts";
import { validateServing } from "../../../src/study/serving/validate.ts";

const facts = await measuredFacts();
const questions = await servingQuestions(facts);
const { rows, sources } = await loadServing();
const { tables } = await validateServing();

describe("the shipped serving measurements", () => {
  it("are all answered or refused with a reason", () => {
    expect(questions.cases.length + questions.refused.length).toBe(rows.length);
    expect(rows.every((row) => sources[row.source] !== undefined)).toBe(true);
  });

  // declared errors: median of the absolute relative error, and share of rows within 20 %
  it.each([
    ["tpot", 0.07, 0.87],
    ["ttft", 0.16, 0.6],
    ["throughput", 0.085, 0.83],
    ["e2e", 0.08, 0.9],
    ["decode", 0.06, 0.95],
    ["prefill", 0.12, 0.75],
    ["percentile", 0.2, 0.6],
  ])("%s is predicted with a median error below %f, and %f within 20 percent", (family, median, within) => {
    const { accuracy } = tables[0]!.rows.find(({ label }) => label === family)!;
    expect(accuracy.median).toBeLessThan(median);
    expect(accuracy.within20).toBeGreaterThan(within);
  });

  it.each([
    ["tpot", 0.08, 0.09],
    ["ttft", 0.19, 0.22],
    ["throughput", 0.09, 0.1],
    ["decode", 0.07, 0.08],
    ["prefill", 0.13, 0.13],
  ])(
    "%s keeps a median error below %f with its chip left out, %f with its source",
    (family, chip, source) => {
      const errors = [tables[1]!, tables[2]!].map(
        ({ rows: of }) => of.find(({ label }) => label === family)!.accuracy.median,
      );
      expect(errors[0]).toBeLessThan(chip);
      expect(errors[1]).toBeLessThan(source);
    },
  );

  it.each(["tpot", "throughput"])("%s lies in its 90 percent interval as often as that says", (family) => {
    for (const { rows: of } of tables.slice(1, 3)) {
      const { coverage } = of.find(({ label }) => label === family)!.accuracy;
      expect(coverage).toBeGreaterThan(0.85);
      expect(coverage).toBeLessThan(0.95);
    }
  });
});

describe("traps in the rows", () => {
  const first = (test: (row: (typeof rows)[number]) => boolean) => servingCase(rows.find(test)!, facts);

  it("audited NVIDIA rows that print fp16 ran fp8, on Blackwell fp4", () => {
    const audited = (chip: string) =>
      first((row) => row.source === "mlperf-v4.1" && row.chip === chip && row.inputs.model === "llama-2-70b");
    expect((audited("h100-sxm") as ServingCase).setups[0]!.weights).toBe("fp8");
    expect((audited("b200") as ServingCase).setups[0]!.weights).toBe("nvfp4");
  });

  it("beam search and power-capped runs are not asked", () => {
    expect(first((row) => row.source === "mlperf-v4.1" && row.inputs.model === "gpt-j-6b")).toBe(
      "beam-search",
    );
    expect(first((row) => row.flags.includes("power-capped") && row.inputs.model !== "gpt-j-6b")).toBe(
      "power-capped",
    );
  });

  it("latency at more load than was served depends on the length of the run", () => {
    const swamped = first(
      (row) =>
        row.metric === "ttft" &&
        row.inputs.load === "open" &&
        (row.inputs.achieved ?? 1e9) < row.inputs.level! / 2,
    );
    expect(swamped).toBe("overload");
  });

  it("a row that says system and means one chip is read as one chip", () => {
    const asked = first((row) => row.flags.includes("per-chip-labelled-system")) as ServingCase;
    const { tp } = asked.setups[0]!.layout;
    expect(asked.scale(asked.setups[0]!)).toBe(1 / tp);
  });
});

describe("DeepSeek's published day", () => {
  const day = new Map(deepSeekDay(facts).map((row) => [row.figure, row]));

  it("needs its nodes within 25 percent", () => {
    const { published, computed } = day.get("nodes")!;
    expect(Math.abs(computed / published - 1)).toBeLessThan(0.25);
  });

  it("costs what it said: 226.75 nodes x 8 GPU x 24 h x $2", () => {
    expect(day.get("usd at the published nodes and price")!.computed).toBe(87_072);
  });
});
