import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  columnUnit,
  format,
  formatRange,
  type Kind,
  parseAxis,
  parseFleet,
  parseNumber,
  parseQuantity,
} from "../../src/units/index.ts";

const DAY = 86_400;
const read: readonly (readonly [kind: Kind, text: string, value: number])[] = [
  ["count", "1500000000000", 1.5e12],
  ["count", "1_500_000", 1.5e6],
  ["count", "1,500,000", 1.5e6],
  ["count", "1.5e12", 1.5e12],
  ["count", "1.5T", 1.5e12],
  ["count", "70B", 70e9],
  ["count", "70G", 70e9],
  ["count", "350M", 350e6],
  ["count", "8k", 8000],
  ["count", "8K", 8000],
  ["rate", "312TFLOP/s", 312e12],
  ["rate", "312 TFLOPS", 312e12],
  ["rate", "312T", 312e12],
  ["rate", "5", 5],
  ["work", "2.7e26", 2.7e26],
  ["work", "3.8e25FLOP", 3.8e25],
  ["work", "1e24 FLOP", 1e24],
  ["work", "100 PFLOP/s-day", 100 * 1e15 * DAY],
  ["work", "1 PFLOP/s-year", 1e15 * 365.25 * DAY],
  ["bytes", "80GB", 80e9],
  ["bytes", "80GiB", 80 * 2 ** 30],
  ["bytes", "192G", 192e9],
  ["bytes", "8Gb", 1e9],
  ["bytes", "8Gbit", 1e9],
  ["bandwidth", "3.35TB/s", 3.35e12],
  ["bandwidth", "400Gb/s", 50e9],
  ["bandwidth", "900GB/s", 900e9],
  ["duration", "90d", 90 * DAY],
  ["duration", "36h", 36 * 3600],
  ["duration", "1d12h", 1.5 * DAY],
  ["duration", "2w", 14 * DAY],
  ["duration", "3mo", 3 * 30.4375 * DAY],
  ["duration", "1y", 365.25 * DAY],
  ["duration", "500ms", 0.5],
  ["duration", "1h30m", 5400],
  ["money", "$420M", 420e6],
  ["money", "420M", 420e6],
  ["moneyRate", "2/h", 2 / 3600],
  ["moneyRate", "2USD/h", 2 / 3600],
  ["energyPrice", "$0.08/kWh", 0.08 / 3.6e6],
  ["power", "700W", 700],
  ["power", "25MW", 25e6],
  ["energy", "1.2GWh", 1.2e9 * 3600],
  ["energy", "3.6MJ", 3.6e6],
  ["ratio", "0.4", 0.4],
  ["ratio", "40%", 0.4],
];

describe("values as the field writes them", () => {
  it.each(read)("%s %j is %d in base units", (kind, text, value) => {
    const parsed = parseNumber(kind, text);
    expect(parsed.ok && parsed.value / value).toBeCloseTo(1, 12);
  });

  const refused: readonly (readonly [kind: Kind, text: string, code: string, says: RegExp])[] = [
    ["count", "1.5X", "E-VALUE", /is not a count/],
    ["count", "5m", "E-UNIT", /milli.*million/],
    ["count", "1.5b", "E-UNIT", /is not a count/],
    ["count", "", "E-VALUE", /is empty/],
    ["count", "NaN", "E-VALUE", /is not a count/],
    ["count", "Infinity", "E-VALUE", /is not a count/],
    ["count", "1e999", "E-VALUE", /too large/],
    ["count", "-3", "E-BOUNDS", /negative/],
    ["count", "90d", "E-DIMENSION", /is a duration, and a count is wanted/],
    ["duration", "80GB", "E-DIMENSION", /is an amount of memory, and a duration is wanted/],
    ["duration", "5m", "E-UNIT", /minutes or months/],
    ["count", "1..2..3", "E-VALUE", /is not a count/],
    ["moneyRate", "/h", "E-VALUE", /the shell took/],
    ["count", "1.5M0", "E-VALUE", /is not a count/],
  ];
  it.each(refused)("%s %j is refused", (kind, text, code, says) => {
    const parsed = parseQuantity(kind, text);
    expect(parsed.ok).toBe(false);
    expect(!parsed.ok && parsed.problem.code).toBe(code);
    expect(!parsed.ok && parsed.problem.message).toMatch(says);
  });

  it("warns where a network value looks eight times off", () => {
    const parsed = parseNumber("bandwidth", "400TB/s");
    expect(parsed.ok && parsed.warnings).toHaveLength(1);
  });
});

