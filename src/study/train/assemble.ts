import { frozenTrainingFlop, trainingFlop } from "../../core/architecture.ts";
import { GPT3, scaledFromGpt3 } from "../../core/demand/training.ts";
import { isFrozen } from "../../core/training/job.ts";
import { flop6ND, flopPerActive } from "../../core/training/run.ts";
import { JOULES_PER_KWH, PETAFLOP_DAY, SECONDS_PER_DAY, SECONDS_PER_HOUR } from "../../units/quantity.ts";
import { type Bill, billOf, type EconomicsRequest } from "../economics.ts";
import { defaultPrecision, type Machine, machinePeak } from "../machine.ts";
import type { Model } from "../model.ts";
import { besideRuns } from "./beside.ts";
import type { Run } from "./estimate.ts";
import { referenceFleets } from "./fleets.ts";
import { statesOf } from "./memory.ts";
import type { ComputePart, CostPart, FleetPart, MemoryPart, TrainResult } from "./result.ts";
import { thresholdParts } from "./thresholds.ts";

/** Sequence length for the exact count, where neither the user nor the model says. */
const DEFAULT_SEQ = 4096;

/**
 * The result of a solved run; what is not known is undefined. Its spread is worked out when it is first read: scripts that read
 * one figure do not pay for it.
 */
export function resultOf(run: Run, spread: (run: Run) => TrainResult["intervals"]): TrainResult {
  const { facts, solution, machine, model } = run;
  let read = false;
  let intervals: TrainResult["intervals"];
  const { flop, tokens } = solution;
  return {
    model: {
      name: model.name,
      params: solution.params,
      active: solution.active,
      convention: model.convention,
    },
    data: { tokens, tokensPerParam: tokens / solution.params },
    compute: computePart(run),
    solved: solution.solved,
    ...machinePart(run),
    memory: memoryPart(run),
    beside: besideRuns(flop, facts, model.row?.name),
    reference: referencePart(run),
    thresholds: thresholdParts({ flop, active: solution.active, method: run.request.method, model }, facts),
    fleets: machine === undefined ? referenceFleets(run) : [],
    get intervals() {
      if (!read) intervals = spread(run);
      read = true;
      return intervals;
    },
  };
}

function computePart({ request, solution, model }: Run): ComputePart {
  const { flop, tokens } = solution;
  const { shape } = model;
  const petaflopDays = flop / PETAFLOP_DAY;
  const perActive = flopPerActive(request.method);
  if (shape === undefined) return { flop, flopPerActive: perActive, petaflopDays };
  const seq = request.seq ?? defaultSeq(model);
  const perToken = isFrozen(request.method) ? frozenTrainingFlop : trainingFlop;
  return {
    flop,
    flopPerActive: perActive,
    petaflopDays,
    exactFlop: perToken(shape, seq) * tokens,
    exactFullAttentionFlop: perToken(shape, seq, "full") * tokens,
    seq,
  };
}

/** Tokens per sequence where the user did not say. */
export function defaultSeq({ shape }: Pick<Model, "shape">): number {
  return Math.min(DEFAULT_SEQ, shape?.maxPosition ?? DEFAULT_SEQ);
}

/** The same model on GPT-3's tokens, as popular forecasts have it: where those are the run's, or nobody said how many. */
function referencePart({ request, solution, model }: Run): TrainResult["reference"] {
  const asked =
    request.tokens !== undefined || request.tokensPerParam !== undefined || solution.tokensFrom === "solved";
  const alike = solution.tokens === GPT3.tokens;
  if ((asked && !alike) || model.row !== undefined || isFrozen(request.method)) return undefined;
  const flop = flop6ND(solution.active, GPT3.tokens);
  return {
    tokens: GPT3.tokens,
    flop,
    petaflopDays: flop / PETAFLOP_DAY,
    scaled: {
      petaflopDays: scaledFromGpt3(solution.active) / PETAFLOP_DAY,
      fromPetaflopDays: GPT3.flop / PETAFLOP_DAY,
      fromParams: GPT3.params,
    },
  };
}

