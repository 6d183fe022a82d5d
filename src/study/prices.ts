import { NETWORK_SHARE, SERVER_COST_RATIO, withServer } from "../core/money.ts";
import type { Usd } from "../units/quantity.ts";
import type { Notes } from "./document.ts";
import type { EconomicsRequest } from "./economics.ts";
import type { MachinePart } from "./machine.ts";

/** What a chip rents for. */
export interface Rent {
  readonly usdPerHour: number;
  readonly date: string | undefined;
  readonly source: string;
}

/** Rent of a chip: the user's, else the catalogue's newest median, with its date. */
export function rentOf(part: MachinePart, request: EconomicsRequest): Rent | undefined {
  if (request.price !== undefined) return { usdPerHour: request.price, date: undefined, source: "given" };
  const quote = part.rent;
  return quote === undefined
    ? undefined
    : { usdPerHour: quote.usd, date: quote.date, source: quote.provider };
}

/** A chip with its share of server and, where the price holds it, network. */
export interface ServerPrice {
  readonly usd: Usd;
  /** Of it, the chip alone. */
  readonly chipUsd: Usd;
  /** Share of the cluster's hardware that network adds on top; 0 where the price holds it. */
  readonly networkShare: number;
  readonly date: string | undefined;
  readonly source: string;
}

/** Price of a chip with its share of the server: the user's, else the catalogue's, with the server's usual share on a bare chip. */
export function serverPrice(part: MachinePart, request: EconomicsRequest): ServerPrice | undefined {
  const networkShare = NETWORK_SHARE.value;
  if (request.capex !== undefined) {
    return {
      usd: request.capex,
      chipUsd: request.capex / SERVER_COST_RATIO.value,
      networkShare,
      date: undefined,
      source: "given",
    };
  }
  const quote = part.purchase;
  if (quote === undefined) return undefined;
  const { usd, date, what, includes } = quote;
  if (includes === undefined) {
    return {
      usd: withServer(usd),
      chipUsd: usd,
      networkShare,
      date,
      source: `${what}, with the server's share`,
    };
  }
  const chipUsd = usd / SERVER_COST_RATIO.value;
  return { usd, chipUsd, networkShare: includes === "cluster" ? 0 : networkShare, date, source: what };
}

/** Lists the catalogue's rent and purchase price of each chip, with their dates, among the assumptions. */
export function notePrices(parts: readonly MachinePart[], request: EconomicsRequest, notes: Notes): void {
  const seen = new Set<string>();
  for (const part of parts) {
    if (seen.has(part.row.id)) continue;
    seen.add(part.row.id);
    const rent = rentOf(part, request);
    if (rent?.date !== undefined) {
      notes.assumptions.push({
        key: `rent of ${part.row.id}`,
        value: rent.usdPerHour,
        unit: "USD/h",
        source: rent.source,
        date: rent.date,
      });
    }
    const server = serverPrice(part, request);
    if (server?.date !== undefined) {
      notes.assumptions.push({
        key: `price of ${part.row.id}`,
        value: Math.round(server.usd),
        unit: "USD",
        source: server.source,
        date: server.date,
      });
    }
  }
}
