import { describe, expect, it } from "vitest";
import { auditClaim, estimateDemand, estimateScale, estimateTraining, marketPreset } from "../src/index.ts";
import { resultOf, words } from "./cli/terminal.ts";

/** As JSON carries it: what is undefined is absent. */
const plain = (value: unknown) => JSON.parse(JSON.stringify(value));

describe("the library answers as the command line does", () => {
  it("scale", async () => {
    const { result } = estimateScale({ flop: 1e26 });
    expect(plain(result)).toEqual(await resultOf(words("scale --flop 1e26")));
  });

  it("audit", async () => {
    const { result } = auditClaim({ claim: "31271 PFLOP/s-day", params: 1.5e12 });
    expect(plain(result)).toEqual(await resultOf(words('audit "31271 PFLOP/s-day" --params 1.5e12')));
  });

  it("demand", async () => {
    const { result } = estimateDemand(await marketPreset("guosheng-2023"));
    const { triangulation: _methods, ...rest } = plain(result);
    expect(rest).toEqual(await resultOf(words("demand --preset guosheng-2023")));
  });

  it("on one core: what scale makes of a machine, train makes of it", () => {
    const machine = { gpu: "h100", gpus: 512, days: 30, mfu: 0.4 };
    expect(estimateScale(machine).result.compute.flop).toBe(estimateTraining(machine).result.compute.flop);
  });
});
