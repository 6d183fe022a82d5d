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
  ["duration", "5m30s", 330],
  ["duration", "1 d 12 h", 1.5 * DAY],
  ["duration", "90 minutes", 5400],
  ["duration", "2.5us", 2.5e-6],
  ["count", "1.5 trillion", 1.5e12],
  ["count", "+.5T", 5e11],
  ["count", "5.", 5],
  ["work", "31,271 PF-days", 31_271 * 1e15 * DAY],
  ["work", "1 petaFLOP/s-day", 1e15 * DAY],
  ["bytes", "192Gi", 192 * 2 ** 30],
  ["bytes", "80 gigabytes", 80e9],
  ["bandwidth", "400Gbps", 50e9],
  ["bandwidth", "1.5TiB/s", 1.5 * 2 ** 40],
  ["money", "5.6 million USD", 5.6e6],
  ["money", "$1.2bn", 1.2e9],
  ["moneyRate", "$2.50/GPU-h", 2.5 / 3600],
  ["moneyRate", "1.5k/mo", 1500 / (30.4375 * DAY)],
  ["energyPrice", "80/MWh", 0.08 / 3.6e6],
  ["mass", "420t", 420e3],
  ["mass", "384 g", 0.384],
  ["volume", "0.26 mL", 0.00026],
  ["multiple", "1.2x", 1.2],
  ["integer", "4,096", 4096],
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
    ["count", "1..2..3", "E-RANGE", /not one range/],
    ["moneyRate", "/h", "E-VALUE", /the shell took/],
    ["count", "1.5M0", "E-VALUE", /is not a count/],
    ["count", "5constructor", "E-VALUE", /is not a count/],
    ["count", "__proto__", "E-VALUE", /is not a count/],
    ["count", "0,4", "E-VALUE", /is not a count/],
    ["count", "0x10", "E-VALUE", /is not a count/],
    ["count", "1__0", "E-VALUE", /is not a count/],
    ["count", "1 to 2 to 3", "E-RANGE", /not one range/],
    ["duration", "1.2.3d12h", "E-VALUE", /is not a duration/],
    ["duration", "1d3m", "E-VALUE", /is not a duration/],
    ["duration", "1h30", "E-VALUE", /is not a duration/],
    ["duration", "5T", "E-VALUE", /is not a duration/],
    ["rate", "312TFLOP", "E-DIMENSION", /is an amount of work, and a rate of work is wanted/],
    ["work", "1e24FLOPS", "E-DIMENSION", /is a rate of work, and an amount of work is wanted/],
    ["energy", "5W", "E-DIMENSION", /is a power/],
    ["money", "2/h", "E-DIMENSION", /is a price per hour/],
    ["bandwidth", "400Gb", "E-DIMENSION", /is an amount of memory/],
    ["multiple", "120%", "E-DIMENSION", /is a share/],
    ["bytes", "80gb", "E-UNIT", /case matters/],
    ["power", "700w", "E-UNIT", /case matters/],
    ["money", "-$5", "E-BOUNDS", /negative/],
    ["money", "5EUR", "E-VALUE", /is not an amount of money/],
  ];
  it.each(refused)("%s %j is refused", (kind, text, code, says) => {
    const parsed = parseQuantity(kind, text);
    expect(parsed.ok).toBe(false);
    expect(!parsed.ok && parsed.problem.code).toBe(code);
    expect(!parsed.ok && parsed.problem.message).toMatch(says);
  });

  it("names the unit that was meant", () => {
    const hint = (kind: Kind, text: string) => {
      const parsed = parseNumber(kind, text);
      return parsed.ok ? undefined : parsed.problem.hint;
    };
    expect(hint("bytes", "80gb")).toBe("Write GB or Gb.");
    expect(hint("power", "25mw")).toBe("Write mW or MW.");
    expect(hint("count", "70b")).toBe("Write B.");
    expect(hint("ratio", "0,4")).toMatch(/decimal point/);
  });

  it("moves the decimal point rather than multiply", () => {
    for (let hundredths = 1; hundredths <= 100; hundredths++) {
      const parsed = parseNumber("ratio", `${hundredths}%`);
      expect(parsed.ok && parsed.value).toBe(Number((hundredths / 100).toFixed(2)));
    }
  });

  it("counts a bare number in the flag's own unit, where it has one", () => {
    const days = (text: string) => {
      const parsed = parseQuantity("duration", text, DAY);
      return parsed.ok ? parsed.value : parsed.problem.message;
    };
    expect(days("90")).toBe(90 * DAY);
    expect(days("30..90")).toEqual({ low: 30 * DAY, high: 90 * DAY });
    expect(days("60±10%")).toEqual({ low: 54 * DAY, high: 66 * DAY });
    expect(days("60±6")).toEqual({ low: 54 * DAY, high: 66 * DAY });
    expect(days("48..72h")).toEqual({ low: 2 * DAY, high: 3 * DAY });
  });

  it("warns where a network value looks eight times off", () => {
    const parsed = parseNumber("bandwidth", "400TB/s");
    expect(parsed.ok && parsed.warnings).toHaveLength(1);
  });
});

