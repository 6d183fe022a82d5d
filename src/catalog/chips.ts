import { type Found, find, type Lookup } from "./names.ts";
import type { AcceleratorRow } from "./rows.ts";

/** The accelerators that ship with the package; loaded on first use. */
export async function loadChips(): Promise<readonly AcceleratorRow[]> {
  const file = await import("../../data/catalogue/accelerators.json", { with: { type: "json" } });
  return file.default.accelerators as readonly AcceleratorRow[];
}

/** `h100`, `A100 40GB`, `NVIDIA H100 80GB HBM3`, `mi300`: one accelerator, or the nearest names. */
export function findChip(rows: readonly AcceleratorRow[], text: string): Lookup<AcceleratorRow> {
  return find(rows, text, {
    words: (row) => `${row.vendor} ${row.memory?.type ?? ""}`,
    noise: [/^(nvidia|amd|intel|tesla|gpu|tensor|core|accelerator|card)$/],
    choose: chooseOfFamily,
  });
}

/** A family is what shares the first word of its ids, with a digit in it: a100, h100, v100; not rtx or tpu. */
function chooseOfFamily(candidates: readonly AcceleratorRow[]): Found<AcceleratorRow> | undefined {
  const family = firstWord(candidates[0]!);
  if (!/\d/.test(family) || candidates.some((row) => firstWord(row) !== family)) return undefined;
  const sxm = candidates.filter((row) => /sxm/.test(row.id));
  const pool = sxm.length > 0 ? sxm : candidates;
  const found = pool.reduce((best, other) => (capacity(other) > capacity(best) ? other : best));
  const part = sxm.length > 0 ? "SXM part" : "part";
  return { found, how: `the ${family} ${part} with the largest memory` };
}

function firstWord(row: AcceleratorRow): string {
  return row.id.split("-")[0]!;
}

function capacity(row: AcceleratorRow): number {
  return row.memory?.capacity_gb ?? 0;
}