/** Time, throughput, money, energy and carbon: what there is once there is a machine. */
function machinePart(run: Run): Partial<TrainResult> {
  const { request, solution, machine, mfu, goodput, terms } = run;
  const { chipSeconds, chips, seconds } = solution;
  if (machine === undefined || chipSeconds === undefined) return {};
  const bill = billOf(machine, chipSeconds / machine.chips, terms);
  const perChip = solution.tokens / (chipSeconds * goodput.value);
  const { energy, carbon } = bill;
  const grid = { gramsPerKwh: terms.grid.kgCo2ePerKwh * 1000, grid: terms.grid.name };
  return {
    time:
      seconds === undefined
        ? undefined
        : { days: seconds / SECONDS_PER_DAY, seconds, gpuHours: chipSeconds / SECONDS_PER_HOUR },
    throughput: {
      tokensPerSecond: chips === undefined ? undefined : perChip * chips,
      tokensPerSecondPerGpu: perChip,
      stepSeconds: run.prediction?.choice.stepSeconds,
    },
    mfu: mfu.value,
    goodput: goodput.value,
    ...predictedPart(run),
    fleet: fleetPart(machine, chips, request.precision),
    cost: costPart(bill, chips !== undefined, request),
    energy:
      energy === undefined
        ? undefined
        : {
            kwh: energy / JOULES_PER_KWH,
            averageWatts: seconds === undefined ? undefined : energy / seconds,
          },
    carbon: carbon === undefined ? undefined : { kgCo2e: carbon, ...grid },
  };
}

/** Changes that would help most, this many. */
const SHOWN_LEVERS = 4;

/** Layout, step by cause and utilisation by convention, where they were predicted. */
function predictedPart({ prediction }: Run): Partial<TrainResult> {
  if (prediction === undefined) return {};
  const { choice, step, utilisation } = prediction;
  return {
    layout: { ...choice.layout, globalBatch: choice.job.globalBatch, seq: choice.job.seq },
    step,
    utilisation,
    levers: prediction.levers().slice(0, SHOWN_LEVERS),
  };
}

function fleetPart(
  machine: Machine,
  chips: number | undefined,
  precision: Run["request"]["precision"],
): FleetPart {
  const peak = machinePeak(machine, precision);
  const [part] = machine.parts;
  return {
    name: chips === undefined ? (part?.row.name ?? machine.name) : machine.name,
    gpu: machine.parts.length === 1 ? part?.row.id : undefined,
    gpus: chips,
    peakFlopPerSecond: peak === undefined || chips !== undefined ? peak : peak / machine.chips,
    precision: precision ?? (part === undefined ? "bf16" : defaultPrecision(part.chip)),
  };
}

/** Rent decides where there is one, unless the user spoke of buying and of no rent; the other stands beside it. */
function costPart(bill: Bill, counted: boolean, request: EconomicsRequest): CostPart | undefined {
  const { rentUsd, owned } = bill;
  const buying = request.price === undefined && (request.capex !== undefined || request.life !== undefined);
  const usd = buying ? (owned?.total ?? rentUsd) : (rentUsd ?? owned?.total);
  if (usd === undefined) return undefined;
  return {
    usd,
    basis: usd === rentUsd ? "rent" : "owned",
    usdPerGpuHour: bill.rentUsdPerHour,
    rentedUsd: rentUsd,
    priceDate: rentUsd === undefined ? undefined : bill.rentDate,
    ownedUsd: owned?.total,
    ownedParts:
      owned === undefined
        ? undefined
        : { chips: owned.chips, servers: owned.servers, network: owned.network, energy: owned.energy },
    acquisitionUsd: counted ? bill.acquisitionUsd : undefined,
  };
}

function memoryPart({ request, model, solution, machine, prediction }: Run): MemoryPart {
  const states = statesOf(request, { ...model, params: solution.params, active: solution.active });
  const [part] = machine?.parts ?? [];
  const { weightBytes, gradientBytes, optimizerBytes, stateBytes } = states;
  return {
    weightBytes,
    gradientBytes,
    optimizerBytes,
    stateBytes,
    capacityBytesPerGpu: machine?.parts.length === 1 ? part?.chip.memory : undefined,
    stateBytesPerGpu: solution.chips === undefined ? undefined : stateBytes / solution.chips,
    peakBytesPerGpu: prediction?.memory.reserved,
    fits: prediction === undefined ? undefined : true,
    parts: prediction?.memory,
  };
}
