import type { Pattern, RunNumbers } from "../../core/training/solve.ts";
import { noAnswer, refuse } from "../../units/problem.ts";
import type { Count, FlopPerSecond, Ratio, Seconds, Usd, UsdPerSecond } from "../../units/quantity.ts";

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

/** How tokens are set. */
export type TokensFrom = "given" | "ratio" | "fallback tokens" | "fallback ratio" | "solved";

/** Which quantities fix the run, and which way its equations are solved; refuses what fixes too much or too little. */
export function patternOf(
  knowns: Knowns,
  machine: Machine,
  fallback: Fallback,
): { pattern: Pattern; tokensFrom: TokensFrom } {
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
