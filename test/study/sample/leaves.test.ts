import { describe, expect, it } from "vitest";
import { kernelOf } from "../../../src/study/sample/leaves.ts";
import { sample } from "../../../src/study/sample/sample.ts";
import { noAnswer, refuse } from "../../../src/units/problem.ts";
import { input } from "./run.ts";

describe("an estimate as a kernel", () => {
  it("names every number of a result by its path", () => {
    const result = { time: { days: 3 }, fleets: [{ days: 4, name: "x" }], why: null };
    const kernel = kernelOf({}, [], () => result);
    const out = new Float64Array(2);
    kernel.run(Float64Array.of(), out);
    expect(kernel.outputs).toEqual(["time.days", "fleets.0.days"]);
    expect([...out]).toEqual([3, 4]);
  });

  it("has no figure where a draw's result lacks it", () => {
    const kernel = kernelOf({ gpus: 1 }, [input("gpus", 1, 2)], ({ gpus }) =>
      (gpus as number) > 1.5 ? {} : { cost: { usd: 1 } },
    );
    const out = new Float64Array(1);
    kernel.run(Float64Array.of(1.8), out);
    expect(out[0]).toBeNaN();
  });

  it("answers the request of every draw, counts rounded, the rest kept", () => {
    const asked: unknown[] = [];
    const answer = (request: Record<string, unknown>) => {
      asked.push(request);
      return { days: 1 / (request.gpus as number) };
    };
    const gpus = { ...input("gpus", 100, 200), whole: true };
    const kernel = kernelOf({ gpus: 140, tokens: 5 }, [gpus], answer);
    const out = new Float64Array(1);
    kernel.run(Float64Array.of(123.4), out);
    expect(kernel.outputs).toEqual(["days"]);
    expect(asked.at(-1)).toEqual({ gpus: 123, tokens: 5 });
    expect(out[0]).toBe(1 / 123);
  });

  it("leaves out draws without an answer, wrong ones too, and refuses what is wrong at its point", () => {
    const fits = (request: Record<string, unknown>) =>
      (request.gpus as number) < 2 ? noAnswer("E-FIT", "Too few.") : { days: 1 };
    const { answered } = sample(kernelOf({ gpus: 2 }, [input("gpus", 1, 4)], fits), 2000, 1);
    expect(answered.days).toBeCloseTo(0.5, 2);
    const wrong = (request: Record<string, unknown>) =>
      Number(request.gpus) >= 2 ? { days: 1 } : refuse("E-BOUNDS", "No.");
    // lognormal from 1 to 4: half of the draws are below 2
    const half = sample(kernelOf({ gpus: 2 }, [input("gpus", 1, 4)], wrong), 2000, 1);
    expect(half.answered.days).toBeCloseTo(0.5, 2);
    expect(() => kernelOf({ gpus: 1 }, [input("gpus", 1, 4)], wrong)).toThrow("No.");
  });
});