describe("ranges are 90 % intervals", () => {
  const ranges: readonly (readonly [Kind, string, number, number])[] = [
    ["ratio", "0.3..0.5", 0.3, 0.5],
    ["ratio", "0.3 to 0.5", 0.3, 0.5],
    ["ratio", "0.4±0.05", 0.35, 0.45],
    ["ratio", "0.4±10%", 0.36, 0.44],
    ["count", "1T to 2T", 1e12, 2e12],
    ["rate", "300..500TFLOP/s", 300e12, 500e12],
    ["duration", "1..2w", 7 * DAY, 14 * DAY],
  ];
  it.each(ranges)("%s %j", (kind, text, low, high) => {
    const parsed = parseQuantity(kind, text);
    const value = parsed.ok ? parsed.value : undefined;
    expect(typeof value === "object" && value.low).toBeCloseTo(low, 9);
    expect(typeof value === "object" && value.high).toBeCloseTo(high, 9);
  });
  it.each(["0.5..0.3", "0.3..0.3", "0.4±0", "0.4±0.5", "..", "0.3..", "..0.5"])("%j is refused", (text) => {
    expect(parseQuantity("ratio", text).ok).toBe(false);
  });
  it("parseNumber takes none", () => expect(parseNumber("ratio", "0.3..0.5").ok).toBe(false));
});

describe("axes of sweeps", () => {
  it.each([
    ["1k..64k..x2", [1000, 2000, 4000, 8000, 16_000, 32_000, 64_000]],
    ["0.3..0.5..0.05", [0.3, 0.35, 0.4, 0.45, 0.5]],
    ["0.3;0.4;0.5", [0.3, 0.4, 0.5]],
    ["1,2,3", [1, 2, 3]],
    ["1,500", [1500]],
    ["7", [7]],
  ] as const)("%s", (text, values) => {
    const parsed = parseAxis("count", text);
    expect(parsed.ok && parsed.value).toEqual(values);
  });
  it.each(["1..1e9..1", "1..10", "10..1..1", "1..10..x1", "1..10..0", "a;b"])("%s is refused", (text) => {
    expect(parseAxis("count", text).ok).toBe(false);
  });
});

describe("fleets", () => {
  it.each([
    ["10000xa100", { count: 10_000, chip: "a100" }],
    ["10kxh100", { count: 10_000, chip: "h100" }],
    ["10000x?", { count: 10_000, chip: null }],
    ["10000xunknown", { count: 10_000, chip: null }],
    ["tesla-a100-7360", { id: "tesla-a100-7360" }],
  ] as const)("%s", (text, value) => {
    const parsed = parseFleet(text);
    expect(parsed.ok && parsed.value).toEqual(value);
  });
  it.each(["", "0xa100", "1.5xa100"])("%j is refused", (text) => expect(parseFleet(text).ok).toBe(false));
});

describe("what is printed parses back", () => {
  const kinds: readonly Kind[] = [
    "count",
    "work",
    "rate",
    "bytes",
    "bandwidth",
    "duration",
    "money",
    "moneyRate",
    "energyPrice",
    "power",
    "energy",
    "ratio",
    "mass",
    "volume",
    "multiple",
  ];
  const positive = fc
    .tuple(fc.double({ min: 1, max: 9.999, noNaN: true }), fc.integer({ min: -6, max: 24 }))
    .map(([mantissa, power]) => mantissa * 10 ** power);

  it.each(kinds)("%s, within the printed digits", (kind) => {
    fc.assert(
      fc.property(positive, fc.integer({ min: 1, max: 9 }), (value, digits) => {
        const text = format(kind, value, { digits });
        const parsed = parseQuantity(kind, text);
        expect(parsed.ok, text).toBe(true);
        const back = parsed.ok && typeof parsed.value === "number" ? parsed.value : Number.NaN;
        expect(
          Math.abs(back / value - 1),
          `${value} printed as ${text}, read as ${back}`,
        ).toBeLessThanOrEqual(0.5001 * 10 ** (1 - digits));
      }),
      { numRuns: 300 },
    );
  });

  it("ranges too", () => {
    fc.assert(
      fc.property(positive, fc.double({ min: 1.1, max: 50, noNaN: true }), (low, factor) => {
        const parsed = parseQuantity("duration", formatRange("duration", low, low * factor, { digits: 6 }));
        const value = parsed.ok ? parsed.value : undefined;
        expect(typeof value === "object" && value.low / low).toBeCloseTo(1, 4);
      }),
    );
  });

  it("a column has one unit, from its largest entry", () => {
    const unit = columnUnit("bytes", [1e3, 2e12]);
    expect([1e12, 2e12].map((value) => format("bytes", value, { unit }))).toEqual(["1 TB", "2 TB"]);
    expect(format("bytes", 5e9, { unit, bare: true })).toBe("0.005");
  });
});
