import { beforeAll, describe, expect, it } from "vitest";
import { LAW_IDS } from "../../src/core/scaling/laws.ts";
import { type Line, substitute } from "../../src/render/explain.ts";
import { auditLines } from "../../src/render/views/audit-explain.ts";
import { demandLines } from "../../src/render/views/demand-explain.ts";
import { scaleLines } from "../../src/render/views/scale-explain.ts";
import { auditClaim } from "../../src/study/audit/estimate.ts";
import type { AuditRequest } from "../../src/study/audit/request.ts";
import { loadPreset, PRESET_IDS } from "../../src/study/demand/presets.ts";
import { runScenario } from "../../src/study/demand/run.ts";
import type { Facts } from "../../src/study/facts.ts";
import { estimateScale } from "../../src/study/scale/estimate.ts";
import { shippedFacts } from "../study/facts.ts";

let facts: Facts;
beforeAll(async () => {
  facts = await shippedFacts();
});

/** The printed formula, worked out from the numbers of its operands. */
function workedOut(line: Line): number {
  const numbers = substitute(line, (_kind, value) => `(${value})`);
  const code = numbers.replaceAll("^", "**").replaceAll(/ x /g, " * ").replaceAll("ln(", "Math.log(");
  return new Function(`return ${code}`)() as number;
}

function expectToHold(lines: readonly Line[], least: number): void {
  expect(lines.length).toBeGreaterThanOrEqual(least);
  for (const line of lines) {
    expect(workedOut(line) / line.value, `${line.name} = ${line.formula}`).toBeCloseTo(1, 6);
    expect(line.source).not.toBe("");
  }
}

describe("a derivation gives the figure that it is printed under", () => {
  it.each(LAW_IDS)("scale by %s: the law and the compute it spends", (law) => {
    expectToHold(scaleLines(estimateScale({ flop: 3e24, law }, facts)), 3);
  });

  it.each(PRESET_IDS)("demand of %s", async (id) => {
    expectToHold(demandLines(runScenario(await loadPreset(id), facts)), 2);
  });

  const run = { model: "llama-3.1-405b", gpu: "h100", mfu: 0.4, goodput: 0.9 } as const;
  const claims: readonly AuditRequest[] = [
    { claim: "31271 PFLOP/s-day", params: 1.5e12 },
    { ...run, claim: "75 days", gpus: 16_384 },
    { ...run, claim: "$59M", price: 2 },
    { ...run, claim: "29.6M GPU-hours" },
    { claim: "25000 GPUs", flop: 2.1e25, gpu: "a100", days: 95 },
    { claim: "$87,072", gpu: "h800", gpus: 1814, days: 1, price: 2 },
    { claim: "0.34 Wh", params: 1e11, output: 500, gpu: "h100" },
    { claim: "30000 GPUs", params: 175e9, users: 13e6, requests: 15, input: 100, output: 2000, gpu: "a100" },
  ];
  it.each(claims)("audit of $claim", (request) => {
    expectToHold(auditLines(auditClaim(request, facts)), 2);
  });
});
