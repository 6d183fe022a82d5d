import { type Parsed, parseNumber } from "./parse.ts";

/** A fleet as written: so many of a chip (null: not stated), or the id of a known fleet. */
export type FleetText = { readonly count: number; readonly chip: string | null } | { readonly id: string };

/** `10000xa100`, `10kxh100`, `10000xunknown`, `10000x?`, or a fleet's id. The count stands before the first x that follows a digit or its suffix. */
export function parseFleet(text: string): Parsed<FleetText> {
  const trimmed = text.trim();
  const match = /^([\d.,_]+(?:e\d+)?[kKMBT]?)\s*[x×*]\s*(.+)$/.exec(trimmed);
  if (match === null) {
    if (trimmed !== "") return { ok: true, value: { id: trimmed }, warnings: [] };
    return {
      ok: false,
      problem: {
        code: "E-VALUE",
        message: "is empty; it wants a fleet.",
        hint: "Write COUNTxCHIP, e.g. 10000xa100, or a fleet's id.",
      },
    };
  }
  const count = parseNumber("count", match[1] ?? "");
  if (!count.ok) return count;
  if (!Number.isInteger(count.value) || count.value < 1) {
    return {
      ok: false,
      problem: {
        code: "E-BOUNDS",
        message: `"${text}" has no whole number of accelerators.`,
        hint: "Write COUNTxCHIP, e.g. 10000xa100.",
      },
    };
  }
  const chip = (match[2] ?? "").trim();
  return {
    ok: true,
    value: { count: count.value, chip: chip === "?" || chip.toLowerCase() === "unknown" ? null : chip },
    warnings: [],
  };
}
