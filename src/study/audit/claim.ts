import { parseNumber } from "../../units/index.ts";
import { refuse } from "../../units/problem.ts";
import { SECONDS_PER_DAY, SECONDS_PER_HOUR } from "../../units/quantity.ts";
import { type Claim, roundingOf } from "./audit.ts";
import type { ClaimKind } from "./setting.ts";

/** A claim as read, with what its writing already says about it. */
export interface ReadClaim extends Claim {
  readonly text: string;
  /** The figure is written as a speed, but can only be an amount. */
  readonly rateForWork: boolean;
}

const NUMBER = /^\$?\s*[\d.,_]+(?:e[+-]?\d+)?/i;

/** Chips by any name, and chip-time: "30,000 GPUs", "2.788M H800 GPU-hours". */
const COUNTED = String.raw`([\d.,_]+(?:e[+-]?\d+)?\s*[kMBT]?)\s+(?:[\w-]+\s+)*?(?:gpu|chip|accelerator)`;
const CHIP_TIME = new RegExp(`^${COUNTED}s?[- ](hour|h|day|d)s?$`, "i");
const CHIPS = new RegExp(`^${COUNTED}s?$`, "i");

/** `31271 PFLOP/s-day`, `30,000 GPUs`, `2.788M GPU-hours`, `$7.5M`, `0.3 Wh`, `54 days`. */
export function readClaim(text: string): ReadClaim {
  const trimmed = text.trim();
  const time = CHIP_TIME.exec(trimmed);
  if (time !== null) {
    const scale = time[2]!.toLowerCase().startsWith("h") ? SECONDS_PER_HOUR : SECONDS_PER_DAY;
    return claimOf(text, "gpu-hours", counted(text, time[1]!) * scale);
  }
  const chips = CHIPS.exec(trimmed);
  if (chips !== null) return claimOf(text, "gpu-count", counted(text, chips[1]!));
  if (/\$|usd/i.test(trimmed)) return claimOf(text, "cost", amount("money", trimmed) ?? unread(text));
  const work = amount("work", trimmed);
  if (work !== undefined && /flop/i.test(trimmed)) return claimOf(text, "training-compute", work);
  const rate = amount("rate", trimmed);
  if (rate !== undefined && /flop/i.test(trimmed))
    return { ...claimOf(text, "training-compute", rate), rateForWork: true };
  // a bare number says nothing of what it counts
  const named = /[a-z]$/i.test(trimmed);
  const energy = named ? amount("energy", trimmed) : undefined;
  if (energy !== undefined) return claimOf(text, "energy-per-query", energy);
  const days = named ? amount("duration", trimmed) : undefined;
  if (days !== undefined) return claimOf(text, "days", days);
  return unread(text);
}

function claimOf(text: string, kind: ClaimKind, value: number): ReadClaim {
  return { text, kind, value, rounding: roundingOf(NUMBER.exec(text.trim())?.[0] ?? ""), rateForWork: false };
}

function amount(kind: "work" | "rate" | "money" | "energy" | "duration", text: string): number | undefined {
  const parsed = parseNumber(kind, text);
  return parsed.ok && parsed.value > 0 ? parsed.value : undefined;
}

function counted(text: string, digits: string): number {
  const parsed = parseNumber("count", digits.replace(/\s+(?=[kMBT]?$)/, ""));
  return parsed.ok && parsed.value > 0 ? parsed.value : unread(text);
}

function unread(text: string): never {
  return refuse("E-CLAIM", `"${text}" is not a claim that can be audited.`, {
    hint: "Write an amount with its unit: 31271 PFLOP/s-day, 30000 GPUs, 2.788M GPU-hours, '$5.6M' (in single quotes, or a shell takes the $), 0.3 Wh, 54 days.",
  });
}
