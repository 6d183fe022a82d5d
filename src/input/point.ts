import { refuse } from "../units/problem.ts";
import type { Request } from "./layers.ts";

/** A request as plain values by key: what one estimate works on. */
export function pointOf(request: Request): Record<string, unknown> {
  const point: Record<string, unknown> = {};
  for (const [key, given] of Object.entries(request)) {
    if (given === undefined) continue;
    const { value } = given;
    if (value !== null && typeof value === "object" && ("low" in value || "samples" in value)) {
      refuse("E-RANGE", `"${key}" is a range; ranges are not built yet.`, {
        flag: key,
        hint: "Give one value.",
      });
    }
    point[key] = value;
  }
  return point;
}
