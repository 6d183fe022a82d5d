import type { Kind } from "./kinds.ts";
import {
  JOULES_PER_KWH,
  JOULES_PER_WH,
  PETAFLOP_DAY,
  SECONDS_PER_DAY,
  SECONDS_PER_HOUR,
  SECONDS_PER_YEAR,
} from "./quantity.ts";

/** A unit for figures: its scale in base units and how it is written. */
export interface ColumnUnit {
  readonly scale: number;
  /** After a number in running text; parseQuantity reads it back. */
  readonly suffix: string;
  /** In a column's heading; empty where the figures carry no unit. */
  readonly heading: string;
  /** Before a number: the dollar sign. */
  readonly prefix?: string;
}

export interface FormatOptions {
  /** Significant digits; 3 where absent. */
  readonly digits?: number;
  readonly unit?: ColumnUnit;
  /** The unit stands in the column's heading: write the number alone. */
  readonly bare?: boolean;
}

const u = (scale: number, suffix: string, heading = suffix.trim(), prefix?: string): ColumnUnit =>
  prefix === undefined ? { scale, suffix, heading } : { scale, suffix, heading, prefix };

/** Units of each kind, from small to large; a figure takes the largest in which it is at least 1. */
const LADDERS: Readonly<Record<Kind, readonly ColumnUnit[]>> = {
  count: [u(1, ""), u(1e6, "M"), u(1e9, "B"), u(1e12, "T")],
  integer: [u(1, "")],
  multiple: [u(1, "")],
  ratio: [u(0.01, "%")],
  work: [u(1, " FLOP")],
  rate: [
    u(1, " FLOP/s"),
    u(1e9, " GFLOP/s"),
    u(1e12, " TFLOP/s"),
    u(1e15, " PFLOP/s"),
    u(1e18, " EFLOP/s"),
    u(1e21, " ZFLOP/s"),
  ],
  bytes: [
    u(1, " B"),
    u(1e3, " kB"),
    u(1e6, " MB"),
    u(1e9, " GB"),
    u(1e12, " TB"),
    u(1e15, " PB"),
    u(1e18, " EB"),
  ],
  bandwidth: [u(1, " B/s"), u(1e6, " MB/s"), u(1e9, " GB/s"), u(1e12, " TB/s"), u(1e15, " PB/s")],
  duration: [
    u(1e-6, " us"),
    u(1e-3, " ms"),
    u(1, " s"),
    u(60, " min"),
    u(SECONDS_PER_HOUR, " h"),
    u(SECONDS_PER_DAY, " d", "days"),
    u(10 * SECONDS_PER_YEAR, " y", "years"),
  ],
  money: [
    u(1, "", "USD", "$"),
    u(1e3, "k", "USD k", "$"),
    u(1e6, "M", "USD M", "$"),
    u(1e9, "B", "USD B", "$"),
    u(1e12, "T", "USD T", "$"),
  ],
  moneyRate: [u(1 / SECONDS_PER_HOUR, "/h", "USD/h", "$")],
  energyPrice: [u(1 / JOULES_PER_KWH, "/kWh", "USD/kWh", "$")],
  power: [u(1, " W"), u(1e3, " kW"), u(1e6, " MW"), u(1e9, " GW"), u(1e12, " TW")],
  energy: [
    u(1e-3, " mJ"),
    u(1, " J"),
    u(JOULES_PER_WH, " Wh"),
    u(JOULES_PER_KWH, " kWh"),
    u(3.6e9, " MWh"),
    u(3.6e12, " GWh"),
    u(3.6e15, " TWh"),
  ],
  mass: [u(1e-6, " mg"), u(1e-3, " g"), u(1, " kg"), u(1e3, " t"), u(1e6, " kt"), u(1e9, " Mt")],
  volume: [u(1e-3, " mL"), u(1, " L"), u(1e3, " kL"), u(1e6, " ML")],
};
const DEFAULT_DIGITS = 3;
const GROUP_BELOW = 1e15;
/** Beyond this many of the largest letter a plain exponent reads better: 1e21, not 1,000,000,000T. */
const MOST_OF_A_LETTER = 1e6;
/** Unknown, and what is no number. */
const NOTHING = "-";

