import { PEAK_TO_AVERAGE, SERVING_UTILISATION } from "../../core/demand/serving.ts";
import { PUE, serverWatts, trainingLoad } from "../../core/energy.ts";
import type { Estimate } from "../../core/estimate.ts";
import { SECONDS_PER_DAY, SECONDS_PER_HOUR } from "../../units/quantity.ts";
import type { Notes } from "../document.ts";
import { note } from "../economics.ts";
import type { Facts } from "../facts.ts";
import { chipNamed, defaultPrecision, type MachinePart, requirePeak } from "../machine.ts";
import { type Model, modelOf } from "../model.ts";
import { MEDIAN_MFU, TOKENS_PER_PARAM, WHOLE_RUN_GOODPUT } from "../train/efficiency.ts";
import type { ReadClaim } from "./claim.ts";
import type { AuditRequest } from "./request.ts";
import type { Setting } from "./setting.ts";

/** What a request states, in base units; the rest of what its claim rests on is assumed, and noted. */
export function settingOf(request: AuditRequest, { kind }: ReadClaim, facts: Facts, notes: Notes): Setting {
  const model = modelOf(request, facts, notes);
  const part = request.gpu === undefined ? undefined : partNamed(request.gpu, facts);
  const serving =
    kind === "energy-per-query" || request.requests !== undefined || request.users !== undefined;
  const assumed = (key: string, given: number | undefined, estimate: Estimate): number => {
    if (given === undefined && part !== undefined) note(notes, key, estimate);
    return given ?? estimate.value;
  };
  return {
    ...workOf(request, model, serving, notes),
    ...machineOf(request, part),
    utilisation: serving
      ? assumed("utilisation", request.utilisation, SERVING_UTILISATION)
      : assumed("mfu", request.mfu, MEDIAN_MFU),
    goodput: serving ? 1 : assumed("goodput", request.goodput, WHOLE_RUN_GOODPUT),
    ...(serving ? { requestsPerDay: (request.users ?? 1) * (request.requests ?? 1) } : {}),
    inputTokens: request.input ?? 0,
    outputTokens: request.output ?? 0,
    cacheHit: request.cacheHit ?? 0,
    peakToAverage:
      kind === "gpu-count" && serving ? assumed("peakToAverage", request.peakToAverage, PEAK_TO_AVERAGE) : 1,
    load: request.load ?? (part === undefined ? 1 : trainingLoad(part.chip).value),
    pue: kind === "energy-per-query" ? assumed("pue", request.pue, PUE) : (request.pue ?? 1),
    slip: 1,
    stated: statedOf(request),
  };
}

function workOf(
  request: AuditRequest,
  model: Model | undefined,
  serving: boolean,
  notes: Notes,
): Pick<Setting, "params" | "active" | "tokens" | "work" | "flopPerParamToken"> {
  const flopPerParamToken = serving ? 2 : 6;
  const given = { ...(request.flop === undefined ? {} : { work: request.flop }), flopPerParamToken };
  if (model === undefined) return given;
  const stated =
    request.tokens ??
    (request.tokensPerParam === undefined ? model.tokens : request.tokensPerParam * model.params);
  if (stated === undefined && !serving && request.flop === undefined)
    note(notes, "tokensPerParam", TOKENS_PER_PARAM);
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

/** What the source itself states, by the group of assumptions that would contradict it. */
function statedOf(request: AuditRequest): readonly string[] {
  return [
    ...(request.tokens === undefined && request.tokensPerParam === undefined ? [] : ["tokens"]),
    ...(request.mfu === undefined && request.utilisation === undefined ? [] : ["utilisation"]),
    ...(request.precision === undefined ? [] : ["peak"]),
    ...(request.peakToAverage === undefined ? [] : ["traffic"]),
    ...(request.input === undefined ? [] : ["input"]),
  ];
}
