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

/** List prices of hosted models (a snapshot of 2025-09); loaded on first use. */
export async function loadApiPrices(): Promise<readonly ApiPriceRow[]> {
  const file = await import("../../data/catalogue/api-prices.json", { with: { type: "json" } });
  return file.default.rows as readonly ApiPriceRow[];
}
