import { PEAK_TO_AVERAGE, SERVING_UTILISATION } from "../../core/demand/serving.ts";
import { PUE, serverWatts, trainingLoad } from "../../core/energy.ts";
import type { Estimate } from "../../core/estimate.ts";
import { SECONDS_PER_DAY, SECONDS_PER_HOUR } from "../../units/quantity.ts";
import type { Notes } from "../document.ts";
import { note } from "../economics.ts";
import type { Facts } from "../facts.ts";
import { chipNamed, defaultPrecision, type MachinePart, requirePeak } from "../machine.ts";
import { type Model, modelOf } from "../model.ts";
import { TOKENS_PER_PARAM } from "../train/efficiency.ts";
import { type ReadClaim, readClaim } from "./claim.ts";
import { openGoodput, openMfu, statedChips } from "./efficiency.ts";
import { type OpenInput, openInput } from "./open.ts";
import type { AuditRequest } from "./request.ts";
import type { Setting } from "./setting.ts";

/** The claim, as its request means it: energy is a query's, unless a run is described. */
export function claimOf(request: AuditRequest): ReadClaim {
  const claim = readClaim(request.claim);
  const query = QUERY.some((key) => request[key] !== undefined);
  const run = RUN.some((key) => request[key] !== undefined);
  return claim.kind === "energy-per-query" && run && !query ? { ...claim, kind: "energy" } : claim;
}

const QUERY = ["users", "requests", "input", "output", "cacheHit", "utilisation", "peakToAverage"] as const;
const RUN = ["tokens", "tokensPerParam", "flop", "gpus", "days", "mfu", "goodput"] as const;

/** What a request states, in base units; the rest of what its claim rests on is assumed, noted, and left open over its interval. */
export function settingOf(request: AuditRequest, claim: ReadClaim, facts: Facts, notes: Notes): Setting {
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
    ...(request.days === undefined ? {} : { seconds: request.days * SECONDS_PER_DAY }),
    ...(price === undefined ? {} : { usdPerChipSecond: price / SECONDS_PER_HOUR }),
    ...(chip?.tdp === undefined ? {} : { tdp: chip.tdp }),
    serverRatio: chip?.tdp === undefined || server === undefined ? 1 : server.watts / chip.tdp,
  };
}

function partNamed(text: string, facts: Facts): MachinePart {
  const { row } = chipNamed(text, facts, "--gpu");
  return { ...facts.priced(row), row, count: 1 };
}
