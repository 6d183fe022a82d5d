import { format } from "../../units/index.ts";
import { refuse } from "../../units/problem.ts";
import { type Answer, newNotes } from "../document.ts";
import type { Facts } from "../facts.ts";
import { lintCorners, lintFlopRate, lintUtilisation, warning } from "../lint.ts";
import type { Input } from "../sample/draws.ts";
import { kernelOf } from "../sample/leaves.ts";
import { asksForSampling, type Ranged, rangedParts } from "../sample/ranged.ts";
import { TOKENS_PER_PARAM } from "../train/efficiency.ts";
import { type Audit, audit, type Explanation } from "./audit.ts";
import type { ReadClaim } from "./claim.ts";
import { cornersOf } from "./corners.ts";
import { assumedText, spreadUnder } from "./open.ts";
import type { AuditRequest } from "./request.ts";
import { recompute, type Setting } from "./setting.ts";
import { claimOf, settingOf } from "./stated.ts";

/** A claim, what it is recomputed to, and why it differs. */
export interface AuditResult extends Audit, Ranged {
  readonly claim: { readonly text: string; readonly kind: ReadClaim["kind"]; readonly value: number };
  /** What it is recomputed from, in base units: stated, or assumed. */
  readonly basis: Readonly<Record<string, number>>;
  /** The finding as one line. */
  readonly sentence: string;
}

/** Recomputes a published figure and names the hidden assumption that makes it true, or says that none does. */
export function auditClaim(request: AuditRequest, facts: Facts): Answer<AuditResult> {
  const notes = newNotes();
  const claim = claimOf(request);
  const setting = settingOf(request, claim, facts, notes);
  const found = audit(claim, setting);
  if (found.verdict === "undetermined") refuseUndetermined(claim, setting);
  if (claim.rateForWork)
    notes.warnings.push(warning("W-FLOP-RATE", `"${claim.text}" is written as a speed.`));
  if (found.recomputed !== undefined) notes.warnings.push(...lintFlopRate(claim.value, found.recomputed));
  for (const { mistake, sentence } of found.explanations[0]?.assumptions ?? [])
    if (mistake !== undefined && notes.warnings.every(({ code }) => code !== mistake))
      notes.warnings.push(warning(mistake, `It is true only if ${sentence}.`));
  notes.warnings.push(...lintUtilisation("--mfu", request.mfu ?? request.utilisation ?? 0));
  const { text, kind, value } = claim;
  return {
    result: {
      claim: { text, kind, value },
      basis: basisOf(setting),
      ...found,
      sentence: sentenceOf(found, claim, request),
    },
    ...notes,
  };
}

/**
 * The same where the source states ranges, or is doubted: the figure is recomputed for every draw, and a claim within the middle
 * 90 % of them holds. Hidden assumptions are searched at the medians, where it does not.
 */
export function auditUncertainClaim(
  request: AuditRequest,
  facts: Facts,
  ranges: readonly Input[],
): Answer<AuditResult> {
  const answer = auditClaim(request, facts);
  if (ranges.length === 0 && !asksForSampling(request)) return answer;
  const claim = claimOf(request);
  const open = spreadUnder(claim.kind, settingOf(request, claim, facts, newNotes()))?.by ?? [];
  const figure = (values: object): number | undefined =>
    recompute(claim.kind, settingOf(values as AuditRequest, claim, facts, newNotes()));
  const kernel = kernelOf({ ...request }, [...ranges, ...open], (values) => ({ recomputed: figure(values) }));
  const ranged = rangedParts(kernel, request, []);
  const interval = ranged.intervals?.recomputed;
  const result = { ...answer.result, ...ranged };
  if (interval === undefined || claim.value < interval.p05 || claim.value > interval.p95) {
    const corners = cornersOf(ranges, (values) => figure({ ...request, ...values }));
    return { ...answer, result, warnings: [...answer.warnings, ...lintCorners(claim.value, corners)] };
  }
  const within = open.map(({ text }) => text);
  const sentence = `Holds within ${[...(ranges.length === 0 ? [] : ["the ranges that are stated"]), ...(open.length === 0 ? [] : [assumedText(within)])].join(" and ")}.`;
  return {
    ...answer,
    result: {
      ...result,
      verdict: "holds",
      ...(open.length === 0 ? {} : { within }),
      explanations: [],
      nearest: undefined,
      sentence,
    },
    // what a hidden assumption would be a mistake of
    warnings: answer.warnings.filter(
      ({ code }) => !answer.result.explanations[0]?.assumptions.some(({ mistake }) => mistake === code),
    ),
  };
}

/** Says which inputs a kind of claim still lacks. */
function refuseUndetermined({ kind, text }: ReadClaim, setting: Setting): never {
  const wants = [
    ...(setting.params === undefined && setting.work === undefined ? ["--params or --model"] : []),
    ...(kind !== "training-compute" && setting.peak === undefined ? ["--gpu"] : []),
    ...(kind === "days" && setting.chips === undefined ? ["--gpus"] : []),
    ...(kind === "gpu-count" && setting.requestsPerDay === undefined && setting.seconds === undefined
      ? ["--users and --requests, or --days"]
      : []),
    ...(kind === "energy-per-query" && setting.outputTokens === 0
      ? ["--output for a query, or --tokens for a training run"]
      : []),
    ...(kind === "cost" && setting.usdPerChipSecond === undefined ? ["--price"] : []),
  ];
  return refuse("E-UNDER", `"${text}" cannot be recomputed from what is given.`, {
    hint: wants.length === 0 ? "Give more of what its source states." : `Give ${wants.join(", and ")}.`,
  });
}

/** The numbers of a setting. */
function basisOf(setting: Setting): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(setting).filter(([, value]) => typeof value === "number"));
}

function sentenceOf(
  { ratio, verdict, within, explanations, nearest }: Audit,
  { kind }: ReadClaim,
  request: AuditRequest,
): string {
  if (verdict === "holds")
    return within === undefined ? "Holds under what is stated." : `Holds within ${assumedText(within)}.`;
  const off = ratio === undefined ? "" : `${factor(ratio)} ${underWhat(kind, request)}`;
  if (verdict === "holds-if") return `True if ${because(explanations[0]!)}${off === "" ? "" : `; ${off}`}.`;
  const near = nearest === undefined ? "" : ` Nearest: ${factor(nearest.ratio)} if ${because(nearest)}.`;
  return `No usual hidden assumption makes it true${off === "" ? "" : `; it is ${off}`}.${near}`;
}

function because({ assumptions, within }: Explanation): string {
  const all = assumptions.map(({ sentence }) => sentence).join(", and ");
  return within === undefined ? all : `${all}, within ${assumedText(within)}`;
}

/** What the recomputed figure rests on: tokens of a run are assumed where nothing says how many. */
function underWhat(kind: ReadClaim["kind"], request: AuditRequest): string {
  const { tokens, tokensPerParam, flop, params, users, requests } = request;
  const open = tokens === undefined && tokensPerParam === undefined && flop === undefined;
  const serves = kind === "energy-per-query" || users !== undefined || requests !== undefined;
  return open && !serves && params !== undefined
    ? `for ${TOKENS_PER_PARAM.value} tokens a parameter`
    : "under what is stated";
}

/** `100 x low`, `1.05 x high`: two figures, three where they would say nothing. */
function factor(ratio: number): string {
  const times = ratio < 1 ? 1 / ratio : ratio;
  return `${format("multiple", times, { digits: times < 2 ? 3 : 2 })} x ${ratio < 1 ? "low" : "high"}`;
}
