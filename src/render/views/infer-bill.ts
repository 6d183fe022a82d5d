import type { InferResult, Prices } from "../../study/infer/result.ts";
import { format } from "../../units/index.ts";
import type { Fact } from "../view.ts";
import { spread } from "./ranged.ts";

const usd = (value: number): string => format("money", value);

function priceText(prices: Prices, range?: string): string {
  const { usdPerMillionInputTokens: input, usdPerMillionCachedTokens: cached } = prices;
  const output = `${usd(prices.usdPerMillionOutputTokens)} output${range === undefined ? "" : ` (${range})`}`;
  return `${output}, ${usd(input)} input${cached === undefined ? "" : `, ${usd(cached)} cached`}`;
}

/** What serving costs, in dollars, energy, carbon and water. */
export function billFacts(result: InferResult): Fact[] {
  return [...costFacts(result), ...energyFacts(result)];
}

/** Dollars a million tokens: rented, owned, and as hosts list the same model. */
function costFacts({ cost, listed, intervals }: InferResult): Fact[] {
  const facts: Fact[] = [];
  if (cost?.rented !== undefined) {
    const byRent = cost.basis === "rent";
    const date = cost.priceDate === undefined ? "" : ` (${cost.priceDate})`;
    const range = byRent ? spread(intervals, "cost.usdPerMillionOutputTokens", "money") : undefined;
    facts.push({
      label: "rented, per M",
      value: priceText(cost.rented, range),
      note: byRent ? `at ${usd(cost.usdPerGpuHour)} an hour each${date}` : "beside",
    });
  }
  if (cost?.owned !== undefined) {
    facts.push({
      label: "owned, per M",
      value: priceText(cost.owned),
      note: `at ${usd(cost.owned.usdPerGpuHour)} an hour each`,
    });
  }
  const [cheapest] = listed ?? [];
  if (cheapest !== undefined) {
    const hosts = listed?.length === 1 ? "one host" : `the cheapest of ${listed?.length}`;
    facts.push({
      label: "listed, per M",
      value: priceText(cheapest),
      note: `${cheapest.provider} ${cheapest.model}, ${cheapest.date}; ${hosts} in the catalogue`,
    });
  }
  return facts;
}

function energyFacts({ power, energy, carbon, water }: InferResult): Fact[] {
  const facts: Fact[] = [];
  if (power !== undefined && energy !== undefined) {
    facts.push(
      {
        label: "energy",
        value: `${format("multiple", energy.whPerRequest)} Wh a request`,
        note: `at the meter, ${format("power", power.facilityWatts)} in all`,
      },
      {
        label: "boards",
        value: `${format("power", power.wattsPerGpu)} each`,
        note: `${format("multiple", energy.joulesPerOutputToken)} J an output token`,
      },
    );
  }
  if (carbon !== undefined) {
    const drunk = water === undefined ? "" : `; ${format("volume", water.litresPerRequest)} of water`;
    facts.push({
      label: "carbon",
      value: `${format("multiple", carbon.gramsCo2ePerRequest)} g CO2e a request`,
      note: `${Math.round(100 * carbon.embodiedShare)} % embodied${drunk}; ${carbon.grid}`,
    });
  }
  return facts;
}
