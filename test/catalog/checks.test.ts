import { describe, expect, test } from "vitest";
import { loadChips } from "../../src/catalog/chips.ts";
import { loadFleets } from "../../src/catalog/fleets.ts";
import { loadModels } from "../../src/catalog/models.ts";
import type { AcceleratorRow } from "../../src/catalog/rows.ts";
import { shapeOf } from "../../src/catalog/shape.ts";
import {
  chipFigures,
  chipSources,
  fleetSources,
  loadSources,
  modelSources,
} from "../../src/catalog/sources.ts";
import { parameters } from "../../src/core/architecture.ts";
import { doubtsOfChip, doubtsOfFleet, doubtsOfModel } from "./doubts.ts";

const [chips, models, fleets] = await Promise.all([loadChips(), loadModels(), loadFleets()]);
const chip = (id: string) => chips.find((row) => row.id === id)!;

/** Rows that break a rule by what they are. */
const TRUE_EXCEPTIONS: Readonly<Record<string, readonly string[]>> = {
  // integer path cut
  "int8-rate": ["b300", "gb300", "rubin"],
  // fp16 at a quarter of bf16
  "fp16-rate": ["gaudi3"],
  // compute cut for export, bandwidth kept
  intensity: ["h20"],
};

describe("the shipped rows hold the rules", () => {
  test("82 accelerators, 128 models, 71 fleets", () => {
    expect([chips.length, models.length, fleets.length]).toEqual([82, 128, 71]);
  });

  test("chips, but for the known exceptions", () => {
    const broken: Record<string, string[]> = {};
    for (const { rule, id } of chips.flatMap(doubtsOfChip)) {
      broken[rule] ??= [];
      broken[rule].push(id);
    }
    expect(broken).toEqual(TRUE_EXCEPTIONS);
  });

  test("model shapes give the published parameters within 2 %", () => {
    const doubts = models.flatMap((row) => {
      const shape = shapeOf(row);
      return shape ? doubtsOfModel(row, parameters(shape).total) : [];
    });
    expect(doubts).toEqual([]);
  });

  test("fleets are of known chips", () => {
    expect(fleets.flatMap((row) => doubtsOfFleet(row, chips))).toEqual([]);
    expect(
      fleets.filter((row) => row.parts.some((part) => part.accelerator === null)).map((row) => row.id),
    ).toEqual(["twitter-10k"]);
  });
});

describe("a wrong row betrays itself", () => {
  const h100 = chip("h100-sxm");
  const changed = (rates: AcceleratorRow["tflops_dense"]) =>
    doubtsOfChip({ ...h100, tflops_dense: { ...h100.tflops_dense, ...rates } }).map(({ rule }) => rule);

  test("the sparse headline of 1,979 in place of 989", () => {
    expect(changed({ bf16: 1979, fp16: 1979 })).toEqual(["fp8-rate", "int8-rate"]);
    expect(changed({ bf16: 1979 })).toContain("fp16-rate");
    expect(changed({ fp8: 1500 })).toEqual(["fp8-rate"]);
  });

  test("a server below its chips, a bandwidth off by ten, a shape off by a layer, a chip that is not there", () => {
    expect(doubtsOfChip({ ...h100, tdp_w: 7000 })[0]?.rule).toBe("system-power");
    expect(doubtsOfChip({ ...h100, memory: { ...h100.memory, bandwidth_gbs: 335 } })[0]?.rule).toBe(
      "intensity",
    );
    const llama = models.find((row) => row.id === "llama-3-8b")!;
    const { params_total_computed: _, ...deeper } = { ...llama, n_layers: 33 };
    expect(doubtsOfModel(deeper, parameters(shapeOf(deeper)!).total)[0]?.message).toMatch(/published/);
    const fleet = { id: "f", name: "f", parts: [{ accelerator: "h101", count: 8 }] };
    expect(doubtsOfFleet(fleet, chips)[0]?.message).toBe("no accelerator is called h101");
  });
});

describe("provenance", () => {
  test("facts and sources are in step, and every figure has a source", async () => {
    const file = await loadSources("accelerators");
    expect(Object.keys(file.rows)).toEqual(chips.map((row) => row.id));
    for (const row of chips) {
      const known = chipSources(file, row.id).provenance.map(({ field }) => field);
      for (const figure of chipFigures(row))
        expect([row.id, known]).toEqual([row.id, expect.arrayContaining([figure.field])]);
    }
    expect(Object.keys((await loadSources("models")).rows)).toEqual(models.map((row) => row.id));
    expect(Object.keys((await loadSources("fleets")).rows)).toEqual(fleets.map((row) => row.id));
  });

  test("nothing recalled or derived alone counts as verified", async () => {
    const file = await loadSources("accelerators");
    for (const [id, row] of Object.entries(file.rows)) {
      const figures = Object.entries(row.src as Record<string, { src: string[]; verified: boolean }>);
      for (const [field, { src, verified }] of figures) {
        const seen = src.some((key) => key !== "mem" && key !== "derived");
        expect([id, field, verified && !seen]).toEqual([id, field, false]);
      }
    }
  });

  test("692 of 917 chip figures were seen in their source", async () => {
    const file = await loadSources("accelerators");
    const all = chips.flatMap((row) => chipSources(file, row.id).provenance);
    expect([all.filter(({ verified }) => verified).length, all.length]).toEqual([692, 917]);
  });

  test("what other sources say stands beside the figure", async () => {
    const { provenance } = chipSources(await loadSources("accelerators"), "rtx-4090");
    const fp16 = provenance.find(({ field }) => field === "fp16");
    expect(fp16?.alternatives).toContainEqual(
      expect.objectContaining({ value: 330, why: "fp16 accumulate" }),
    );
    const gpt3 = modelSources(await loadSources("models"), "gpt3-175b");
    expect(gpt3.provenance.find(({ field }) => field === "shape")?.sources[0]).toMatch(/metaseq/);
    expect(fleetSources(await loadSources("fleets"), "tesla-a100-7360").provenance[0]?.sources[1]).toMatch(
      /hpcwire/,
    );
  });

  test("prices name a source that the list explains, and a date", async () => {
    const { sources } = await loadSources("accelerators");
    for (const row of chips) {
      for (const { src, date } of [...(row.price_usd ?? []), ...(row.cloud_usd_per_chip_hour ?? [])]) {
        expect([row.id, src in sources, /^20\d\d/.test(date)]).toEqual([row.id, true, true]);
      }
    }
  });
});
