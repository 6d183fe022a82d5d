import type { AuditResult } from "../../study/audit/estimate.ts";
import type { Answer, Interval } from "../../study/document.ts";
import { format, formatPetaflopDays, formatRange, type Kind } from "../../units/index.ts";
import { JOULES_PER_WH, SECONDS_PER_HOUR } from "../../units/quantity.ts";
import type { Fact, View } from "../view.ts";
import { assumedBlock } from "./assumed.ts";
import { rangedBlocks } from "./ranged.ts";

/** One claim, or the published ones that ship with the package. */
export type AuditAnswer = AuditResult | { readonly claims: readonly PublishedAudit[] };

export interface PublishedAudit {
  readonly id: string;
  readonly what: string;
  readonly source: string;
  readonly claimed: string;
  readonly verdict: AuditResult["verdict"];
  readonly sentence: string;
}

const KINDS: Readonly<Record<string, Kind>> = {
  "training-compute": "work",
  "gpu-count": "count",
  "gpu-hours": "count",
  cost: "money",
  days: "duration",
  energy: "energy",
  "energy-per-query": "energy",
};

/** A claim recomputed, and what makes it true; or the table of published claims. */
export function auditView({ result, assumptions }: Answer<AuditAnswer>, explained = false): View {
  if ("claims" in result) return tableView(result.claims);
  const shown = (value: number) => valueText(result, value);
  const range = rangeText(result, result.intervals?.recomputed);
  const facts: Fact[] = [
    { label: "claimed", value: shown(result.claim.value), note: result.claim.text },
    ...(result.recomputed === undefined
      ? []
      : [
          {
            label: "recomputed",
            value: shown(result.recomputed),
            note: `${range === "" ? "" : `${range}  `}claim over recomputed ${format("multiple", result.ratio ?? 0)}`,
          },
        ]),
    { label: "verdict", value: result.verdict.replace("-", " "), note: result.sentence },
  ];
  const nearest = result.nearest === undefined ? [] : [result.nearest];
  const explanations = result.explanations.length > 0 ? result.explanations : nearest;
  return [
    { block: "title", text: `The claim: ${result.claim.text}` },
    { block: "facts", facts },
    ...rangedBlocks(result),
    ...(explanations.length === 0
      ? []
      : [
          {
            block: "table",
            heading:
              result.explanations.length > 0
                ? "What would make it true, most ordinary first"
                : "Nearest, but not near enough",
            table: {
              columns: [
                { key: "if", title: "if" },
                { key: "value", title: "then" },
                { key: "ratio", title: "claim over that", kind: "multiple" },
              ],
              rows: explanations.map((one) => [
                one.assumptions.map(({ sentence }) => sentence).join("; and "),
                [shown(one.value), rangeText(result, one.interval)].join(" ").trim(),
                one.ratio,
              ]),
            },
          } as const,
        ]),
    assumedBlock(assumptions, explained),
  ];
}

/** `(1.68M to 3.22M)`: the figure over what is assumed, or given as a range. */
function rangeText({ claim }: AuditResult, interval: Interval | undefined): string {
  if (interval === undefined) return "";
  const kind = claim.kind === "gpu-hours" ? "count" : (KINDS[claim.kind] ?? "multiple");
  const perQuery = claim.kind === "energy-per-query";
  const [scale, shown] = perQuery ? ([JOULES_PER_WH, "multiple"] as const) : ([1, kind] as const);
  const unit = claim.kind === "gpu-hours" ? SECONDS_PER_HOUR : scale;
  return `(${formatRange(shown, interval.p05 / unit, interval.p95 / unit)}${perQuery ? " Wh" : ""})`;
}

function valueText({ claim }: AuditResult, value: number): string {
  const kind = KINDS[claim.kind] ?? "multiple";
  // a query's energy is quoted in Wh, however small
  if (claim.kind === "energy-per-query") return `${format("multiple", value / JOULES_PER_WH)} Wh`;
  if (claim.kind === "gpu-hours") return `${format("count", value / SECONDS_PER_HOUR)} GPU-hours`;
  return kind === "work" ? `${format("work", value)} = ${formatPetaflopDays(value)}` : format(kind, value);
}

function tableView(claims: readonly PublishedAudit[]): View {
  return [
    {
      block: "table",
      main: true,
      heading: "Published claims, recomputed",
      table: {
        columns: [
          { key: "what", title: "claim" },
          { key: "claimed", title: "as printed" },
          { key: "verdict", title: "verdict" },
          { key: "finding", title: "finding" },
          { key: "source", title: "source", optional: 1 },
        ],
        rows: claims.map((one) => [
          one.what,
          one.claimed,
          one.verdict.replace("-", " "),
          one.sentence,
          one.source,
        ]),
      },
    },
  ];
}
