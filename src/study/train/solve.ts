import { machineDecides, type Pattern, type RunNumbers, solveNumbers } from "../../core/training/solve.ts";
import { noAnswer } from "../../units/problem.ts";
import type { Count, Flop, Seconds } from "../../units/quantity.ts";
import { type Fallback, type Knowns, type Machine, patternOf, type TokensFrom } from "./pattern.ts";

/** A quantity that was open and is solved for. */
type Variable = "params" | "tokens" | "chips" | "seconds" | "budget";

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
  readonly tokensFrom: TokensFrom;
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

function solutionOf(pattern: Pattern, run: RunNumbers, tokensFrom: TokensFrom): Solution {
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
  const inTime = (chips: number): boolean => {
    run.chips = chips;
    run.rate = rateAt(run, chips);
    if (run.rate === 0) return false;
    solveNumbers(fixed, run);
    return run.seconds <= deadline;
  };
  inTime(fewestFrom(enoughChips(run, deadline, inTime), inTime));
}

/** Whole servers in time: as many as the work asks for at the rate of so many, then more while they are late. */
function enoughChips(run: RunNumbers, deadline: Seconds, inTime: (chips: Count) => boolean): Count {
  let chips = SERVER;
  for (let round = 0; round < ROUNDS; round++) {
    if (chips > MOST_CHIPS) refuseTime();
    inTime(chips);
    const need = run.rate === 0 ? 2 * chips : Math.ceil(run.chipSeconds / deadline / SERVER) * SERVER;
    if (need === chips) break;
    chips = Math.max(need, SERVER);
  }
  for (let round = 0; !inTime(chips); round++) {
    if (round > ROUNDS) refuseTime();
    chips = Math.ceil((chips * GROWTH) / SERVER) * SERVER;
  }
  return chips;
}

/** The fewest chips in time, from a number of them that is: steps down that double, then halves between late and in time. */
function fewestFrom(enough: Count, inTime: (chips: Count) => boolean): Count {
  let chips = enough;
  let step = SERVER;
  let late = Math.max(0, chips - step);
  while (late > 0 && inTime(late)) {
    chips = late;
    step *= 2;
    late = Math.max(0, chips - step);
  }
  while (chips - late > 1) {
    const middle = late + Math.floor((chips - late) / 2);
    if (inTime(middle)) chips = middle;
    else late = middle;
  }
  return chips;
}

function refuseTime(): never {
  return noAnswer(
    "E-TIME",
    "No number of accelerators finishes in that time: the larger the fleet, the more of it failures and idling take.",
    { flag: "--days" },
  );
}
