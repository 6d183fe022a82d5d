import { chipSeconds, flop6ND, paramsForFlop } from "../../core/training/run.ts";
import { noAnswer, refuse } from "../../units/problem.ts";
import type { Count, Flop, FlopPerSecond, Seconds, Usd, UsdPerSecond } from "../../units/quantity.ts";

/** What the user fixed. Defaults never appear here: a default does not count as given. */
export interface Knowns {
  readonly params: Count | undefined;
  /** Active parameters of a mixture of experts; the same as `params` where absent. */
  readonly active: Count | undefined;
  readonly tokens: Count | undefined;
  readonly tokensPerParam: number | undefined;
  readonly chips: Count | undefined;
  readonly seconds: Seconds | undefined;
  readonly budget: Usd | undefined;
}

/** How fast and how dear the machine is. */
export interface Machine {
  /** Useful FLOP/s of one chip in a run of this many parameters and tokens on this many chips. Undefined without a chip. */
  readonly rateAt:
    | ((run: { active: Count; tokens: Count; chips: Count | undefined }) => FlopPerSecond)
    | undefined;
  readonly usdPerChipSecond: UsdPerSecond | undefined;
  /** Chips come in multiples of this many. */
  readonly granule: Count;
}

/** Tokens where the user left them open and nothing else fixes them. */
export interface Fallback {
  readonly tokens: Count | undefined;
  readonly tokensPerParam: number;
}

export type Variable = "params" | "tokens" | "chips" | "seconds" | "budget";

export interface Solution {
  readonly params: Count;
  readonly active: Count;
  readonly tokens: Count;
  readonly flop: Flop;
  readonly chipSeconds: Seconds | undefined;
  readonly chips: Count | undefined;
  readonly seconds: Seconds | undefined;
  readonly solved: readonly Variable[];
  /** How tokens were set where the user did not say. */
  readonly tokensFrom: "given" | "ratio" | "fallback tokens" | "fallback ratio" | "solved";
}

/** Rounds of the fixed point where the rate depends on what is solved for. A constant rate settles in one. */
const ROUNDS = 24;

/**
 * Solves a training run for whatever the user left open: C = 6 N D on one side, chips x time x rate on the other, and
 * money = chip-hours x price. Refuses what fixes too much or too little.
 */
export function solveRun(knowns: Knowns, machine: Machine, fallback: Fallback): Solution {
  refuseOverdetermined(knowns, machine);
  const hours = machineSide(knowns, machine);
  return hours === undefined
    ? fromWork(knowns, machine, fallback)
    : fromMachine(knowns, machine, fallback, hours);
}

interface MachineHours {
  readonly chipSeconds: Seconds;
  readonly chips: Count | undefined;
  readonly seconds: Seconds | undefined;
  readonly solved: readonly Variable[];
}

/** Chip-seconds fixed by the machine side alone: chips x days, or budget / price. */
function machineSide(knowns: Knowns, machine: Machine): MachineHours | undefined {
  const { chips, seconds, budget } = knowns;
  if (budget === undefined) {
    if (chips === undefined || seconds === undefined) return undefined;
    return { chipSeconds: chips * seconds, chips, seconds, solved: [] };
  }
  const price = machine.usdPerChipSecond;
  if (price === undefined) {
    return noAnswer("E-PRICE", "There is no price for this chip, so a budget buys no known time.", {
      flag: "--budget",
      hint: "Give one: --price 2/h.",
    });
  }
  const total = budget / price;
  if (chips !== undefined) return { chipSeconds: total, chips, seconds: total / chips, solved: ["seconds"] };
  if (seconds !== undefined) {
    const whole = Math.floor(total / seconds / machine.granule) * machine.granule;
    if (whole < 1)
      noAnswer("E-BUDGET", "The budget does not pay for one accelerator over that time.", {
        flag: "--budget",
      });
    return { chipSeconds: whole * seconds, chips: whole, seconds, solved: ["chips"] };
  }
  return { chipSeconds: total, chips: undefined, seconds: undefined, solved: [] };
}

/** The run is fixed; the machine side follows. */
function fromWork(knowns: Knowns, machine: Machine, fallback: Fallback): Solution {
  const { tokens, ratio } = { tokens: knowns.tokens, ratio: knowns.tokensPerParam };
  const params = knowns.params ?? (tokens !== undefined && ratio !== undefined ? tokens / ratio : undefined);
  if (params === undefined) {
    return refuse(
      "E-UNDER",
      "The run is not fixed: the size of the model is open and nothing determines it.",
      {
        flag: "--params",
        hint: "Give --params or --model; or a machine and a time, e.g. --gpu h100 --gpus 1000 --days 30.",
      },
    );
  }
  const active = knowns.active ?? params;
  const [count, tokensFrom] = tokensOf(knowns, params, fallback);
  const flop = flop6ND(active, count);
  const run = { params, active, tokens: count, flop, tokensFrom };
  const solvedParams: Variable[] = knowns.params === undefined ? ["params"] : [];
  if (machine.rateAt === undefined)
    return { ...run, chipSeconds: undefined, chips: undefined, seconds: undefined, solved: solvedParams };
  const rateAt = machine.rateAt;
  const rate = (chips: Count | undefined) => rateAt({ active, tokens: count, chips });
  if (knowns.chips !== undefined) {
    const total = chipSeconds(flop, rate(knowns.chips));
    return {
      ...run,
      chipSeconds: total,
      chips: knowns.chips,
      seconds: total / knowns.chips,
      solved: [...solvedParams, "seconds"],
    };
  }
  if (knowns.seconds !== undefined) {
    const chips = fewestChips(flop, knowns.seconds, rate, machine.granule);
    const total = chipSeconds(flop, rate(chips));
    return { ...run, chipSeconds: total, chips, seconds: total / chips, solved: [...solvedParams, "chips"] };
  }
  return {
    ...run,
    chipSeconds: chipSeconds(flop, rate(undefined)),
    chips: undefined,
    seconds: undefined,
    solved: solvedParams,
  };
}

