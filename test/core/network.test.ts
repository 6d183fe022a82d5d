import { describe, expect, it } from "vitest";
import { allToAllTime, type Fabric, gatherTime, groupRate, neighbourRate } from "../../src/core/network.ts";

const hgx: Fabric = { scaleUp: 400e9, domain: 8, nic: 40e9, axes: 1, latency: 0 };
const pod: Fabric = { scaleUp: 300e9, domain: 4096, nic: 3e9, axes: 3, latency: 0 };

describe("collectives", () => {
  it("pass on (n - 1) / n of the data", () => {
    // 7/8 x 800 MB at 400 GB/s
    expect(gatherTime(800e6, 8, 400e9)).toBeCloseTo(1.75e-3, 12);
    expect(gatherTime(800e6, 1, 400e9)).toBe(0);
  });

  it.each([
    ["inside a server", 8, 1, 400e9],
    ["over servers with all eight adapters, up to the links inside", 64, 1, 320e9],
    ["over servers with one member in each", 8, 8, 40e9],
    ["over servers with two members in each", 16, 4, 80e9],
  ])("run %s", (_, group, stride, rate) => {
    expect(groupRate(hgx, group, stride)).toBe(rate);
  });

  it("use the axes of a torus that a group spans", () => {
    expect(groupRate(pod, 16, 1)).toBeCloseTo(100e9, 0); // one axis of 16
    expect(groupRate(pod, 256, 1)).toBeCloseTo(200e9, 0);
    expect(groupRate(pod, 4096, 1)).toBeCloseTo(300e9, 0);
  });

  it("leave neighbours beyond the domain with one adapter", () => {
    expect(neighbourRate(hgx, 8, 8)).toBe(400e9);
    expect(neighbourRate(hgx, 16, 16)).toBe(40e9);
  });

  it("send each token to its experts", () => {
    // 7/8 x 8 copies of 1 MB at 0.8 x 400 GB/s
    expect(allToAllTime(hgx, 1e6, 8, 8)).toBeCloseTo(7e6 / 320e9, 12);
    // two servers: 2 x (1 - 1/2) = 1 server each, half of them the other: 0.5 MB at 40 GB/s; 15/16 MB at 640 GB/s inside
    expect(allToAllTime(hgx, 1e6, 1, 16)).toBeCloseTo(0.5e6 / 40e9 + 0.9375e6 / 640e9, 12);
  });
});
