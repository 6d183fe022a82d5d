import { JOULES_PER_KWH, SECONDS_PER_DAY, SECONDS_PER_YEAR } from "./quantity.ts";
/** Kinds of value. The kind of a flag decides how its text is read; every kind has one base unit. */
export type Kind =
  | "count"
  | "integer"
  | "multiple"
  | "ratio"
  | "work"
  | "rate"
  | "bytes"
  | "bandwidth"
  | "duration"
  | "money"
  | "moneyRate"
  | "energyPrice"
  | "power"
  | "energy"
  | "mass"
  | "volume";

/** Powers of ten by prefix. */
type Prefixes = Readonly<Record<string, number>>;

/** Spellings of one unit, in exact case, and the prefixes it takes. */
export interface Unit {
  readonly spellings: readonly string[];
  /** One is scale x 10^power base units: the power is applied to the digits as text, so that 35% is 0.35 and no more. */
  readonly scale: number;
  readonly power?: number;
  readonly prefixes: Prefixes;
  /** Ki, Mi, Gi, ... as well: powers of 1024. */
  readonly binary?: true;
}

export interface KindInfo {
  /** What a sentence calls one value, with its article. */
  readonly name: string;
  /** What was wanted, with examples. */
  readonly wants: string;
  /** What may follow a number with no unit: letters that multiply, and base units in 1. */
  readonly bare: { readonly scale: number; readonly letters?: Prefixes; readonly binary?: true };
  readonly units: readonly Unit[];
  /** Dollars may be written as $ before the number or USD after it. */
  readonly dollars?: true;
}

const LARGE: Prefixes = { k: 3, K: 3, M: 6, G: 9, T: 12, P: 15, E: 18, Z: 21, Y: 24, R: 27, Q: 30 };
const WORDS: Prefixes = { kilo: 3, mega: 6, giga: 9, tera: 12, peta: 15, exa: 18, zetta: 21, yotta: 24 };
const SI: Prefixes = { ...LARGE, ...WORDS };
const SMALL_SI: Prefixes = { m: -3, ...LARGE };
/** k M B T of counts and money; G reads as B. */
const SHORT: Prefixes = { k: 3, K: 3, M: 6, B: 9, T: 12, thousand: 3, million: 6, billion: 9, trillion: 12 };
const COUNT: Prefixes = { ...LARGE, ...SHORT };
const MONEY: Prefixes = { ...SHORT, bn: 9 };

const unit = (scale: number, spellings: string, prefixes: Prefixes = {}): Unit => ({
  scale,
  spellings: spellings.split(" "),
  prefixes,
});
const power = (ten: number, spellings: string, prefixes: Prefixes = {}): Unit => ({
  scale: 1,
  power: ten,
  spellings: spellings.split(" "),
  prefixes,
});

/** Bytes take both families of prefixes; bits need their own name, for which a lower-case b will do. */
const dataUnits = (per: readonly string[]): readonly Unit[] =>
  [
    { scale: 1, names: ["B", "byte", "bytes"] },
    { scale: 1 / 8, names: ["b", "bit", "bits"] },
  ].map(({ scale, names }) => ({
    scale,
    spellings: names.flatMap((name) => per.map((end) => name + end)),
    prefixes: SI,
    binary: true as const,
  }));

const PRICE_PER_TIME: readonly Unit[] = [
  unit(1 / 3600, "/h /hr /hour /GPUh /GPU-h /GPU-hour /gpu-hour", MONEY),
  unit(1, "/s", MONEY),
  unit(1 / SECONDS_PER_DAY, "/d /day", MONEY),
  unit(12 / SECONDS_PER_YEAR, "/mo /month", MONEY),
  unit(1 / SECONDS_PER_YEAR, "/y /yr /year", MONEY),
];

