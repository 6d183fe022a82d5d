import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  auditClaim,
  catalogue,
  compareFleets,
  estimateDemand,
  estimateScale,
  estimateServing,
  estimateTraining,
  format,
  marketPreset,
  ProblemError,
  parseAxis,
  parseFleet,
  parseNumber,
  planServing,
} from "../src/index.ts";
import type { Field } from "../src/input/field.ts";
import { fleetFields } from "../src/input/fleet.ts";
import { inferFields } from "../src/input/infer.ts";
import { planInferFields } from "../src/input/plan.ts";
import { trainFields } from "../src/input/train.ts";
import { resultOf, words } from "./cli/terminal.ts";

type Door = (request: never, facts?: never) => unknown;

/** Each function with a request that it answers, and the fields of its command. */
const doors: readonly (readonly [Door, Readonly<Record<string, unknown>>, readonly Field[]])[] = [
  [estimateTraining, { params: 7e9, gpu: "h100", gpus: 64 }, trainFields],
  [estimateServing, { model: "llama-3-8b", gpu: ["h100"], concurrency: 8 }, inferFields],
  [planServing, { model: "llama-3-8b", gpu: ["h100"], gpus: 2 }, planInferFields],
  [compareFleets, { fleets: ["100xh100", "100xa100"], params: 7e9 }, fleetFields],
];

function problemOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof ProblemError) return error.problem.message;
    throw error;
  }
  return "none";
}

/** Paths of a result at which a number is not finite. */
function unsound(value: unknown, path = ""): string[] {
  if (typeof value === "number") return Number.isFinite(value) ? [] : [`${path}: ${value}`];
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, inner]) => unsound(inner, `${path}.${key}`));
}

/** Finite, or refused. */
function behaves(door: Door, request: unknown): void {
  let answer: unknown;
  try {
    answer = door(request as never);
  } catch (error) {
    if (error instanceof ProblemError) return;
    throw new Error(`${door.name}(${fc.stringify(request)})`, { cause: error });
  }
  expect(unsound(answer), `${door.name}(${fc.stringify(request)})`).toEqual([]);
}

const edges = [0, -0, -3, 0.5, 1, 2 ** 53, 1e-320, 1e-30, 1e30, 1e31, 1e300, Number.MAX_VALUE];
const odd = fc.oneof(
  fc.constantFrom(...edges, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
  fc.double(),
  fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
  fc.integer({ min: 1, max: 64 }),
);
const strange = fc.oneof(
  odd,
  fc.constantFrom(
    null,
    undefined,
    true,
    "",
    "70B",
    "h100",
    [],
    ["h100"],
    {},
    { p05: 1, p95: 2 },
    "💥",
    7n,
    () => 1,
  ),
);

describe.each(doors)("%o", (door, base, fields) => {
  it("answers its plain request", () => {
    expect(problemOf(() => door(base as never))).toBe("none");
  });

  it("answers finite figures or refuses, whatever number any field holds", { timeout: 60_000 }, () => {
    const numeric = fields.filter(({ type }) => type.type === "number").map(({ key }) => key);
    const pair = fc.tuple(fc.constantFrom(...numeric), odd);
    fc.assert(
      fc.property(fc.array(pair, { minLength: 1, maxLength: 2 }), (given) =>
        behaves(door, { ...base, ...Object.fromEntries(given) }),
      ),
      { numRuns: 400 },
    );
  });

  it("answers or refuses values of any type", { timeout: 60_000 }, () => {
    const pair = fc.tuple(fc.constantFrom(...fields.map(({ key }) => key)), strange);
    fc.assert(
      fc.property(pair, ([key, value]) => behaves(door, { ...base, [key]: value })),
      { numRuns: 400 },
    );
  });

  it.each([undefined, null, 7, "params", [], () => 1])("takes an object, and not %o", (request) => {
    expect(problemOf(() => door(request as never))).toMatch(/^A request of [a-z-]+ is an object, not /);
  });

  it.each([null, 7, {}, []])("takes a catalogue, and not %o", (facts) => {
    expect(problemOf(() => door(base as never, facts as never))).toMatch(
      /^The facts of an estimate are a catalogue/,
    );
  });

  it("refuses a key that it does not know, with the nearest", () => {
    expect(problemOf(() => door({ ...base, precison: "bf16" } as never))).toBe(
      '"precison" is not a key of this request.',
    );
  });
});

describe("the library's doors", () => {
  it("say which bound a number breaks", () => {
    const serve = (more: object) =>
      problemOf(() => estimateServing({ model: "llama-3-8b", gpu: ["h100"], ...more }));
    expect(serve({ concurrency: 0 })).toBe('"concurrency" 0 is zero; it takes a count of at least 1.');
    expect(serve({ concurrency: -3 })).toBe('"concurrency" -3 is negative; it takes a count of at least 1.');
    expect(serve({ concurrency: Number.NaN })).toBe('"concurrency" NaN is not a finite number.');
    expect(serve({ concurrency: 1.5 })).toBe('"concurrency" 1.5 is not a whole number.');
  });

  it("take one chip as a text, as JSON requests do", () => {
    const request = { model: "llama-3-8b", concurrency: 8 };
    const text = estimateServing({ ...request, gpu: "h100" });
    expect(text).toEqual(estimateServing({ ...request, gpu: ["h100"] }));
  });

  it("take a row of the catalogue as a model, and replay the input of a document", () => {
    const row = catalogue.models.find(({ id }) => id === "llama-3-8b")!;
    const named = estimateTraining({ model: "llama-3-8b", gpu: "h100", gpus: 64 });
    expect(estimateTraining({ model: row, gpu: "h100", gpus: 64 }).result.time).toEqual(named.result.time);
    const input = { command: "train", model: "llama-3-8b", gpu: "h100", gpus: 64, defaults: named.defaults };
    expect(estimateTraining(input as never)).toEqual(named);
    expect(problemOf(() => estimateTraining({ ...input, command: { toString: {} } } as never))).toBe(
      'The request is for {"toString":{}}, not for "train".',
    );
    expect(problemOf(() => estimateServing(input as never))).toBe(
      'The request is for "train", not for "infer".',
    );
  });

  it("take a model's shape, finite or refused whatever its numbers are", { timeout: 60_000 }, () => {
    const row = catalogue.models.find(({ id }) => id === "deepseek-v3")!;
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(row)), strange, (key, value) => {
        behaves(estimateTraining, { model: { ...row, [key]: value }, gpu: "h100", gpus: 1024 });
        behaves(estimateServing, { model: { ...row, [key]: value }, gpu: ["h200"], concurrency: 4 });
      }),
      { numRuns: 200 },
    );
  });

  it("read and write numbers, and refuse what is no text, number or kind", () => {
    expect(problemOf(() => parseNumber("count", 7 as never))).toBe("A text is read, not a number.");
    expect(problemOf(() => parseAxis("weight" as never, "7"))).toBe('"weight" is not a kind of value.');
    expect(problemOf(() => parseFleet(undefined as never))).toBe("A text is read, not undefined.");
    expect(problemOf(() => format("count", "7" as never))).toBe("format takes a number, not a string.");
    expect(problemOf(() => format("count", 7, { digits: 400 }))).toMatch(/"digits" 400 is not/);
    expect(format("count", Number.NaN)).toBe("-");
  });
});

