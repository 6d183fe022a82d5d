import { machineDecides, type Pattern, type RunNumbers, solveNumbers } from "../../core/training/solve.ts";
import { noAnswer, refuse } from "../../units/problem.ts";
import type { Count, Flop, FlopPerSecond, Ratio, Seconds, Usd, UsdPerSecond } from "../../units/quantity.ts";

/** What the user fixed. Defaults never appear here: a default does not count as given. */
export interface Knowns {
  readonly params: Count | undefined;
  /** Active parameters of a mixture of experts; the same as `params` where absent. */
  readonly active: Count | undefined;
  readonly tokens: Count | undefined;
  readonly tokensPerParam: Ratio | undefined;
  /** FLOP for each active parameter and token. */
  readonly flopPerActive: Count;
  readonly chips: Count | undefined;
  readonly seconds: Seconds | undefined;
  readonly budget: Usd | undefined;
}

/** How fast and how dear the machine is. */
export interface Machine {
  /** Useful FLOP/s of one chip in a run; undefined without a chip. */
  readonly rateAt: ((run: Readonly<RunNumbers>, chips: Count | undefined) => FlopPerSecond) | undefined;
  /** Whether the rate depends on what is solved for. */
  readonly dependent: boolean;
  readonly usdPerChipSecond: UsdPerSecond | undefined;
}

/** Tokens where the user left them open and nothing else fixes them. */
export interface Fallback {
  readonly tokens: Count | undefined;
  readonly tokensPerParam: Ratio;
}

export type Variable = "params" | "tokens" | "chips" | "seconds" | "budget";

