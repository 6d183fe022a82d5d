import { PUE, serverWatts, TRAINING_LOAD, trainingLoad } from "../../core/energy.ts";
import type { Estimate } from "../../core/estimate.ts";
import { ELECTRICITY, economicRate, PRICE_PERFORMANCE_OOM } from "../../core/money.ts";
import { goodputValue } from "../../core/training/goodput.ts";
import { flopPerActive } from "../../core/training/run.ts";
import { type RunNumbers, solveNumbers } from "../../core/training/solve.ts";
import {
  JOULES_PER_KWH,
  PETAFLOP_DAY,
  SECONDS_PER_DAY,
  SECONDS_PER_HOUR,
  SECONDS_PER_YEAR,
} from "../../units/quantity.ts";
import { machinePeak } from "../machine.ts";
import { rentOf, serverPrice } from "../prices.ts";
import { distributionOf } from "../sample/distribution.ts";
import type { Input } from "../sample/draws.ts";
import type { Kernel } from "../sample/kernel.ts";
import type { Run } from "./estimate.ts";
import { statesOf } from "./memory.ts";

/** Outputs by their path in the result. */
const OUTPUTS = [
  "compute.flop",
  "compute.petaflopDays",
  "model.params",
  "data.tokens",
  "time.days",
  "time.gpuHours",
  "fleet.gpus",
  "throughput.tokensPerSecondPerGpu",
  "mfu",
  "cost.usd",
  "cost.ownedUsd",
  "energy.kwh",
  "carbon.kgCo2e",
  "memory.stateBytes",
] as const;
/** And where a layout was chosen, the step that it takes. */
const STEPPED_OUTPUTS = [...OUTPUTS, "throughput.stepSeconds"] as const;

/** Assumptions that are sampled where the user did not fix them: efficiencies and surroundings, never choices. */
export function assumedInputs(run: Run): readonly Input[] {
  const { request, machine, mfu, goodput } = run;
  if (machine === undefined) return [];
  const inputs: Input[] = [];
  const add = (name: string, { interval: [low, high] }: Estimate, bounded: boolean) => {
    if (high > low) inputs.push({ name, distribution: distributionOf({ low, high }, bounded) });
  };
  if (request.mfu === undefined) add("mfu", mfu, true);
  if (request.goodput === undefined) add("goodput", goodput, true);
  if (request.pue === undefined) add("pue", PUE, false);
  if (request.electricity === undefined) add("electricity", ELECTRICITY, false);
  add("load", machine.parts[0] === undefined ? TRAINING_LOAD : trainingLoad(machine.parts[0].chip), true);
  return inputs;
}

/** Inputs that the kernel takes, by request key. */
export const KERNEL_INPUTS: readonly string[] = [
  "params",
  "active",
  "tokens",
  "tokensPerParam",
  "gpus",
  "days",
  "budget",
  "mfu",
  "goodput",
  "price",
  "capex",
  "life",
  "utilisation",
  "electricity",
  "pue",
];

/**
 * The run as the sampler calls it: the same equations as the point estimate, over plain numbers. Where a layout was searched it
 * stays the one chosen at the median.
 */
