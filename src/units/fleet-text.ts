import { parseNumber } from "./parse.ts";
import { bad, good, type Parsed } from "./parsed.ts";

/** A fleet as written: so many of a chip (null: not stated), or the id of a known fleet. */
export type FleetText = { readonly count: number; readonly chip: string | null } | { readonly id: string };

/** `10000xa100`, `10kxh100`, `10000xunknown`, `10000x?`, or a fleet's id. The count stands before the first x that follows a digit or its suffix. */
export function parseFleet(text: string): Parsed<FleetText> {
  const trimmed = text.trim();
  const match = /^([\d.,_]+(?:e\d+)?[kKMBT]?)\s*[xX×*]\s*(.+)$/.exec(trimmed);
  if (match === null) {
    if (trimmed !== "") return good({ id: trimmed });
    return bad(
      "E-VALUE",
      "is empty; it wants a fleet.",
      "Write COUNTxCHIP, e.g. 10000xa100, or a fleet's id.",
    );
  }
  const count = parseNumber("count", match[1] ?? "");
  if (!count.ok) return count;
  if (!Number.isInteger(count.value) || count.value < 1) {
    return bad(
      "E-BOUNDS",
      `"${text}" has no whole number of accelerators.`,
      "Write COUNTxCHIP, e.g. 10000xa100.",
    );
  }
  const chip = (match[2] ?? "").trim();
  const unknown = chip === "?" || chip.toLowerCase() === "unknown";
  return good({ count: count.value, chip: unknown ? null : chip });
}
