import { describe, expect, it } from "vitest";
import { cholesky, drawFit, FIT_COVARIANCE, REFIT } from "../../../src/core/scaling/covariance.ts";
import { optimum } from "../../../src/core/scaling/two-term.ts";
import { jointInputs } from "../../../src/study/sample/draws.ts";
import { drawsOf, type Kernel } from "../../../src/study/sample/kernel.ts";
import { quantiles } from "../../../src/study/sample/quantiles.ts";
import { rangedParts } from "../../../src/study/sample/ranged.ts";
import { sample } from "../../../src/study/sample/sample.ts";
import { sensitivityOf } from "../../../src/study/sample/sensitivity.ts";
import { daysOfRun, input } from "./run.ts";

const sharesOf = (kernel: Kernel, output: string): Record<string, number> =>
  Object.fromEntries(sensitivityOf(kernel, output, 1).map(({ input: name, share }) => [name, share]));

describe("which input matters", () => {
  it("shares of log-variance are sigma_i^2 over their sum, and sum to 1", () => {
    // sigma_i = ln(high/low) / 3.28971: ln(8/6), ln(16/12), ln(5/3), ln(2100/2000)
    const shares = sharesOf(daysOfRun, "days");
    for (const [name, share] of Object.entries({ N: 0.19299, D: 0.19299, mfu: 0.60848, gpus: 0.00555 }))
      expect(shares[name]).toBeCloseTo(share, 4);
    expect(Object.values(shares).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  });

  it("each input at its ends with the others at their medians", () => {
    const swings = sensitivityOf(daysOfRun, "days", 1);
    expect(swings[0]!.input).toBe("mfu");
    expect(swings[3]!.input).toBe("gpus");
    const ends = Object.fromEntries(swings.map(({ input: name, low, high }) => [name, [low, high]]));
    expect(ends.mfu).toEqual([expect.closeTo(34.7543, 3), expect.closeTo(20.8526, 3)]);
    expect(ends.N).toEqual([expect.closeTo(23.3139, 3), expect.closeTo(31.0852, 3)]);
    expect(ends.D).toEqual([expect.closeTo(23.3139, 3), expect.closeTo(31.0852, 3)]);
    expect(ends.gpus).toEqual([expect.closeTo(27.5854, 3), expect.closeTo(26.2718, 3)]);
  });

  it("ranks by the share, not by the swing, and by the swing where shares are equal", () => {
    const kernel: Kernel = {
      // the cliff makes a wide swing of ends that few draws reach
      inputs: [input("cliff", 1, 2), input("slope", 1, 10), input("idle", 1, 100)],
      outputs: ["figure"],
      run(values, out) {
        out[0] = values[1]! * (values[0]! > 1.98 ? 20 : 1);
      },
    };
    const swings = sensitivityOf(kernel, "figure", 1);
    expect(swings.map(({ input: name }) => name)).toEqual(["slope", "cliff", "idle"]);
    const width = ({ low = 0, high = 0 }) => Math.abs(high - low);
    expect(width(swings[1]!)).toBeGreaterThan(width(swings[0]!));
    const shares = swings.map(({ share }) => share);
    expect(shares).toEqual(shares.toSorted((a, b) => b - a));
  });

  it("what moves nothing has no share", () => {
    const idle: Kernel = {
      inputs: [...daysOfRun.inputs, input("idle", 1, 100)],
      outputs: ["days"],
      run: (values, out) => daysOfRun.run(values, out),
    };
    expect(sharesOf(idle, "days").idle).toBe(0);
  });

  it("sees an input whose best value lies in the middle", () => {
    const valley: Kernel = {
      inputs: [input("x", 1, 4), input("y", 1, 1.1)],
      outputs: ["cost"],
      run(values, out) {
        out[0] = (1 + Math.log(values[0]! / 2) ** 2) * values[1]!;
      },
    };
    expect(sharesOf(valley, "cost").x).toBeGreaterThan(0.8);
    expect(sensitivityOf(valley, "cost", 1)[0]!.input).toBe("x");
  });

  it("ranks an output that may fall below 0, and one that some draws have no answer for", () => {
    const margin: Kernel = {
      inputs: [input("revenue", 1, 10), input("cost", 2, 3)],
      outputs: ["margin", "crossover"],
      run(values, out) {
        out[0] = values[0]! - values[1]!;
        out[1] = values[0]! > values[1]! ? values[0]! / values[1]! : Number.NaN;
      },
    };
    const shares = sharesOf(margin, "margin");
    expect(shares.revenue).toBeGreaterThan(0.9);
    expect((shares.revenue ?? 0) + (shares.cost ?? 0)).toBeCloseTo(1, 12);
    const [first] = sensitivityOf(margin, "crossover", 1);
    // at the 5 % point of the revenue there is no crossover
    expect(first).toEqual({
      input: "revenue",
      high: expect.closeTo(10 / Math.sqrt(6), 6),
      share: expect.any(Number),
    });
  });
});

describe("constants fitted jointly", () => {
  /** ln y = a - b with standard deviations 0.25 and 0.42 and correlation 0.999: drawn one by one, ln y would vary 2.9 times as much. */
  const [SA, SB, R] = [0.25, 0.42, 0.999];
  const fit: Kernel = {
    inputs: [...jointInputs("fit", 2), input("flop", 1, 1.5)],
    outputs: ["tokens"],
    run(values, out) {
      const [u, v] = [values[0]!, values[1]!];
      out[0] = Math.exp(SA * u - SB * (R * u + Math.sqrt(1 - R * R) * v)) * values[2]!;
    },
  };
  // variance of a difference: sa^2 + sb^2 - 2 r sa sb
  const sigma = Math.hypot(Math.sqrt(SA ** 2 + SB ** 2 - 2 * R * SA * SB), Math.log(1.5) / 3.28971);

  it("are drawn together", () => {
    const { tokens } = sample(fit, 20_000, 1).intervals;
    expect(Math.log(tokens!.p95 / tokens!.p05) / 3.28971 / sigma).toBeCloseTo(1, 2);
  });

  it("give the published band of tokens per parameter at 1e26 FLOP, where drawn apart they give nonsense", () => {
    const lower = cholesky(FIT_COVARIANCE);
    const apart = FIT_COVARIANCE.map((row, i) => row.map((value, j) => (i === j ? Math.sqrt(value) : 0)));
    const band = (factor: readonly (readonly number[])[]) => {
      const kernel: Kernel = {
        inputs: jointInputs("fit", 5),
        outputs: ["tokensPerParam"],
        run(values, out) {
          const { params, tokens } = optimum(drawFit(REFIT, factor, [...values]), 1e26);
          out[0] = tokens / params;
        },
      };
      return quantiles(drawsOf(kernel, { count: 20_000, seed: 1 }).figures[0]!, [0.1, 0.5, 0.9]);
    };
    // the bootstrap's joint normal: 7.14, 15.52, 33.45; one by one: 0.785, 15.6, 305.5
    const joint = band(lower);
    for (const [index, expected] of [7.14, 15.52, 33.45].entries())
      expect(Math.abs(joint[index]! / expected - 1)).toBeLessThan(0.05);
    const [low = 0, , high = 0] = band(apart);
    expect(high / low).toBeGreaterThan(100);
  });

  it("rank as one input, which swings as far as the fit lets it", () => {
    const swings = sensitivityOf(fit, "tokens", 1);
    expect(swings.map((swing) => swing.input)).toEqual(["fit", "flop"]);
    const joint = Math.sqrt(SA ** 2 + SB ** 2 - 2 * R * SA * SB);
    const [first] = swings;
    expect(Math.abs(Math.log(first!.high! / first!.low!)) / 3.28971 / joint).toBeCloseTo(1, 2);
    expect(first!.share).toBeCloseTo(joint ** 2 / sigma ** 2, 2);
  });
});

describe("the figure that is asked about", () => {
  const kernel: Kernel = {
    inputs: [input("x", 1, 2)],
    outputs: ["latency.ttftSeconds", "latency.tpotSeconds", "cost.usd", "cost.ownedUsd", "energy.kwh"],
    run(values, out) {
      out.fill(values[0]!);
    },
  };
  const asked = (sensitivity: string) => rangedParts(kernel, { samples: 100, sensitivity }, ["cost.usd"]);

  it.each([
    ["", "cost.usd"],
    ["energy.kwh", "energy.kwh"],
    ["ownedUsd", "cost.ownedUsd"],
    ["cost", "cost.usd"],
    ["TPOT", "latency.tpotSeconds"],
  ])('"%s" is %s', (word, output) => {
    expect(asked(word).sensitivity!.output).toBe(output);
  });

  it("is refused with the nearest three and where all are", () => {
    const refusal = () => asked("ownedUds");
    expect(refusal).toThrow(/Nearest: cost\.ownedUsd(, [\w.]+){2};/);
    expect(refusal).toThrow("--json has all 5 under result.intervals");
  });
});
