import { API_PRICES_DATE, type ApiPriceRow } from "../../catalog/api-prices.ts";
import type { ListedPrice } from "./result.ts";

/** Ends of a hosted model's name that leave it the same model: tuning for chat, expert counts, the host's own grades. */
const ENDS = "(instruct|chat|it|instant|versatile|turbo|fp8|a?\\d+b|\\d+e)*";

/** `meta-llama/Llama-4-Scout-17B-16E-Instruct` -> `llama4scout17b16einstruct` */
const folded = (name: string): string =>
  name
    .slice(name.lastIndexOf("/") + 1)
    .toLowerCase()
    .replace(/(\d)p(\d)/g, "$1$2")
    .replace(/[^a-z0-9]/g, "");

/** What hosts list for a model, cheapest output first; USD per million tokens, dated. */
export function listedPrices(model: string, rows: readonly ApiPriceRow[]): readonly ListedPrice[] {
  const name = folded(model);
  if (name === "") return [];
  const wanted = new RegExp(`^${name}${ENDS}$`);
  return rows
    .filter((row) => row.output > 0 && wanted.test(folded(row.model)))
    .map(({ provider, model: hosted, input, output }) => ({
      provider,
      model: hosted,
      usdPerMillionInputTokens: input,
      usdPerMillionOutputTokens: output,
      date: API_PRICES_DATE,
    }))
    .sort((a, b) => a.usdPerMillionOutputTokens - b.usdPerMillionOutputTokens);
}
