import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { describe, expect, it } from "vitest";
import { Z90 } from "../../../src/core/lognormal.ts";
import {
  cholesky,
  drawFit,
  FIT_COVARIANCE,
  optimumBand,
  REFIT,
  tokensPerParamBand,
} from "../../../src/core/scaling/covariance.ts";
import { optimum } from "../../../src/core/scaling/two-term.ts";

const DRAWS = 20_000;

/** Box-Muller over a seeded generator, the same on every machine. */
function standardNormals(): () => number {
  const generator = xoroshiro128plus(42);
  const uniform = () => uniformFloat64(generator);
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** 10th, 50th and 90th percentile of tokens per parameter over drawn fits. */
function drawnBand(flop: number, lower: readonly (readonly number[])[]): [number, number, number] {
  const normal = standardNormals();
  const ratios = Array.from({ length: DRAWS }, () => {
    const { params, tokens } = optimum(drawFit(REFIT, lower, [0, 1, 2, 3, 4].map(normal)), flop);
    return tokens / params;
  }).sort((a, b) => a - b);
  const at = (share: number) => ratios[Math.floor(share * DRAWS)]!;
  return [at(0.1), at(0.5), at(0.9)];
}

describe("joint uncertainty of the default fit", () => {
  const lower = cholesky(FIT_COVARIANCE);

  it("is factored exactly", () => {
    for (let i = 0; i < 5; i++)
      for (let j = 0; j < 5; j++) {
        const product = lower[i]!.reduce((sum, value, k) => sum + value * lower[j]![k]!, 0);
        expect(product).toBeCloseTo(FIT_COVARIANCE[i]![j]!, 10);
      }
  });

  it("drawn, gives the band of the closed form", () => {
    const drawn = drawnBand(1e26, lower);
    tokensPerParamBand(REFIT, 1e26, Z90).forEach((value, i) => {
      expect(drawn[i]! / value).toBeCloseTo(1, 1);
    });
  });

  it("widens a hundredfold when the constants are drawn one by one", () => {
    const alone = FIT_COVARIANCE.map((line, i) => line.map((value, j) => (i === j ? Math.sqrt(value) : 0)));
    const [low, , high] = drawnBand(1e26, alone);
    expect(high / low).toBeGreaterThan(100);
  });

  it("holds 0.513 +- 0.020 of the exponent: at 1e26 FLOP the size is known to a factor of 1.5 either way", () => {
    const [low, , high] = optimumBand(REFIT, 1e26, "params", 1);
    // half of ln(D/N)'s spread: ln(33.45/7.14)/2/1.2816/2 = 0.30
    expect(Math.log(high / low) / 2).toBeCloseTo(0.3, 2);
  });

  it("grows with distance from the data", () => {
    const width = (flop: number) =>
      optimumBand(REFIT, flop, "params", 1)[2] / optimumBand(REFIT, flop, "params", 1)[0];
    expect(width(1e28)).toBeGreaterThan(width(1e24));
    expect(width(1e24)).toBeGreaterThan(width(1e21));
  });
});
