import { describe, expect, it } from "vitest";
import type { Chip } from "../../src/core/chip.ts";
import { densePeak, linksOf, matmulBasis, matmulFraction, powerFactor } from "../../src/core/hardware.ts";

const chip: Chip = {
  id: "x",
  name: "X",
  vendor: "V",
  architecture: "Hopper",
  year: 2023,
  kind: "datacenter",
  peak: { bf16: 1000e12, fp8: 2000e12, fp4: 4000e12 },
  measuredMatmul: { bf16: 800e12, fp8: 1400e12 },
  tdp: 700,
};

describe("achievable matmul rates", () => {
  it.each([
    [16, 0.8], // 800 / 1000
    [8, 0.7], // 1400 / 2000
    [4, 0.49], // 0.7 x 0.7
    [32, 0.8],
  ] as const)("at %i bits are %f of the peak", (bits, fraction) => {
    expect(matmulFraction(chip, bits)).toBeCloseTo(fraction, 12);
  });

  it("fall back on the next wider format a chip has", () => {
    const old: Chip = { ...chip, peak: { fp16: 125e12, fp32: 15.7e12 }, measuredMatmul: {} };
    expect([densePeak(old, 4), densePeak(old, 8), densePeak(old, 16), densePeak(old, 32)]).toEqual([
      125e12, 125e12, 125e12, 15.7e12,
    ]);
    expect(densePeak({ ...chip, peak: { fp4: 500e12 } }, 16)).toBe(125e12);
  });

  it("come from the architecture, by power per FLOP/s, where nobody measured the chip", () => {
    const sibling: Chip = { ...chip, measuredMatmul: {} };
    expect(matmulBasis(sibling)).toBe("sibling");
    // 0.803 x (0.7 / 0.708)^0.15
    expect(matmulFraction(sibling, 16)).toBeCloseTo(0.803 * (0.7 / 0.708) ** 0.15, 12);
    expect(matmulBasis({ ...sibling, architecture: "unheard of" })).toBe("default");
    const cool: Chip = { ...sibling, peak: { bf16: 100e12 } };
    expect(matmulFraction(cool, 16)).toBe(0.95);
  });

  it("sag with the cube root of power below the knee", () => {
    // 700 W / 1000 TFLOP/s = 0.7 pJ, an eighth of 5.6
    expect(powerFactor(chip, 5.6e-12)).toBeCloseTo(0.5, 12);
    expect(powerFactor(chip, 0.5e-12)).toBe(1);
  });
});

describe("links", () => {
  it("say what had to be assumed", () => {
    expect(linksOf(chip)).toMatchObject({
      nic: 50e9,
      scaleUp: 50e9,
      domain: 1,
      assumed: ["nic", "scale-up"],
    });
    const card: Chip = {
      ...chip,
      kind: "consumer",
      scaleUp: { technology: "PCIe4 x16", oneWay: 32e9, domain: 1 },
    };
    // eight cards of a server meet over the host at 0.35 x 32 GB/s
    expect(linksOf(card)).toMatchObject({ scaleUp: 11.2e9, nic: 3e9, domain: 8, axes: 1, assumed: ["nic"] });
    const torus: Chip = {
      ...chip,
      nic: 25e9,
      scaleUp: { technology: "ICI 3D torus", oneWay: 300e9, domain: 4096 },
    };
    expect(linksOf(torus)).toMatchObject({ axes: 3, assumed: [] });
  });
});