/** As JSON carries it: what is undefined is absent. */
const plain = (value: unknown) => JSON.parse(JSON.stringify(value));

describe("the library answers as the command line does", () => {
  it("scale", async () => {
    const { result } = estimateScale({ flop: 1e26 });
    expect(plain(result)).toEqual(await resultOf(words("scale --flop 1e26")));
  });

  it("audit", async () => {
    const { result } = auditClaim({ claim: "31271 PFLOP/s-day", params: 1.5e12 });
    expect(plain(result)).toEqual(await resultOf(words('audit "31271 PFLOP/s-day" --params 1.5e12')));
  });

  it("a claim with a comma in it is one claim", () => {
    const { result } = auditClaim({
      claim: "$7,500,000",
      params: 70e9,
      tokens: 1.4e12,
      gpu: "a100",
      mfu: 0.4,
    });
    expect(result.claim.value).toBe(7.5e6);
  });

  it("demand", async () => {
    const { result } = estimateDemand(await marketPreset("guosheng-2023"));
    const { triangulation: _methods, ...rest } = plain(result);
    expect(rest).toEqual(await resultOf(words("demand --preset guosheng-2023")));
  });

  it("demand is guarded as a scenario file is", async () => {
    const article = await marketPreset("article-2023");
    const refusal = (scenario: unknown): ProblemError => {
      try {
        estimateDemand(scenario as never);
      } catch (error) {
        if (error instanceof ProblemError) return error;
        throw error;
      }
      throw new Error("it was answered");
    };
    for (const nothing of [{}, null, undefined, 5, [], { name: "x" }])
      expect(refusal(nothing).message).toMatch(/^The scenario in the call is not usable: .*it takes /);
    const served = (users: unknown) => ({ ...article, inference: { ...article.inference, users } });
    expect(refusal(served(-5)).message).toContain("inference.users: it takes a number of 0 or more");
    expect(refusal(served(Number.NaN)).message).toContain("inference.users");
    expect(refusal(served("5M")).message).toContain("inference.users");
    expect(refusal({ ...article, userz: 5 }).message).toContain('it has no "userz"');
    for (const named of ["article-2023", { preset: "article-2023" }])
      expect(refusal(named).problem.hint).toContain('estimateDemand(await marketPreset("article-2023"))');
    const sampled = estimateDemand(served({ samples: [1e6, 2e6, 3e6] }) as never);
    expect(sampled.result.market.inference!.users).toBe(2e6);
  });

  it("a market that there is not is refused, with the nearest", async () => {
    await expect(marketPreset("zz" as never)).rejects.toThrow(ProblemError);
    await expect(marketPreset("artcle-2023" as never)).rejects.toThrow('There is no market "artcle-2023"');
    await expect(marketPreset(undefined as never)).rejects.toThrow(ProblemError);
    await expect(marketPreset("toString" as never)).rejects.toThrow(ProblemError);
  });

  it("on one core: what scale makes of a machine, train makes of it", () => {
    const machine = { gpu: "h100", gpus: 512, days: 30, mfu: 0.4 };
    expect(estimateScale(machine).result.compute.flop).toBe(estimateTraining(machine).result.compute.flop);
  });
});
