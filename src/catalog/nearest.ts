import { nearest as nearestRows } from "./names.ts";

/** The nearest of some plain names, best first; none where the text is too short to say. */
export function nearest(text: string, names: readonly string[]): readonly string[] {
  return nearestRows(
    names.map((name) => ({ id: name, name })),
    text,
  ).map((row) => row.id);
}