export const KINDS: Readonly<Record<Kind, KindInfo>> = {
  count: {
    name: "a count",
    wants: "Use digits with k, M, B, T or an exponent, e.g. 1.5T or 1.5e12.",
    bare: { scale: 1, letters: COUNT },
    units: [],
  },
  integer: {
    name: "a whole number",
    wants: "Use digits, e.g. 8.",
    bare: { scale: 1, letters: COUNT },
    units: [],
  },
  multiple: { name: "a number", wants: "Use digits, e.g. 1.2.", bare: { scale: 1 }, units: [unit(1, "x")] },
  ratio: {
    name: "a share",
    wants: "Use a number or a percentage, e.g. 0.4 or 40%.",
    bare: { scale: 1 },
    units: [power(-2, "%")],
  },
  work: {
    name: "an amount of work",
    wants: "Use FLOP with an exponent or prefix, or PFLOP/s-days, e.g. 2.7e26 or 100PFLOP/s-day.",
    bare: { scale: 1, letters: LARGE },
    units: [
      unit(1, "FLOP FLOPs flop flops Flop Flops", SI),
      unit(
        SECONDS_PER_DAY,
        "FLOP/s-day FLOP/s-days FLOPS-day FLOPS-days flop/s-day flop/s-days F/s-day F/s-days F-day F-days Fd",
        SI,
      ),
      unit(SECONDS_PER_YEAR, "FLOP/s-year FLOP/s-years FLOPS-year FLOPS-years flop/s-year flop/s-years", SI),
    ],
  },
  rate: {
    name: "a rate of work",
    wants: "Use FLOP/s with a prefix, e.g. 312TFLOP/s.",
    bare: { scale: 1, letters: LARGE },
    units: [unit(1, "FLOP/s FLOPs/s FLOPS FLOPs flop/s flops/s flops Flop/s Flops", SI)],
  },
  bytes: {
    name: "an amount of memory",
    wants: "Use bytes, e.g. 80GB (10^9) or 80GiB (2^30).",
    bare: { scale: 1, letters: LARGE, binary: true },
    units: dataUnits([""]),
  },
  bandwidth: {
    name: "a bandwidth",
    wants: "Use bytes or bits a second, e.g. 3.35TB/s or 400Gb/s.",
    bare: { scale: 1, letters: LARGE },
    units: dataUnits(["/s", "ps"]),
  },
  duration: {
    name: "a duration",
    wants: "Use a number with ms, s, min, h, d, w, mo or y, e.g. 500ms, 36h, 1d12h.",
    bare: { scale: 1 },
    units: [
      unit(1, "s sec second seconds"),
      power(-3, "ms"),
      power(-6, "us µs μs"),
      power(-9, "ns"),
      unit(60, "min mins minute minutes"),
      unit(3600, "h hr hrs hour hours"),
      unit(SECONDS_PER_DAY, "d day days"),
      unit(7 * SECONDS_PER_DAY, "w week weeks"),
      unit(SECONDS_PER_YEAR / 12, "mo month months"),
      unit(SECONDS_PER_YEAR, "y yr year years"),
    ],
  },
  money: {
    name: "an amount of money",
    wants: "Use dollars, e.g. 420M or 1.5e6.",
    bare: { scale: 1, letters: MONEY },
    units: [],
    dollars: true,
  },
  moneyRate: {
    name: "a price per hour",
    wants: "Use dollars an hour, e.g. 2/h.",
    bare: { scale: 1 / 3600, letters: MONEY },
    units: PRICE_PER_TIME,
    dollars: true,
  },
  energyPrice: {
    name: "a price of electricity",
    wants: "Use dollars a kWh, e.g. 0.08/kWh.",
    bare: { scale: 1 / JOULES_PER_KWH, letters: MONEY },
    units: [
      unit(1 / JOULES_PER_KWH, "/kWh", MONEY),
      unit(1 / (1e3 * JOULES_PER_KWH), "/MWh", MONEY),
      unit(1, "/J", MONEY),
    ],
    dollars: true,
  },
  power: {
    name: "a power",
    wants: "Use watts, e.g. 700W or 25MW.",
    bare: { scale: 1, letters: LARGE },
    units: [unit(1, "W", SMALL_SI)],
  },
  energy: {
    name: "an amount of energy",
    wants: "Use watt-hours or joules, e.g. 1.2GWh or 3.6MJ.",
    bare: { scale: 1 },
    units: [unit(3600, "Wh", SMALL_SI), unit(1, "J", SMALL_SI)],
  },
  mass: {
    name: "a mass",
    wants: "Use kg or t, e.g. 420t.",
    bare: { scale: 1 },
    units: [power(-3, "g", { m: -3, k: 3 }), unit(1e3, "t", { k: 3, M: 6, G: 9 })],
  },
  volume: {
    name: "a volume",
    wants: "Use litres, e.g. 1.2ML.",
    bare: { scale: 1 },
    units: [unit(1, "L l", SMALL_SI)],
  },
};
