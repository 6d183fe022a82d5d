import type { Audit } from "./audit.ts";
import type { AuditRequest } from "./estimate.ts";

/** A published claim that ships with the package, with what its audit finds. */
export interface PublishedClaim {
  readonly id: string;
  readonly what: string;
  readonly source: string;
  readonly request: AuditRequest;
  readonly verdict: Audit["verdict"];
  /** The hidden assumptions that make it true. */
  readonly because?: readonly string[];
}

/** The published claims; loaded on first use. */
export async function loadClaims(): Promise<readonly PublishedClaim[]> {
  const file = await import("../../../data/claims.json", { with: { type: "json" } });
  return file.default as readonly PublishedClaim[];
}
