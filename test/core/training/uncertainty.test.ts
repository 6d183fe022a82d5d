import { describe, expect, it } from "vitest";
import { THROUGHPUT_ERROR, throughputError, unknownsOf } from "../../../src/core/training/uncertainty.ts";
import { blocks, chip, jobWith, shapeWith, withExperts } from "./jobs.ts";

const dense = jobWith(shapeWith(1024, 1000, blocks(2, 1024)));

describe("the error band of a prediction", () => {
  it("is the validated one where nothing was guessed", () => {
    expect(throughputError(dense)).toEqual(THROUGHPUT_ERROR.dense);
  });

  it("is wider for experts", () => {
    const moe = jobWith(shapeWith(1024, 1000, withExperts(blocks(2, 1024), 8, 2)));
    expect(throughputError(moe)).toEqual(THROUGHPUT_ERROR.moe);
    expect(THROUGHPUT_ERROR.moe.high).toBeGreaterThan(THROUGHPUT_ERROR.dense.high);
  });

  it("widens in quadrature with what was guessed", () => {
    const { low, high } = throughputError(dense, ["layout"]);
    // exp(-sqrt(ln(0.79)^2 + 0.08^2)), exp(sqrt(ln(1.11)^2 + 0.08^2))
    expect(low).toBeCloseTo(Math.exp(-Math.hypot(Math.log(THROUGHPUT_ERROR.dense.low), 0.08)), 9);
    expect(high).toBeCloseTo(Math.exp(Math.hypot(Math.log(THROUGHPUT_ERROR.dense.high), 0.08)), 9);
  });

  it("knows a chip nobody measured, and research code", () => {
    const unmeasured = { ...chip, measuredMatmul: {} };
    const job = { ...dense, chip: unmeasured, stack: { ...dense.stack, level: "research" as const } };
    expect(unknownsOf(job)).toEqual(["default-matmul", "research-stack"]);
    expect(unknownsOf({ ...job, chip: { ...unmeasured, architecture: "TPU" } })[0]).toBe("sibling-matmul");
    expect(throughputError(job).high).toBeGreaterThan(throughputError(dense).high);
  });
});