export interface Solution {
  readonly pattern: Pattern;
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

/** Rounds of the fixed point where the rate depends on what is solved for. */
const ROUNDS = 40;
const SETTLED = 1e-6;

/**
 * Solves a training run for whatever the user left open. Refuses what fixes too much or too little (exit 2), and what has no
 * answer (exit 1).
 */
export function solveRun(knowns: Knowns, machine: Machine, fallback: Fallback): Solution {
  const { pattern, tokensFrom } = patternOf(knowns, machine, fallback);
  const run = numbersOf(knowns, machine, fallback);
  if (machine.rateAt === undefined) solveNumbers(pattern, run);
  else if (!machine.dependent) {
    run.rate = machine.rateAt(run, undefined);
    solveNumbers(pattern, run);
  } else if (pattern.machine === "seconds") solveDependentChips(pattern, run, machine.rateAt);
  else settle(pattern, run, machine.rateAt);
  if (pattern.machine === "budget and seconds" && run.chips < 1) {
    noAnswer("E-BUDGET", "The budget does not pay for one accelerator over that time.", { flag: "--budget" });
  }
  return solutionOf(pattern, run, tokensFrom);
}

const hasChips = (pattern: Pattern): boolean => !["none", "rate", "budget"].includes(pattern.machine);

function solutionOf(pattern: Pattern, run: RunNumbers, tokensFrom: Solution["tokensFrom"]): Solution {
  const solved: Variable[] = [];
  if (pattern.params !== "given") solved.push("params");
  if (pattern.tokens === "from machine" || (machineDecides(pattern) && pattern.tokens === "by ratio"))
    solved.push("tokens");
  if (pattern.machine === "seconds" || pattern.machine === "budget and seconds") solved.push("chips");
  if (pattern.machine === "chips" || pattern.machine === "budget and chips") solved.push("seconds");
  const counted = hasChips(pattern);
  return {
    pattern,
    params: run.params,
    active: run.active,
    tokens: run.tokens,
    flop: run.flop,
    chipSeconds: pattern.machine === "none" ? undefined : run.chipSeconds,
    chips: counted ? run.chips : undefined,
    seconds: counted ? run.seconds : undefined,
    solved,
    tokensFrom,
  };
}

function numbersOf(knowns: Knowns, machine: Machine, fallback: Fallback): RunNumbers {
  const open = 1;
  const params = knowns.params ?? open;
  return {
    params,
    active: knowns.active ?? params,
    tokens: knowns.tokens ?? fallback.tokens ?? open,
    ratio: knowns.tokensPerParam ?? fallback.tokensPerParam,
    perActive: knowns.flopPerActive,
    chips: knowns.chips ?? open,
    seconds: knowns.seconds ?? open,
    budget: knowns.budget ?? open,
    rate: open,
    price: machine.usdPerChipSecond ?? open,
    flop: open,
    chipSeconds: open,
  };
}

/** A rate that depends on the model or the fleet: guess, solve, ask again, until it holds still. */
function settle(pattern: Pattern, run: RunNumbers, rateAt: NonNullable<Machine["rateAt"]>): void {
  const chips = () => (hasChips(pattern) ? run.chips : undefined);
  if (pattern.params === "from machine") Object.assign(run, { params: 1e9, active: 1e9 });
  if (pattern.tokens === "from machine") run.tokens = 20 * run.active;
  for (let round = 0; round < ROUNDS; round++) {
    const rate = rateAt(run, chips());
    const still = Math.abs(rate / run.rate - 1) < SETTLED;
    run.rate = rate;
    solveNumbers(pattern, run);
    if (still) return;
  }
}

/** Fleets beyond this finish nothing sooner. */
const MOST_CHIPS = 2 ** 32;
/** Step by which a fleet that is just too small grows. */
const GROWTH = 1.03;
/** Chips of a server: large fleets come in these. */
const SERVER = 8;

/**
 * The fewest chips in time, where their number changes the rate: a fixed point in whole servers, then one chip fewer at a time
 * until one fewer is late.
 */
function solveDependentChips(
  pattern: Pattern,
  run: RunNumbers,
  rateAt: NonNullable<Machine["rateAt"]>,
): void {
  const deadline = run.seconds;
  const fixed: Pattern = { ...pattern, machine: "chips" };
  const at = (chips: number): boolean => {
    run.chips = chips;
    run.rate = rateAt(run, chips);
    if (run.rate === 0) return false;
    solveNumbers(fixed, run);
    return run.seconds <= deadline;
  };
  let chips = SERVER;
  for (let round = 0; round < ROUNDS; round++) {
    if (chips > MOST_CHIPS)
      noAnswer(
        "E-TIME",
        "No number of accelerators finishes in that time: the larger the fleet, the more of it failures and idling take.",
        { flag: "--days" },
      );
    at(chips);
    const need = run.rate === 0 ? 2 * chips : Math.ceil(run.chipSeconds / deadline / SERVER) * SERVER;
    if (need === chips) break;
    chips = Math.max(need, SERVER);
  }
  for (let round = 0; !at(chips); round++) {
    if (round > ROUNDS)
      noAnswer(
        "E-TIME",
        "No number of accelerators finishes in that time: the larger the fleet, the more of it failures and idling take.",
        { flag: "--days" },
      );
    chips = Math.ceil((chips * GROWTH) / SERVER) * SERVER;
  }
  let step = SERVER;
  let late = Math.max(0, chips - step);
  while (late > 0 && at(late)) {
    chips = late;
    step *= 2;
    late = Math.max(0, chips - step);
  }
  while (chips - late > 1) {
    const middle = late + Math.floor((chips - late) / 2);
    if (at(middle)) chips = middle;
    else late = middle;
  }
  at(chips);
}

function patternOf(
  knowns: Knowns,
  machine: Machine,
  fallback: Fallback,
): { pattern: Pattern; tokensFrom: Solution["tokensFrom"] } {
  refuseOverdetermined(knowns, machine);
  const side = machineSide(knowns, machine);
  const decides = side === "chips and seconds" || side.startsWith("budget");
  const { params, tokens, tokensPerParam } = knowns;
  if (decides) {
    const pattern: Pattern = {
      params: params === undefined ? "from machine" : "given",
      tokens: tokens !== undefined ? "given" : params !== undefined ? "from machine" : "by ratio",
      machine: side,
    };
    const tokensFrom =
      tokens !== undefined
        ? "given"
        : params !== undefined
          ? "solved"
          : tokensPerParam !== undefined
            ? "ratio"
            : "fallback ratio";
    return { pattern, tokensFrom };
  }
  if (params === undefined && (tokens === undefined || tokensPerParam === undefined)) {
    return refuse(
      "E-UNDER",
      "The run is not fixed: the size of the model is open and nothing determines it.",
      {
        flag: "--params",
        hint: "Give --params or --model; or a machine and a time, e.g. --gpu h100 --gpus 1000 --days 30.",
      },
    );
  }
  const tokensFrom =
    tokens !== undefined
      ? "given"
      : tokensPerParam !== undefined
        ? "ratio"
        : fallback.tokens !== undefined
          ? "fallback tokens"
          : "fallback ratio";
  return {
    pattern: {
      params: params === undefined ? "from tokens" : "given",
      tokens: tokensFrom === "given" || tokensFrom === "fallback tokens" ? "given" : "by ratio",
      machine: side,
    },
    tokensFrom,
  };
}

function machineSide({ chips, seconds, budget }: Knowns, machine: Machine): Pattern["machine"] {
  if (machine.rateAt === undefined) return "none";
  if (budget === undefined) {
    if (chips !== undefined) return seconds === undefined ? "chips" : "chips and seconds";
    return seconds === undefined ? "rate" : "seconds";
  }
  if (machine.usdPerChipSecond === undefined) {
    return noAnswer("E-PRICE", "There is no price for this chip, so a budget buys no known time.", {
      flag: "--budget",
      hint: "Give one: --price 2/h.",
    });
  }
  if (chips !== undefined) return "budget and chips";
  return seconds === undefined ? "budget" : "budget and seconds";
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
