import type { Facts } from "../facts.ts";
import type { Audit } from "./audit.ts";
import { auditClaim } from "./estimate.ts";
import type { AuditRequest } from "./request.ts";

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

/** Every published claim with its finding. */
export async function auditPublished(facts: Facts): Promise<
  readonly {
    id: string;
    what: string;
    source: string;
    claimed: string;
    verdict: Audit["verdict"];
    sentence: string;
  }[]
> {
  return (await loadClaims()).map(({ id, what, source, request }) => {
    const { verdict, sentence, claim } = auditClaim(request, facts).result;
    return { id, what, source, claimed: claim.text, verdict, sentence };
  });
}