describe("whatever is typed", () => {
  const pieces = fc.constantFrom(
    ..."0 1 5 9 . .. , _ e E + - ± % $ / x k M B T G m d h s mo GB GiB b FLOP FLOP/s /h USD to ; :".split(
      " ",
    ),
    " ",
  );
  const typed = fc.oneof(
    fc.string(),
    fc.array(pieces, { maxLength: 8 }).map((parts) => parts.join("")),
  );
  const kinds: readonly Kind[] = ["count", "ratio", "bytes", "bandwidth", "duration", "money", "moneyRate"];

  it("is a finite number of the right sign, a range in order, or a sentence", () => {
    fc.assert(
      fc.property(fc.constantFrom(...kinds), typed, (kind, text) => {
        for (const parsed of [parseQuantity(kind, text), parseAxis(kind, text)]) {
          if (!parsed.ok) {
            expect(parsed.problem.message).toMatch(/\S.*\.$/);
            continue;
          }
          const { value } = parsed;
          const numbers =
            typeof value === "number" ? [value] : "low" in value ? [value.low, value.high] : value;
          for (const number of numbers) expect(Number.isFinite(number) && number >= 0, text).toBe(true);
          if (typeof value === "object" && "low" in value) expect(value.low).toBeLessThan(value.high);
        }
      }),
      { numRuns: 3000 },
    );
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
    ["ratio", "40%±5%", 0.35, 0.45],
    ["count", "1e12 +- 10%", 0.9e12, 1.1e12],
    ["money", "$1M to $2M", 1e6, 2e6],
    ["money", "$1..2M", 1e6, 2e6],
    ["moneyRate", "$2..$3/h", 2 / 3600, 3 / 3600],
    ["ratio", "0..0.5", 0, 0.5],
    // a letter alone is shared where the range then runs upwards
    ["count", "1..2k", 1000, 2000],
    ["count", "512..8k", 512, 8000],
    ["count", "512 to 8k", 512, 8000],
    ["count", "1 to 1k", 1, 1000],
    ["count", "900M..1.5B", 0.9e9, 1.5e9],
    ["count", "1e9..2B", 1e9, 2e9],
    ["integer", "512..8k", 512, 8000],
    ["money", "$500..2k", 500, 2000],
  ];
  it.each(ranges)("%s %j", (kind, text, low, high) => {
    const parsed = parseQuantity(kind, text);
    const value = parsed.ok ? parsed.value : undefined;
    expect(value).toEqual({ low: expect.closeTo(low, 9), high: expect.closeTo(high, 9) });
  });
  it.each(["0.5..0.3", "0.3..0.3", "0.4±0", "0.4±0.5", "..", "0.3..", "..0.5"])("%j is refused", (text) => {
    expect(parseQuantity("ratio", text).ok).toBe(false);
  });
  it.each([
    ["count", "9k..8k"],
    ["count", "9000..8k"],
    ["power", "500..2kW"],
    ["rate", "500..300TFLOP/s"],
  ] as const)("%s %j runs backwards", (kind, text) => {
    const parsed = parseQuantity(kind, text);
    expect(!parsed.ok && parsed.problem.message).toMatch(/runs backwards/);
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
    ["1k,2k,128", [1000, 2000, 128]],
    ["1..30..10T", [1e12, 11e12, 21e12]],
    ["1T..3T..1", [1e12, 2e12, 3e12]],
    ["1..4k..x2", [1000, 2000, 4000]],
    ["512..4k..x2", [512, 1024, 2048]],
    ["500..2k..500", [500, 1000, 1500, 2000]],
    ["1..3k..1", [1000, 2000, 3000]],
    ["5..5..1", [5]],
    ["7", [7]],
  ] as const)("%s", (text, values) => {
    const parsed = parseAxis("count", text);
    expect(parsed.ok && parsed.value).toEqual(values);
  });
  it.each(["1..1e9..1", "1..10", "10..1..1", "1..10..x1", "1..10..0", "0..10..x2", "a;b", "1,2,", ""])(
    "%j is refused",
    (text) => {
      expect(parseAxis("count", text).ok).toBe(false);
    },
  );
});

describe("axes with units", () => {
  it("ends and step share the last unit written", () => {
    const parsed = parseAxis("rate", "300..500..100TFLOP/s");
    expect(parsed.ok && parsed.value).toEqual([300e12, 400e12, 500e12]);
  });
  it.each(["8,16,128,256", "1,000,2,000", "100,200,300"])(
    "%s may be a list or thousands, so it is refused",
    (text) => {
      const parsed = parseAxis("count", text);
      expect(!parsed.ok && parsed.problem.hint).toMatch(/;/);
    },
  );
  it("takes 100,000 points and no more", () => {
    const parsed = parseAxis("count", "1..100000..1");
    expect(parsed.ok && parsed.value.length).toBe(100_000);
    expect(parseAxis("count", "0..100000..1").ok).toBe(false);
  });
});

describe("fleets", () => {
  it.each([
    ["10000xa100", { count: 10_000, chip: "a100" }],
    ["10kxh100", { count: 10_000, chip: "h100" }],
    ["10,000 X A100 80GB", { count: 10_000, chip: "A100 80GB" }],
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

  it.each(kinds)("%s ranges too", (kind) => {
    fc.assert(
      fc.property(positive, fc.double({ min: 1.1, max: 5000, noNaN: true }), (low, factor) => {
        const text = formatRange(kind, low, low * factor, { digits: 6 });
        const parsed = parseQuantity(kind, text);
        const value = parsed.ok && typeof parsed.value === "object" ? parsed.value : { low: 0, high: 0 };
        expect(Math.abs(value.low / low - 1), `${low} to ${low * factor} printed as ${text}`).toBeLessThan(
          1e-5,
        );
        expect(Math.abs(value.high / low / factor - 1), text).toBeLessThan(1e-5);
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    ["money", 336e6, 1.56e9, "$336M to $1.56B"],
    ["money", 500, 2e6, "$0.0005M to $2M"],
    ["count", 1e12, 2e12, "1T to 2T"],
    ["ratio", 0.3, 0.5, "30 to 50%"],
    ["duration", 500 * DAY, 2370 * DAY, "500 to 2,370 d"],
    ["bytes", 1e9, 2e12, "1 GB to 2 TB"],
  ] as const)("%s from %d to %d is %s", (kind, low, high, text) => {
    expect(formatRange(kind, low, high)).toBe(text);
  });

  it("a column has one unit, from its largest entry", () => {
    const unit = columnUnit("bytes", [1e3, 2e12]);
    expect([1e12, 2e12].map((value) => format("bytes", value, { unit }))).toEqual(["1 TB", "2 TB"]);
    expect(format("bytes", 5e9, { unit, bare: true })).toBe("0.005");
  });

  it.each([
    ["count", 999_999.9, "1M"],
    ["count", 123_456, "123,456"],
    ["count", 2.5e15, "2,500T"],
    ["count", 1e30, "1.00e30"],
    ["money", 420.5e6, "$421M"],
    ["money", 12.3456, "$12.3"],
    ["moneyRate", 2 / 3600, "$2/h"],
    ["duration", 1000 * DAY, "1,000 d"],
    ["duration", 158 * 365.25 * DAY, "158 y"],
    ["bytes", 999.9e9, "1 TB"],
    ["ratio", 0.4567, "45.7%"],
    ["work", 2.7e26, "2.70e26 FLOP"],
    ["energy", 465e9 * 3600, "465 GWh"],
    ["multiple", Number.NaN, "-"],
    ["duration", Number.POSITIVE_INFINITY, "-"],
  ] as const)("%s %d is %s", (kind, value, text) => {
    expect(format(kind, value)).toBe(text);
  });
});
