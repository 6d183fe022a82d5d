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

interface KindInfo {
  /** What a sentence calls one value, with its article. */
  readonly name: string;
  /** What was wanted, with examples. */
  readonly wants: string;
  /** Text of a unit (exact case) -> base units. The empty text is a bare number. */
  readonly units: Readonly<Record<string, number>>;
}

const SI: Readonly<Record<string, number>> = {
  "": 1,
  k: 1e3,
  K: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Z: 1e21,
  Y: 1e24,
  R: 1e27,
  Q: 1e30,
};
const BINARY: Readonly<Record<string, number>> = {
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};
const DAY = 86_400;
const YEAR = 365.25 * DAY;
const KWH = 3.6e6;

/** Every prefix before each spelling of a unit. */
function prefixed(
  prefixes: Readonly<Record<string, number>>,
  spellings: readonly string[],
  scale = 1,
): Record<string, number> {
  const units: Record<string, number> = {};
  for (const [prefix, factor] of Object.entries(prefixes)) {
    for (const spelling of spellings) units[prefix + spelling] = factor * scale;
  }
  return units;
}

const COUNTS = { "": 1, k: 1e3, K: 1e3, M: 1e6, B: 1e9, G: 1e9, bn: 1e9, T: 1e12, P: 1e15, Q: 1e15, E: 1e18 };
const BYTES = {
  ...prefixed({ ...SI, ...BINARY }, ["B"]),
  ...prefixed({ ...SI, ...BINARY }, ["b", "bit"], 1 / 8),
};
const BARE_BYTES = { ...SI, ...BINARY };
const PER_SECOND = ["/s", "/sec", "/second", "ps"];

function perSecond(units: Readonly<Record<string, number>>): Record<string, number> {
  const out: Record<string, number> = {};
  for (const [unit, scale] of Object.entries(units))
    for (const suffix of PER_SECOND) out[unit + suffix] = scale;
  return out;
}

const MONEY = { "": 1, k: 1e3, K: 1e3, M: 1e6, B: 1e9, bn: 1e9, T: 1e12 };
/** Dollars are written before the number ($), after it (USD), or not at all. */
function dollars(scale: Readonly<Record<string, number>>): Record<string, number> {
  return {
    ...scale,
    ...Object.fromEntries(Object.entries(scale).map(([unit, factor]) => [`${unit}USD`, factor])),
  };
}

function over(
  units: Readonly<Record<string, number>>,
  suffixes: Readonly<Record<string, number>>,
): Record<string, number> {
  const out: Record<string, number> = {};
  for (const [unit, scale] of Object.entries(units)) {
    for (const [suffix, divisor] of Object.entries(suffixes)) out[unit + suffix] = scale / divisor;
  }
  return out;
}

const FLOP = ["FLOP", "FLOPs", "flop", "Flop"];
const DURATIONS = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  ms: 1e-3,
  s: 1,
  sec: 1,
  min: 60,
  h: 3600,
  hr: 3600,
  hour: 3600,
  hours: 3600,
  d: DAY,
  day: DAY,
  days: DAY,
  w: 7 * DAY,
  week: 7 * DAY,
  weeks: 7 * DAY,
  mo: YEAR / 12,
  month: YEAR / 12,
  months: YEAR / 12,
  y: YEAR,
  yr: YEAR,
  year: YEAR,
  years: YEAR,
};

export const KINDS: Readonly<Record<Kind, KindInfo>> = {
  count: {
    name: "a count",
    wants: "Use digits with k, M, B, T or an exponent, e.g. 1.5T or 1.5e12.",
    units: COUNTS,
  },
  integer: { name: "a whole number", wants: "Use digits, e.g. 8.", units: COUNTS },
  multiple: { name: "a number", wants: "Use digits, e.g. 1.2.", units: { "": 1, x: 1 } },
  ratio: {
    name: "a share",
    wants: "Use a number or a percentage, e.g. 0.4 or 40%.",
    units: { "": 1, "%": 0.01 },
  },
  work: {
    name: "an amount of work",
    wants: "Use FLOP with an exponent or prefix, or PFLOP/s-days, e.g. 2.7e26 or 100PFLOP/s-day.",
    units: {
      ...SI,
      ...prefixed(SI, FLOP),
      ...prefixed(SI, ["FLOP/s-day", "FLOP/s-days", "FLOPS-day", "FLOPS-days", "F/s-day", "F/s-days"], DAY),
      ...prefixed(SI, ["FLOP/s-year", "FLOP/s-years", "FLOPS-year", "FLOPS-years"], YEAR),
    },
  },
  rate: {
    name: "a rate of work",
    wants: "Use FLOP/s with a prefix, e.g. 312TFLOP/s.",
    units: { ...SI, ...prefixed(SI, ["FLOP/s", "FLOPs/s", "FLOPS", "FLOPs", "flop/s", "flops", "Flop/s"]) },
  },
  bytes: {
    name: "an amount of memory",
    wants: "Use bytes, e.g. 80GB (10^9) or 80GiB (2^30).",
    units: { ...BARE_BYTES, ...BYTES },
  },
  bandwidth: {
    name: "a bandwidth",
    wants: "Use bytes or bits a second, e.g. 3.35TB/s or 400Gb/s.",
    units: { ...BARE_BYTES, ...perSecond(BYTES) },
  },
  duration: {
    name: "a duration",
    wants: "Use a number with s, min, h, d, w, mo or y, e.g. 90d, 36h, 1d12h.",
    units: { "": 1, ...DURATIONS },
  },
  money: { name: "an amount of money", wants: "Use dollars, e.g. 420M or 1.5e6.", units: dollars(MONEY) },
  moneyRate: {
    name: "a price per hour",
    wants: "Use dollars an hour, e.g. 2/h.",
    units: over(dollars(MONEY), {
      "": 3600,
      "/h": 3600,
      "/hr": 3600,
      "/hour": 3600,
      "/s": 1,
      "/d": DAY,
      "/day": DAY,
      "/y": YEAR,
      "/year": YEAR,
    }),
  },
  energyPrice: {
    name: "a price of electricity",
    wants: "Use dollars a kWh, e.g. 0.08/kWh.",
    units: over(dollars(MONEY), { "": KWH, "/kWh": KWH, "/MWh": 1e3 * KWH, "/J": 1 }),
  },
  power: {
    name: "a power",
    wants: "Use watts, e.g. 700W or 25MW.",
    units: { ...SI, ...prefixed({ ...SI, m: 1e-3 }, ["W"]) },
  },
  energy: {
    name: "an amount of energy",
    wants: "Use watt-hours or joules, e.g. 1.2GWh or 3.6MJ.",
    units: { ...prefixed({ ...SI, m: 1e-3 }, ["Wh"], 3600), ...prefixed({ ...SI, m: 1e-3 }, ["J"]), "": 1 },
  },
  mass: {
    name: "a mass",
    wants: "Use kg or t, e.g. 420t.",
    units: { "": 1, mg: 1e-6, g: 1e-3, kg: 1, t: 1e3, kt: 1e6, Mt: 1e9 },
  },
  volume: {
    name: "a volume",
    wants: "Use litres, e.g. 1.2ML.",
    units: { "": 1, ...prefixed({ ...SI, m: 1e-3 }, ["L", "l"]) },
  },
};
