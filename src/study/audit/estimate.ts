import { PEAK_TO_AVERAGE, SERVING_UTILISATION } from "../../core/demand/serving.ts";
import { PUE, serverWatts, trainingLoad } from "../../core/energy.ts";
import type { Estimate } from "../../core/estimate.ts";
import { format } from "../../units/index.ts";
import { refuse } from "../../units/problem.ts";
import { type Answer, type Notes, newNotes } from "../document.ts";
import { note } from "../economics.ts";
import type { Facts } from "../facts.ts";
import { lintCorners, lintFlopRate, lintUtilisation, warning } from "../lint.ts";
import {
  chipNamed,
  defaultPrecision,
  type MachinePart,
  type MatmulPrecision,
  requirePeak,
} from "../machine.ts";
import { type Model, type ModelRequest, modelOf } from "../model.ts";
import type { Input } from "../sample/draws.ts";
import { kernelOf } from "../sample/leaves.ts";
import { asksForSampling, type Ranged, rangedParts } from "../sample/ranged.ts";
import type { SamplingRequest } from "../sample/uncertain.ts";
import { TOKENS_PER_PARAM } from "../train/efficiency.ts";
import { type Audit, audit, type Explanation } from "./audit.ts";
import { type ReadClaim, readClaim } from "./claim.ts";
import { cornersOf } from "./corners.ts";
import { openGoodput, openMfu, statedChips } from "./efficiency.ts";
import { assumedText, type OpenInput, openInput, spreadUnder } from "./open.ts";
import { recompute, type Setting } from "./setting.ts";

/** A published figure with what its source states, in the units of the flags. */
export interface AuditRequest extends ModelRequest, SamplingRequest {
  readonly claim: string;
  readonly tokens?: number;
  readonly tokensPerParam?: number;
  /** Work of the run, where the source states it. */
  readonly flop?: number;
  readonly gpu?: string;
  readonly gpus?: number;
  readonly days?: number;
  readonly precision?: MatmulPrecision;
  readonly mfu?: number;
  readonly goodput?: number;
  /** USD per chip-hour. */
  readonly price?: number;
  readonly pue?: number;
  /** Mean draw over server nameplate. */
  readonly load?: number;
  readonly users?: number;
  /** Requests of a user in a day. */
  readonly requests?: number;
  readonly input?: number;
  readonly output?: number;
  readonly cacheHit?: number;
  /** Useful FLOP of serving over peak. */
  readonly utilisation?: number;
  readonly peakToAverage?: number;
}

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

const HOUR = 3600;
const DAY = 86_400;

/** The claim, as its request means it: energy is a query's, unless a run is described. */
function claimOf(request: AuditRequest): ReadClaim {
  const claim = readClaim(request.claim);
  const query = QUERY.some((key) => request[key] !== undefined);
  const run = RUN.some((key) => request[key] !== undefined);
  return claim.kind === "energy-per-query" && run && !query ? { ...claim, kind: "energy" } : claim;
}

const QUERY = ["users", "requests", "input", "output", "cacheHit", "utilisation", "peakToAverage"] as const;
const RUN = ["tokens", "tokensPerParam", "flop", "gpus", "days", "mfu", "goodput"] as const;

function settingOf(request: AuditRequest, claim: ReadClaim, facts: Facts, notes: Notes): Setting {
  const { kind } = claim;
  const model = modelOf(request, facts, notes);
  const part = request.gpu === undefined ? undefined : partNamed(request.gpu, facts);
  const serving =
    kind === "energy-per-query" || request.requests !== undefined || request.users !== undefined;
  const drawsPower = kind === "energy" || kind === "energy-per-query";
  const open: OpenInput[] = [];
  const assumed = (key: string, given: number | undefined, estimate: () => Estimate): number => {
    if (given !== undefined) return given;
    const found = estimate();
    if (part !== undefined) note(notes, key, found);
    open.push(...openInput(key, found));
    return found.value;
  };
  const work = workOf(request, model, serving, notes, open);
  const chips = statedChips(request, claim);
  return {
    ...work,
    ...machineOf(request, part),
    utilisation: serving
      ? assumed("utilisation", request.utilisation, () => SERVING_UTILISATION)
      : assumed("mfu", request.mfu, () => openMfu(request, chips, work.tokens, facts)),
    goodput: serving ? 1 : assumed("goodput", request.goodput, () => openGoodput(chips)),
    ...(serving ? { requestsPerDay: (request.users ?? 1) * (request.requests ?? 1) } : {}),
    inputTokens: request.input ?? 0,
    outputTokens: request.output ?? 0,
    cacheHit: request.cacheHit ?? 0,
    peakToAverage:
      kind === "gpu-count" && serving
        ? assumed("peakToAverage", request.peakToAverage, () => PEAK_TO_AVERAGE)
        : 1,
    load:
      drawsPower && part !== undefined
        ? assumed("load", request.load, () => trainingLoad(part.chip))
        : (request.load ?? (part === undefined ? 1 : trainingLoad(part.chip).value)),
    pue: drawsPower ? assumed("pue", request.pue, () => PUE) : (request.pue ?? 1),
    slip: 1,
    stated: Object.entries(request).flatMap(([key, value]) => (value === undefined ? [] : [key])),
    open,
  };
}

function workOf(
  request: AuditRequest,
  model: Model | undefined,
  serving: boolean,
  notes: Notes,
  open: OpenInput[],
): Pick<Setting, "params" | "active" | "tokens" | "work" | "flopPerParamToken"> {
  const flopPerParamToken = serving ? 2 : 6;
  const given = { ...(request.flop === undefined ? {} : { work: request.flop }), flopPerParamToken };
  if (model === undefined) return given;
  const stated =
    request.tokens ??
    (request.tokensPerParam === undefined ? model.tokens : request.tokensPerParam * model.params);
  if (stated === undefined && !serving && request.flop === undefined) {
    note(notes, "tokensPerParam", TOKENS_PER_PARAM);
    open.push(...openInput("tokensPerParam", TOKENS_PER_PARAM, model.params));
  }
  const expert = model.active < model.params;
  return {
    ...given,
    params: model.params,
    ...(expert ? { active: model.active } : {}),
    tokens: stated ?? TOKENS_PER_PARAM.value * model.params,
  };
}

type MachineKeys = "chip" | "peak" | "chips" | "seconds" | "usdPerChipSecond" | "tdp" | "serverRatio";

function machineOf(request: AuditRequest, part: MachinePart | undefined): Pick<Setting, MachineKeys> {
  const chip = part?.chip;
  const server = chip === undefined ? undefined : serverWatts(chip);
  const price = request.price ?? part?.rent?.usd;
  return {
    ...(chip === undefined
      ? {}
      : { chip, peak: requirePeak(chip, request.precision ?? defaultPrecision(chip)) }),
    ...(request.gpus === undefined ? {} : { chips: request.gpus }),
    ...(request.days === undefined ? {} : { seconds: request.days * DAY }),
    ...(price === undefined ? {} : { usdPerChipSecond: price / HOUR }),
    ...(chip?.tdp === undefined ? {} : { tdp: chip.tdp }),
    serverRatio: chip?.tdp === undefined || server === undefined ? 1 : server.watts / chip.tdp,
  };
}

function partNamed(text: string, facts: Facts): MachinePart {
  const { row } = chipNamed(text, facts, "--gpu");
  return { ...facts.priced(row), row, count: 1 };
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
