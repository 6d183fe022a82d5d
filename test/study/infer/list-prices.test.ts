import { describe, expect, it } from "vitest";
import { type ApiPriceRow, loadApiPrices } from "../../../src/catalog/api-prices.ts";
import { listedPrices } from "../../../src/study/infer/list-prices.ts";

const row = (model: string, output: number): ApiPriceRow => ({ provider: "host", model, input: 1, output });

describe("list prices of a model", () => {
  it("are those of its own name, tuned or not, and of no other size or release", () => {
    const rows = [
      row("llama-3.1-8b-instant", 3),
      row("meta-llama/Llama-3.1-8B-Instruct-Turbo", 2),
      row("llama-3.1-70b-versatile", 1),
      row("accounts/fireworks/models/llama-v3p1-8b-0528", 1),
    ];
    expect(listedPrices("Llama 3.1 8B", rows).map(({ usdPerMillionOutputTokens: usd }) => usd)).toEqual([
      2, 3,
    ]);
  });

  it("in the catalogue name gpt-oss-120b's hosts and not those of the 20B", async () => {
    const found = listedPrices("gpt-oss-120b", await loadApiPrices());
    expect(found.length).toBeGreaterThan(1);
    expect(found.every(({ model }) => model.includes("120b"))).toBe(true);
  });
});
