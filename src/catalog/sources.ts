import type { AcceleratorRow } from "./rows.ts";

/** Where one figure of a row is from. */
export interface Provenance {
  /** Field of the row, as the sources file names it: `bf16`, `memory_bw`, `tdp`, `shape`, `tokens`. */
  readonly field: string;
  readonly sources: readonly string[];
  /** Seen in the cited source; a recalled or derived figure is not. */
  readonly verified: boolean;
  /** What other sources say, and why it was not taken. */
  readonly alternatives: readonly Alternative[];
}

export interface Alternative {
  readonly value: number | string;
  readonly source: string;
  readonly why?: string;
}

/** Everything about a row that an estimate does not need. */
export interface RowSources {
  readonly provenance: readonly Provenance[];
  readonly notes?: string;
}

type Kind = "accelerators" | "models" | "fleets";
type Loose = Readonly<Record<string, unknown>>;

export interface SourceFile {
  readonly sources: Readonly<Record<string, string | { readonly what: string; readonly kind: string }>>;
  readonly rows: Readonly<Record<string, Loose>>;
}

/** Provenance of one kind of row; loaded on first use, apart from the facts. */
export async function loadSources(kind: Kind): Promise<SourceFile> {
  return (await importSources(kind)) as unknown as SourceFile;
}

async function importSources(kind: Kind): Promise<unknown> {
  switch (kind) {
    case "accelerators":
      return (await import("../../data/catalogue/accelerators.sources.json", { with: { type: "json" } }))
        .default;
    case "models":
      return (await import("../../data/catalogue/models.sources.json", { with: { type: "json" } })).default;
    case "fleets":
      return (await import("../../data/catalogue/fleets.sources.json", { with: { type: "json" } })).default;
  }
}

/** Sources of a chip's figures, with the values other sources give. */
export function chipSources(file: SourceFile, id: string): RowSources {
  const row = file.rows[id] ?? {};
  const alternatives = (row.alternatives ?? []) as readonly ChipAlternative[];
  const figures = (row.src ?? {}) as Readonly<Record<string, { src: readonly string[]; verified: boolean }>>;
  const provenance = Object.entries(figures).map(([field, { src, verified }]) => ({
    field,
    sources: src.map((key) => sourceName(file, key)),
    verified,
    alternatives: alternatives
      .filter((other) => other.field === field)
      .map(({ value, src: key, why }) => ({ value, source: sourceName(file, key), ...(why ? { why } : {}) })),
  }));
  return { provenance, ...notesOf(row) };
}

interface ChipAlternative {
  readonly field: string;
  readonly value: number;
  readonly src: string;
  readonly why?: string;
}

/** Sources of a model's shape, published parameters and training tokens. */
export function modelSources(file: SourceFile, id: string): RowSources {
  const row = file.rows[id] ?? {};
  const keys = (row.source ?? {}) as Readonly<Record<string, string>>;
  const verified = (row.verified ?? {}) as Readonly<Record<string, boolean>>;
  const note = row.training_tokens_note;
  const provenance = Object.entries(keys).map(([field, key]) => ({
    field,
    sources: [sourceName(file, key)],
    verified: verified[field] === true,
    alternatives: field === "tokens" && typeof note === "string" ? [{ value: note, source: "note" }] : [],
  }));
  return { provenance, ...notesOf(row) };
}

/** Sources of a fleet's count. */
export function fleetSources(file: SourceFile, id: string): RowSources {
  const row = file.rows[id] ?? {};
  const sources = ((row.source ?? []) as readonly string[]).map((key) => sourceName(file, key));
  const provenance = { field: "count", sources, verified: row.verified === true, alternatives: [] };
  return { provenance: sources.length > 0 ? [provenance] : [], ...notesOf(row) };
}

/** What a source key stands for; a key that is not in the list is itself the citation. */
function sourceName(file: SourceFile, key: string): string {
  const source = file.sources[key];
  return typeof source === "object" ? source.what : (source ?? key);
}

function notesOf(row: Loose): { notes?: string } {
  return typeof row.notes === "string" ? { notes: row.notes } : {};
}

/** A figure of a row with its label and unit; `field` joins it with its provenance. */
export interface ChipFigure {
  readonly field: string;
  readonly label: string;
  readonly unit: string;
  readonly value: number;
}

/** The figures of a chip that have a provenance, in reading order; unknown ones are left out. */
export function chipFigures(row: AcceleratorRow): ChipFigure[] {
  const rates = row.tflops_dense;
  const figures: [field: string, label: string, unit: string, value: number | null | undefined][] = [
    ["fp64", "dense fp64", "TFLOP/s", rates.fp64],
    ["fp64_tensor", "dense fp64, matrix units", "TFLOP/s", rates.fp64_tensor],
    ["fp32", "dense fp32", "TFLOP/s", rates.fp32],
    ["tf32", "dense tf32", "TFLOP/s", rates.tf32],
    ["fp16", "dense fp16", "TFLOP/s", rates.fp16],
    ["bf16", "dense bf16", "TFLOP/s", rates.bf16],
    ["fp8", "dense fp8", "TFLOP/s", rates.fp8],
    ["fp6", "dense fp6", "TFLOP/s", rates.fp6],
    ["fp4", "dense fp4", "TFLOP/s", rates.fp4],
    ["int8", "dense int8", "TOP/s", rates.int8],
    ["mamf", "measured bf16 matmul", "TFLOP/s", row.measured_matmul_tflops?.bf16],
    ["memory_gb", "memory (label)", "GiB", row.memory?.capacity_gb],
    ["memory_bw", "memory bandwidth", "GB/s", row.memory?.bandwidth_gbs],
    ["scale_up_bw", "scale-up links, both ways", "GB/s", row.scale_up?.bw_bidir_gbs],
    ["scale_up_domain", "scale-up domain", "chips", row.scale_up?.domain],
    ["nic", "network, one way", "Gb/s", row.scale_out?.nic_gbps_per_chip],
    ["tdp", "TDP", "W", row.tdp_w],
    ["die", "logic dies", "mm2", row.die_mm2],
    ["system_kw", `power of ${row.system_power?.system ?? "the system"}`, "kW", row.system_power?.system_kw],
  ];
  return figures.flatMap(([field, label, unit, value]) => (value ? [{ field, label, unit, value }] : []));
}
