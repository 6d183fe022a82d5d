export { parseAxis } from "./axis.ts";
export { type FleetText, parseFleet } from "./fleet-text.ts";
export { type ColumnUnit, columnUnit, counted, format, formatPetaflopDays, formatRange } from "./format.ts";
export type { Kind } from "./kinds.ts";
export { parseNumber } from "./parse.ts";
export type { Parsed, ParseProblem } from "./parsed.ts";
export { parseQuantity, type Quantity, type Range } from "./range.ts";