function tokensOf(knowns: Knowns, params: Count, fallback: Fallback): [Count, Solution["tokensFrom"]] {
  if (knowns.tokens !== undefined) return [knowns.tokens, "given"];
  if (knowns.tokensPerParam !== undefined) return [knowns.tokensPerParam * params, "ratio"];
  if (fallback.tokens !== undefined) return [fallback.tokens, "fallback tokens"];
  return [fallback.tokensPerParam * params, "fallback ratio"];
}

/** The machine side is fixed; the model, its tokens, or both follow. */
function fromMachine(knowns: Knowns, machine: Machine, fallback: Fallback, hours: MachineHours): Solution {
  const rateAt = machine.rateAt!;
  const ratio = knowns.tokensPerParam ?? fallback.tokensPerParam;
  const next = (flop: Flop): { params: Count; active: Count; tokens: Count } => {
    if (knowns.params !== undefined) {
      const active = knowns.active ?? knowns.params;
      return { params: knowns.params, active, tokens: flop / (6 * active) };
    }
    const params = knowns.tokens === undefined ? paramsForFlop(flop, ratio) : flop / (6 * knowns.tokens);
    return { params, active: params, tokens: knowns.tokens ?? params * ratio };
  };
  // One guess fixes the scale at which a dependent rate is first asked for.
  let run = next(hours.chipSeconds * rateAt({ active: 1e9, tokens: 20e9, chips: hours.chips }));
  for (let round = 0; round < ROUNDS; round++) {
    const better = next(
      hours.chipSeconds * rateAt({ active: run.active, tokens: run.tokens, chips: hours.chips }),
    );
    const settled =
      Math.abs(better.tokens / run.tokens - 1) < 1e-12 && Math.abs(better.params / run.params - 1) < 1e-12;
    run = better;
    if (settled) break;
  }
  const solved: Variable[] = [...hours.solved];
  if (knowns.params === undefined) solved.push("params");
  if (knowns.tokens === undefined) solved.push("tokens");
  const tokensFrom =
    knowns.tokens !== undefined
      ? "given"
      : knowns.params !== undefined
        ? "solved"
        : knowns.tokensPerParam !== undefined
          ? "ratio"
          : "fallback ratio";
  return { ...run, flop: flop6ND(run.active, run.tokens), ...hours, solved, tokensFrom };
}

/** The smallest number of chips (a multiple of `granule`) that finishes in time; more chips are never slower in total. */
export function fewestChips(
  flop: Flop,
  seconds: Seconds,
  rate: (chips: Count) => FlopPerSecond,
  granule: Count,
): Count {
  const inTime = (units: number) => chipSeconds(flop, rate(units * granule)) / (units * granule) <= seconds;
  let low = 0;
  let high = Math.max(1, Math.ceil(chipSeconds(flop, rate(granule)) / seconds / granule));
  while (!inTime(high)) {
    low = high;
    high *= 2;
    if (high > Number.MAX_SAFE_INTEGER / granule)
      noAnswer("E-TIME", "No number of accelerators finishes in that time.", { flag: "--days" });
  }
  if (low === 0 && high > 1 && !inTime(high - 1)) return high * granule;
  while (high - low > 1) {
    const middle = low + Math.floor((high - low) / 2);
    if (inTime(middle)) high = middle;
    else low = middle;
  }
  return high * granule;
}

function refuseOverdetermined(knowns: Knowns, machine: Machine): void {
  const { chips, seconds, budget, tokens, tokensPerParam, params } = knowns;
  if (machine.rateAt === undefined) {
    const open =
      chips !== undefined
        ? "--gpus"
        : seconds !== undefined
          ? "--days"
          : budget !== undefined
            ? "--budget"
            : undefined;
    if (open !== undefined) {
      refuse("E-UNDER", `${open} needs to know the accelerator.`, {
        flag: open,
        hint: "Give --gpu, e.g. --gpu h100, or a --fleet.",
      });
    }
  }
  if (tokens !== undefined && tokensPerParam !== undefined && params !== undefined) {
    refuse("E-OVER", "--params, --tokens and --tokens-per-param fix each other.", {
      flag: "--tokens-per-param",
      hint: "Drop one of the three.",
    });
  }
  if (chips !== undefined && seconds !== undefined && budget !== undefined) {
    refuse("E-OVER", "The number of accelerators, --days and --budget fix each other.", {
      flag: "--budget",
      hint: "Drop one of the three.",
    });
  }
  const machineFixed = budget !== undefined || (chips !== undefined && seconds !== undefined);
  const workFixed =
    (params !== undefined && (tokens !== undefined || tokensPerParam !== undefined)) ||
    (tokens !== undefined && tokensPerParam !== undefined);
  if (machineFixed && workFixed) {
    const side = budget === undefined ? "the number of accelerators and --days" : "--budget";
    refuse("E-OVER", `The model, its tokens and ${side} are all given, so nothing is open to solve for.`, {
      flag: budget === undefined ? "--days" : "--budget",
      hint: "Drop one: the tokens, the model, the time or the fleet.",
    });
  }
}
