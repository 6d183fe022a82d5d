import type { AcceleratorRow, PurchasePrice, RentPrice } from "./rows.ts";

/** A price to calculate with, and what else was seen. */
export type Quote<P> = P & {
  /** Lowest and highest of the prices the median is taken from. */
  readonly low: number;
  readonly high: number;
  /** Every other dated price of the row, newest first. */
  readonly alternatives: readonly P[];
};

/** Source key of prices that come from the user's own catalogue: the last of them outranks every shipped one. */
export const USER_SOURCE = "user";

/**
 * Rent per chip-hour: the median of the newest year with prices (the lower middle one of an even number), so that it is a price
 * somebody asked. With `asOf`, nothing later counts. Undated prices never decide.
 */
export function rentQuote(row: AcceleratorRow, asOf?: string): Quote<RentPrice> | undefined {
  return quote(row.cloud_usd_per_chip_hour ?? [], asOf);
}

/** Purchase price of one chip, by the same rule; `includes` says what else the figure pays for. */
export function purchaseQuote(row: AcceleratorRow, asOf?: string): Quote<PurchasePrice> | undefined {
  return quote(row.price_usd ?? [], asOf);
}

interface DatedPrice {
  readonly usd: number;
  readonly date: string;
  readonly src: string;
}

function quote<P extends DatedPrice>(prices: readonly P[], asOf: string | undefined): Quote<P> | undefined {
  const own = prices.findLast(({ src }) => src === USER_SOURCE);
  const dated = prices.filter(({ date }) => date !== "" && (asOf === undefined || startOf(date) <= asOf));
  const pool = own ? [own] : newestYear(dated);
  if (pool.length === 0) return undefined;
  // equal prices stand newest first, so the newest of them is the one named
  const ranked = pool.toSorted((a, b) => a.usd - b.usd || later(a, b));
  const median = ranked[Math.floor((ranked.length - 1) / 2)]!;
  const alternatives = dated.filter((price) => price !== median).sort(later);
  return { ...median, low: ranked[0]!.usd, high: ranked.at(-1)!.usd, alternatives };
}

function newestYear<P extends DatedPrice>(prices: readonly P[]): P[] {
  const year = prices.reduce((newest, { date }) => (yearOf(date) > newest ? yearOf(date) : newest), "");
  return prices.filter(({ date }) => yearOf(date) === year);
}

function yearOf(date: string): string {
  return date.slice(0, 4);
}

/** First day a date may mean: a bare year or month counts from its start. */
function startOf(date: string): string {
  return `${date}${"-01-01".slice(date.length === 4 ? 0 : 3)}`.slice(0, 10);
}

function later(a: DatedPrice, b: DatedPrice): number {
  return a.date < b.date ? 1 : a.date > b.date ? -1 : 0;
}
