import type { Count, Flop, FlopPerSecond, Ratio, Seconds, Usd, UsdPerSecond } from "../../units/quantity.ts";
import { chipSeconds, paramsForFlop } from "./run.ts";

/** Which quantities of a run are fixed, and so which way the equations are solved. */
export interface Pattern {
  /** What fixes the size of the model: itself, its tokens at a ratio, or what the machine can do. */
  readonly params: "given" | "from tokens" | "from machine";
  readonly tokens: "given" | "by ratio" | "from machine";
  /** What is said of the machine. `none`: nothing; `rate`: which chip it is, and no number. */
  readonly machine:
    | "none"
    | "rate"
    | "chips"
    | "seconds"
    | "chips and seconds"
    | "budget"
    | "budget and chips"
    | "budget and seconds";
}

/** The quantities of one run; what is open is filled in. One record serves a million samples. */
export interface RunNumbers {
  params: Count;
  active: Count;
  tokens: Count;
  /** Tokens per parameter. */
  ratio: Ratio;
  /** FLOP for each active parameter and token: 6, or 4 where the weights are frozen. */
  perActive: Count;
  chips: Count;
  seconds: Seconds;
  budget: Usd;
  /** Useful FLOP/s of one chip. */
  rate: FlopPerSecond;
  price: UsdPerSecond;
  flop: Flop;
  chipSeconds: Seconds;
}

/** Whether the machine side alone fixes the chip-time. */
export const machineDecides = (pattern: Pattern): boolean =>
  pattern.machine === "chips and seconds" || pattern.machine.startsWith("budget");

/** Solves C = 6 N D (4 N D of frozen weights), chip-time = C / rate, chips x time = chip-time, money = chip-time x price for what the pattern leaves open. */
export function solveNumbers(pattern: Pattern, run: RunNumbers): void {
  if (machineDecides(pattern)) {
    solveMachine(pattern, run);
    run.flop = run.chipSeconds * run.rate;
    solveModel(pattern, run);
    return;
  }
  if (pattern.params === "from tokens") {
    run.params = run.tokens / run.ratio;
    run.active = run.params;
  }
  if (pattern.tokens === "by ratio") run.tokens = run.ratio * run.params;
  run.flop = run.perActive * run.active * run.tokens;
  if (pattern.machine === "none") return;
  run.chipSeconds = chipSeconds(run.flop, run.rate);
  if (pattern.machine === "seconds") run.chips = fewestWhole(run.chipSeconds, run.seconds);
  if (pattern.machine !== "rate") run.seconds = run.chipSeconds / run.chips;
}

function solveMachine(pattern: Pattern, run: RunNumbers): void {
  if (pattern.machine === "chips and seconds") {
    run.chipSeconds = run.chips * run.seconds;
    return;
  }
  run.chipSeconds = run.budget / run.price;
  if (pattern.machine === "budget and chips") run.seconds = run.chipSeconds / run.chips;
  if (pattern.machine === "budget and seconds") {
    run.chips = Math.floor(run.chipSeconds / run.seconds);
    run.chipSeconds = run.chips * run.seconds;
  }
}

function solveModel(pattern: Pattern, run: RunNumbers): void {
  if (pattern.params === "given") {
    run.tokens = run.flop / (run.perActive * run.active);
    return;
  }
  run.params =
    pattern.tokens === "given"
      ? run.flop / (run.perActive * run.tokens)
      : paramsForFlop(run.flop, run.ratio, run.perActive);
  run.active = run.params;
  if (pattern.tokens !== "given") run.tokens = run.params * run.ratio;
}

/** The fewest whole chips that give this chip-time within a time; a deadline met exactly is met. */
function fewestWhole(total: Seconds, seconds: Seconds): Count {
  let chips = Math.max(1, Math.ceil(total / seconds));
  if (chips > 1 && total / (chips - 1) <= seconds) chips -= 1;
  if (total / chips > seconds) chips += 1;
  return chips;
}