function rung(kind: Kind, size: number): ColumnUnit {
  const ladder = LADDERS[kind];
  let best = ladder[0]!;
  for (const unit of ladder) if (size >= unit.scale * (1 - 1e-12)) best = unit;
  if (isLetter(best) && size >= best.scale * MOST_OF_A_LETTER) return ladder[0]!;
  // years start at ten: 1,000 days are easier to picture than 2.7 years
  if (kind === "duration" && best.scale === 10 * SECONDS_PER_YEAR) return u(SECONDS_PER_YEAR, " y", "years");
  return best;
}

/** A multiplier glued to the number, not a unit after a space. */
const isLetter = ({ suffix }: ColumnUnit): boolean => /^[kMBT]/.test(suffix);

/** One unit for a whole column, from its largest entry. */
export function columnUnit(kind: Kind, values: readonly number[]): ColumnUnit {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  return rung(kind, largest);
}

/** A number for a person, readable by parseQuantity again within its printed digits. */
export function format(kind: Kind, value: number, options: FormatOptions = {}): string {
  if (!Number.isFinite(value)) return NOTHING;
  const digits = options.digits ?? DEFAULT_DIGITS;
  let unit = options.unit ?? rung(kind, Math.abs(value));
  let number = significant(value / unit.scale, digits, kind);
  if (options.unit === undefined && Number(number.replaceAll(",", "")) * unit.scale > Math.abs(value)) {
    // rounding may reach the next unit: 999.9 GB is 1 TB
    const next = rung(kind, Number(number.replaceAll(",", "")) * unit.scale);
    if (next.scale !== unit.scale) {
      unit = next;
      number = significant(value / unit.scale, digits, kind);
    }
  }
  if (options.bare === true && unit.heading !== "") return number;
  return `${unit.prefix ?? ""}${number}${unit.suffix}`;
}

/**
 * "30 to 50 d", readable as a range. The ends share the trailing unit where they are of one size; a letter is written twice,
 * since "$336 to $1,560M" would be misread.
 */
export function formatRange(kind: Kind, low: number, high: number, options: FormatOptions = {}): string {
  const second = options.unit ?? columnUnit(kind, [high]);
  const own = options.unit ?? columnUnit(kind, [low]);
  // a bare low end would be read with the high end's letter
  const first = isLetter(second) && !isLetter(own) ? second : own;
  const shared = first.suffix === second.suffix && !isLetter(first);
  const lowText = format(kind, low, { ...options, unit: shared ? { ...first, suffix: "" } : first });
  return `${lowText} to ${format(kind, high, { ...options, unit: second })}`;
}

/** "1 request in flight", "8 requests in flight": the first word of what is counted takes the s. */
export function counted(value: number, noun: string, kind: Kind = "count"): string {
  const number = format(kind, value);
  return `${number} ${number === "1" ? noun : noun.replace(/^\S+/, "$&s")}`;
}

/** PFLOP/s-days, as the field writes training compute. */
export function formatPetaflopDays(flop: number, digits = DEFAULT_DIGITS): string {
  return `${significant(flop / PETAFLOP_DAY, Math.max(digits, 5), "count")} PFLOP/s-days`;
}

/** Significant digits without exponent where that reads well; whole numbers below a million keep every digit. */
function significant(value: number, digits: number, kind: Kind): string {
  const size = Math.abs(value);
  if (size === 0) return "0";
  if ((kind === "count" || kind === "integer") && Number.isInteger(value) && size < 1e6)
    return grouped(String(value));
  if (kind === "work" || size >= GROUP_BELOW || size < 1e-4) return exponent(value, digits);
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
  const fixed =
    decimals > 0
      ? value.toFixed(Math.min(decimals, 20))
      : String(Math.round(Number(value.toPrecision(Math.max(digits, 1)))));
  const [whole = "", fraction] = fixed.split(".");
  const tail = fraction?.replace(/0+$/, "");
  return grouped(whole) + (tail === undefined || tail === "" ? "" : `.${tail}`);
}

function exponent(value: number, digits: number): string {
  if (Math.abs(value) < 1e4 && Math.abs(value) >= 1) return String(Number(value.toPrecision(digits)));
  const [mantissa = "", power = ""] = value.toExponential(digits - 1).split("e");
  return `${mantissa}e${power.replace("+", "")}`;
}

/** Digits in groups of three: `-12,345`. */
export function grouped(whole: string): string {
  const sign = whole.startsWith("-") ? "-" : "";
  const digits = sign === "" ? whole : whole.slice(1);
  return sign + (digits.length > 3 ? digits.replace(/\B(?=(\d{3})+(?!\d))/g, ",") : digits);
}