export function trainKernel(run: Run, inputs: readonly Input[]): Kernel {
  const at = (name: string): number => inputs.findIndex((input) => input.name === name);
  const index = {
    params: at("params"),
    active: at("active"),
    tokens: at("tokens"),
    ratio: at("tokensPerParam"),
    chips: at("gpus"),
    days: at("days"),
    budget: at("budget"),
    mfu: at("mfu"),
    goodput: at("goodput"),
    price: at("price"),
    capex: at("capex"),
    life: at("life"),
    utilisation: at("utilisation"),
    electricity: at("electricity"),
    pue: at("pue"),
    load: at("load"),
  };
  const base = baseOf(run);
  const { pattern } = run.solution;
  const numbers: RunNumbers = { ...base.numbers };
  const bySize =
    run.request.goodput === undefined &&
    (pattern.machine === "chips" || pattern.machine === "chips and seconds");
  const hasChips = run.solution.chips !== undefined;
  const states = statesOf(run.request, run.model).stateBytes / run.model.params;
  const has = {
    machine: run.machine !== undefined,
    rent: base.price > 0,
    owned: base.server > 0,
    power: base.watts > 0,
  };
  return {
    inputs,
    outputs: base.batchTokens > 0 ? STEPPED_OUTPUTS : OUTPUTS,
    run(v, out) {
      const pick = (position: number, value: number): number => (position < 0 ? value : v[position]!);
      const mfu = pick(index.mfu, base.mfu);
      const price = pick(index.price, base.price);
      numbers.params = pick(index.params, base.numbers.params);
      numbers.active =
        index.active < 0 ? base.activeShare * numbers.params : Math.min(v[index.active]!, numbers.params);
      numbers.tokens = pick(index.tokens, base.numbers.tokens);
      numbers.ratio = pick(index.ratio, base.numbers.ratio);
      numbers.chips = index.chips < 0 ? base.numbers.chips : Math.max(1, Math.round(v[index.chips]!));
      const goodput =
        index.goodput >= 0 ? v[index.goodput]! : bySize ? goodputValue(numbers.chips) : base.goodput;
      numbers.seconds = index.days < 0 ? base.numbers.seconds : v[index.days]! * SECONDS_PER_DAY;
      numbers.budget = pick(index.budget, base.numbers.budget);
      numbers.rate = base.peak * mfu * goodput;
      numbers.price = price / SECONDS_PER_HOUR;
      solveNumbers(pattern, numbers);
      const { chipSeconds } = numbers;
      const pue = Math.max(1, pick(index.pue, base.pue));
      const kwh = (chipSeconds * base.watts * pick(index.load, base.load) * pue) / JOULES_PER_KWH;
      out[0] = numbers.flop;
      out[1] = numbers.flop / PETAFLOP_DAY;
      out[2] = numbers.params;
      out[3] = numbers.tokens;
      out[4] = hasChips ? numbers.seconds / SECONDS_PER_DAY : Number.NaN;
      out[5] = has.machine ? chipSeconds / SECONDS_PER_HOUR : Number.NaN;
      out[6] = hasChips ? numbers.chips : Number.NaN;
      out[7] = has.machine ? numbers.tokens / (chipSeconds * goodput) : Number.NaN;
      out[8] = has.machine ? mfu : Number.NaN;
      const life = pick(index.life, base.life);
      const perYear = life > 0 ? 1 / life : base.economic;
      const years = chipSeconds / SECONDS_PER_YEAR / pick(index.utilisation, base.utilisation);
      const hardware = pick(index.capex, base.server) * perYear * years * base.network;
      const owned = hardware + kwh * pick(index.electricity, base.electricity);
      out[9] = has.rent ? (chipSeconds / SECONDS_PER_HOUR) * price : has.owned ? owned : Number.NaN;
      out[10] = has.owned && has.power ? owned : Number.NaN;
      out[11] = has.power ? kwh : Number.NaN;
      out[12] = has.power ? kwh * base.kgPerKwh : Number.NaN;
      out[13] = numbers.params * states;
      if (base.batchTokens > 0) out[14] = base.batchTokens / (out[7] * numbers.chips);
    },
  };
}

/** Every coefficient of the equations at the point answer; 0 where there is none. */
function baseOf(run: Run) {
  const { request, machine, terms, solution, mfu, goodput, prediction } = run;
  const chips = machine?.chips ?? 1;
  const mean = (of: (part: NonNullable<typeof machine>["parts"][number]) => number | undefined): number => {
    let total = 0;
    for (const part of machine?.parts ?? []) {
      const value = of(part);
      if (value === undefined) return 0;
      total += value * part.count;
    }
    return total / chips;
  };
  const numbers: RunNumbers = {
    params: solution.params,
    active: solution.active,
    tokens: solution.tokens,
    ratio: solution.tokens / solution.params,
    perActive: flopPerActive(request.method),
    chips: solution.chips ?? 1,
    seconds: request.days === undefined ? (solution.seconds ?? 1) : request.days * SECONDS_PER_DAY,
    budget: request.budget ?? 1,
    rate: 1,
    price: 1,
    flop: solution.flop,
    chipSeconds: solution.chipSeconds ?? 1,
  };
  const { job } = prediction?.choice ?? {};
  return {
    numbers,
    /** Tokens of a step, where a layout was chosen. */
    batchTokens: job === undefined ? 0 : job.globalBatch * job.seq,
    activeShare: solution.active / solution.params,
    peak: machine === undefined ? 1 : (machinePeak(machine, request.precision) ?? 0) / chips,
    mfu: mfu.value,
    goodput: goodput.value,
    price: mean((part) => rentOf(part, request)?.usdPerHour),
    server: mean((part) => serverPrice(part, request)?.usd),
    /** Hardware with network over hardware without. */
    network: 1 / (1 - mean((part) => serverPrice(part, request)?.networkShare)),
    watts: mean((part) => serverWatts(part.chip)?.watts),
    load: mean((part) => trainingLoad(part.chip).value),
    pue: terms.pue,
    electricity: terms.usdPerKwh,
    utilisation: terms.utilisation,
    life: request.life ?? 0,
    economic: economicRate(PRICE_PERFORMANCE_OOM.value),
    kgPerKwh: terms.grid.kgCo2ePerKwh,
  };
}
